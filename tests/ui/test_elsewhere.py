"""Another tool's results in the app: dropped in on the Overview, compared, and kept as golden examples."""

from __future__ import annotations

import json

import pytest

from workbench import Workbench
from workbench.ui.components.downloads import SAMPLES

HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:b) =1+1"


def answers(right, question="Question {n}?"):
    rows = [{"question": question.format(n=n), "answer": f"Answer {n}", "right": n in right} for n in range(12)]
    return "\n".join(map(json.dumps, rows)).encode()


def text_of(at):
    return " ".join(e.value for kind in (at.markdown, at.caption, at.success, at.info) for e in kind).replace("\\", "")


def drop(at, *files):
    at.file_uploader(key="elsewhere-files").set_value([(name, data, "application/json") for name, data in files]).run()
    return at.button(key="elsewhere-check").click().run()


def test_an_empty_project_takes_files_and_says_the_verdict_what_flipped_and_the_labels_needed(empty_project, show):
    at = drop(show("overview"), ("old.jsonl", answers({0})), ("new.jsonl", answers(set(range(1, 12)))))

    assert not at.exception
    assert "new@1:unknown model is better than old@1:unknown model" in text_of(at)
    assert "12 answers flipped" in text_of(at)
    assert "agrees with people" in text_of(at)
    assert [(b.label, b.disabled) for b in at.button if b.label.startswith("Check")] == [("Check", False)]
    with Workbench.open(empty_project) as wb:
        assert len(wb.runs.list()) == 1


def test_the_sample_that_is_offered_can_be_dropped_in(empty_project, show):
    at = show("overview")
    assert any(button.proto.label == "A sample of such a table" for button in at.get("download_button"))

    drop(at, ("results.csv", (SAMPLES / "results.csv").read_bytes()))

    assert not at.exception
    with Workbench.open(empty_project) as wb:
        assert len(wb.runs.list()) == 1


def test_columns_of_other_names_are_said_in_plain_words(empty_project, show):
    rows = "".join(f"What is {n}?,It is {n}.,{n % 2},{n}\n" for n in range(12)).encode()
    at = show("overview")
    file = ("log.csv", b"Anfrage,Antwort,daneben,zeile\n" + rows, "text/csv")
    at.file_uploader(key="elsewhere-files").set_value([file]).run()
    at.toggle(key="elsewhere-say").set_value(True).run()
    for column, kind in {
        "0-Anfrage": "Question", "1-Antwort": "Answer", "2-daneben": "Score, less is better", "3-zeile": "Leave out"
    }.items():  # fmt: skip
        at.selectbox(key=f"elsewhere-column-{column}").select(kind)
    at.button(key="elsewhere-check").click().run()

    assert not at.exception
    with Workbench.open(empty_project) as wb:
        (run,) = wb.runs.list()
        plan = wb.runs.stored_plan(run.info.id)
    assert [row.inputs for row in plan.examples][:1] == [{"question": "What is 0?"}]
    (measure,) = plan.imported.measures
    assert (measure.name, measure.direction) == ("daneben", "lower")


def test_a_file_that_cannot_be_read_is_an_error_with_its_line(empty_project, show):
    at = drop(show("overview"), ("bad.jsonl", b'{"question": "Q", "answer": "A"}\n{"question" 5}'))

    assert not at.exception
    assert "line 2" in at.code[0].value


@pytest.fixture
def imported(project, tmp_path):
    """The id of an imported run, whose questions and answers look like markup."""
    path = tmp_path / "log.jsonl"
    path.write_bytes(answers({0, 1}, question=HOSTILE + " {n}"))
    with Workbench.open(project) as wb:
        return wb.runs.import_results([path]).run


def test_a_row_becomes_a_golden_example_in_one_click_and_only_once(project, show, imported):
    at = show("compare", run=imported)
    assert not at.exception
    assert not any("Approve" in str(link.proto) for link in at.get("page_link"))

    at = at.button(key="keep-row").click().run()

    assert not at.exception
    assert "version 2" in text_of(at)
    with Workbench.open(project) as wb:
        assert wb.datasets.get("golden").parent == 1
        kept = wb.datasets.examples("golden")[-1]
    assert kept.inputs["question"].startswith(HOSTILE)
    assert kept.metadata["from_run"] == imported
    assert "already" in text_of(at.button(key="keep-row").click().run())


def test_the_run_page_says_where_it_is_from_and_offers_nothing_to_ask_again(show, imported):
    at = show("run", run=imported)

    assert not at.exception
    assert "imported from JSON" in text_of(at)
    assert not [button for button in at.button if "again" in button.label or "Go on" in button.label]


@pytest.mark.parametrize("page", ["overview", "run", "review", "datasets", "release", "prompts"])
def test_every_page_shows_a_project_with_an_imported_run(show, imported, page):
    assert not show(page).exception
