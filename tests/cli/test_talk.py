"""What people see: tables, sentences, and never what a model wants the terminal to do."""

import json
import re

import pytest

from tests.support.completers import Scripted
from tests.support.projects import open_project
from tests.support.repository import a_repository
from workbench.cli.common import json_text, printable
from workbench.errors import ContentFilteredError

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")


@pytest.mark.parametrize(
    "command",
    [
        ("outputs", "latest"),
        ("outputs", "latest", "--jsonl"),
        ("compare", "latest"),
        ("compare", "latest", "--json"),
        ("runs",),
        ("prompt", "list"),
        ("prompt", "show", "evil"),
        ("prompt", "diff", "answer@1", "answer@2"),
        ("dataset", "list"),
        ("dataset", "show", "evil"),
        ("index", "list"),
        ("index", "query", "library", "books"),
        ("model", "list"),
        ("release", "list"),
        ("audit", "list"),
        ("audit", "list", "--json"),
        ("dataset", "add", "evil\x1b[2J.jsonl", "--name", "x"),
        ("compare", "\x9b2J"),
    ],
    ids=lambda command: " ".join(command).encode("unicode_escape").decode(),
)
def test_no_control_character_reaches_the_terminal(workbench, project, command):
    row = {"id": "q\x9b1", "inputs": {"question": "\x1b[2J?"}, "expected": "a\tb"}
    (project / "evil.jsonl").write_text(json.dumps(row))
    (project / "evil.prompt.yaml").write_text(
        'prompt_name: evil\nmessages: [{role: user, content: "\\e[2J {{question}} \\x9b"}]\nchangelog: "\\a\\e[1m"\n'
    )
    with open_project(project) as wb:
        wb.datasets.add(project / "evil.jsonl", name="evil")
        wb.prompts.add(project / "evil.prompt.yaml")

    ended = workbench(*command)

    assert CONTROL.findall(ended.out + ended.err) == []
    assert ended.out or ended.err


def test_an_answer_is_shown_with_its_control_characters_spelled_out(workbench):
    assert r"\x1b[31mIt is lent for 1 days.\x1b]0;owned\x07 \x9b2J" in workbench("outputs", "latest").out


def test_json_escapes_them_too_and_stays_the_same_document(workbench):
    event = json.loads(workbench("outputs", "latest", "--jsonl").out.splitlines()[0])

    assert event["output"].startswith("\x1b[31m")
    assert json.loads(json_text({"a": "\x9b\x7fé\u2028"})) == {"a": "\x9b\x7fé\u2028"}


def test_text_for_people_keeps_lines_letters_and_blanks():
    assert printable("Größe 30\u00a0%\r\nnext\tline \u2028") == "Größe 30 %\nnext line \\u2028"


def test_a_table_in_a_pipe_is_as_wide_as_its_content(workbench, project):
    long = "word " * 60
    (project / "long.jsonl").write_text(json.dumps({"id": "q", "inputs": {"question": long}, "expected": "e"}))
    workbench("dataset", "add", "long.jsonl", "--name", "long")

    lines = workbench("dataset", "show", "long").out.splitlines()
    assert len(lines) == 2
    assert long.strip() in lines[1]
    assert lines == [line.rstrip() for line in lines]


def test_compare_says_the_verdict_first(workbench):
    lines = [line for line in workbench("compare", "latest").out.splitlines() if line]

    assert "answer@2:one" in lines[0]
    assert lines[-1].startswith("Run r")


def test_compare_of_a_run_without_scores_says_what_is_missing(workbench, models):
    models.default = Scripted(lambda request: ContentFilteredError("refused"))
    workbench(
        "run", "--prompt", "answer@1", "--prompt", "answer@2", "--dataset", "golden", "--model", "one", "--no-cache"
    )

    ended = workbench("compare", "latest")
    assert (ended.code, "No scores to compare: no arm has an answer." in ended.out) == (0, True)
    assert "One arm" not in ended.out


def test_compare_writes_a_report_that_is_a_file_of_its_own(workbench, project):
    ended = workbench("compare", "latest", "--html", "report.html")

    assert ended.code == 0
    assert (project / "report.html").read_text().startswith("<!doctype html>")


def test_a_prompt_shown_can_be_added_again(workbench, project):
    (project / "shown.prompt.yaml").write_text(workbench("prompt", "show", "answer@2").out)

    assert "already" in workbench("prompt", "add", "shown.prompt.yaml").err


def test_a_dataset_exported_can_be_added_again(workbench):
    for file in ("out.csv", "out.jsonl"):
        assert workbench("dataset", "export", "golden", file).code == 0
        assert "already" in workbench("dataset", "add", file, "--name", "golden").err


def test_a_spreadsheet_is_read_by_its_usual_names_and_that_is_said(workbench, project):
    sheet = "\ufeffNr;Question;Ideal answer;Topic\r\n1;When?;At nine.;hours\r\n2;Where?;Here.;place\r\n"
    (project / "questions.csv").write_text(sheet)
    added = workbench("dataset", "add", "questions.csv")

    assert added.code == 0
    assert "Saved questions@1. Read 'Nr' as id, 'Ideal answer' as expected, 'Question' as question;" in added.err
    assert "2 rows with inputs Topic, question; 2 expected answers." in added.err
    told = workbench(
        "dataset", "add", "questions.csv", "--column", "Question=ask", "--column", "Ideal answer=metadata.x"
    )
    assert "0 expected answers.\nThe score correct needs expected answers." in told.err
    asked = workbench("run", "--prompt", "answer", "--dataset", "questions", "--model", "one")
    assert asked.code == 2
    assert "needs {{question}}, which is missing in row 1, 2. The rows' inputs are Topic, ask." in asked.err
    assert "`workbench dataset add FILE --name questions --column COLUMN=question`" in asked.err


def test_a_review_goes_out_and_comes_back(workbench, project):
    assert "Wrote 12 answers" in workbench("review", "export", "latest", "--to", "review.jsonl").err
    text = (project / "review.jsonl").read_text().replace('"verdict": ""', '"verdict": "pass"')
    (project / "review.jsonl").write_text(text)

    assert "Stored 12 verdicts" in workbench("review", "import", "review.jsonl", "--as", "chris").err
    assert "human" in workbench("compare", "latest", "--json").json["arms"][0]["metrics"]


def test_scoring_again_counts_what_was_added(workbench):
    assert "Added 12 scores" in workbench("score", "latest", "--metric", "exact_match").err


def test_an_export_on_a_branch_says_in_which_repository_and_verify_names_the_branch(workbench, project):
    a_repository(project)
    workbench("release", "approve", "answer@1")

    assert f"Committed on prompts/answer-1.0.0 in {project}, " in workbench("export", "answer@1", "--commit").err
    assert "The branch prompts/answer-1.0.0 has some: `git checkout prompts/answer-1.0.0`" in workbench("verify").err
