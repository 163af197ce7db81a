"""A review packet goes out as one file, and what it downloads comes back."""

import json

import pytest

from tests.support.packets import answered


@pytest.fixture
def page(workbench, project):
    """The page of a packet of the project's run."""
    assert "Wrote 12 answers to packet.html" in workbench("review", "export", "latest", "--to", "packet.html").err
    return (project / "packet.html").read_text(encoding="utf-8")


@pytest.fixture
def write(project):
    """Write a file of answers into the project."""
    return lambda document: (project / "answers.json").write_text(json.dumps(document))


def test_a_packet_goes_out_and_its_answers_come_back_once(workbench, page, write):
    write(answered(page, {1: "pass", 2: "fail"}))

    assert "Stored 2 verdicts of dora; 0 were" in workbench("review", "import", "answers.json").err
    assert "Stored 0 verdicts of dora; 2 were" in workbench("review", "import", "answers.json").err


def test_as_names_the_reviewer(workbench, page, write):
    write(answered(page, {1: "pass"}))

    assert "1 verdict of emil" in workbench("review", "import", "answers.json", "--as", "emil").err


def test_a_conflict_is_told_and_asks_whose_verdict_counts(workbench, page, write):
    write(answered(page, {1: "pass"}))
    workbench("review", "import", "answers.json")
    write(answered(page, {1: "fail"}))
    refused = workbench("review", "import", "answers.json")

    assert refused.code == 2
    assert "answer 1 (stored pass, in the file fail)" in refused.err
    assert "--keep mine" in refused.err
    assert "kept those of the file" in workbench("review", "import", "answers.json", "--keep", "theirs").err


def test_the_packet_itself_is_no_file_of_answers(workbench, page):
    refused = workbench("review", "import", "packet.html")

    assert refused.code == 2
    assert "the file that it downloads" in refused.err
