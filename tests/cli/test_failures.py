"""`workbench review failures`: what goes wrong, as a table and as JSON."""

import pytest

from tests.support.projects import open_project
from tests.support.reviewed import noted


@pytest.fixture
def sorted_notes(project):
    """Three failing answers of the first arm, two of them sorted into a mode."""
    with open_project(project) as wb:
        noted(wb, "answer@1:one", {"q-1": "invents a fee", "q-2": "made-up fee", "q-3": "rude \x1b[31m"})
        keys = [note.key for note in wb.failures.analysis("latest").notes if "fee" in note.text]
        wb.failures.edit.split(keys, "Invents a fee")


def test_modes_are_counted_per_arm_and_what_is_not_sorted_is_named(workbench, sorted_notes):
    ended = workbench("review", "failures", "latest")

    assert ended.code == 0
    assert "3 of 12 reviewed answers have something wrong with them." in ended.out
    assert "Invents a fee" in ended.out
    assert "2 of 6, 33% (10–70)" in ended.out
    assert "not sorted  q-3  ann: rude \\x1b[31m" in ended.out


def test_json_is_one_document_with_intervals_and_verdicts(workbench, sorted_notes):
    said = workbench("review", "failures", "latest", "--json").json

    (mode,) = said["modes"]
    assert (mode["name"], [arm["answers"] for arm in mode["arms"]]) == ("Invents a fee", [2, 0])
    assert mode["arms"][0]["low"] < mode["arms"][0]["share"] < mode["arms"][0]["high"]
    assert mode["differences"][0]["verdict"] == "cannot tell yet"
    assert [note["example"] for note in said["unsorted"]] == ["q-3"]


def test_a_run_that_nobody_reviewed_says_so(workbench, project):
    assert workbench("review", "failures", "latest").out == "No answer was reviewed yet.\n"
