"""Runs that stop early and leads that are to be confirmed, on the pages Run and Compare."""

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import Models, fill, jsonl, make_project, open_project, right, rows
from workbench import Workbench
from workbench.models import registry
from workbench.workspace import jobs

WAIT_S = 30.0
ROWS = 40
BOTH = {"prompt": ["answer@1", "answer@2"], "dataset": "golden@1", "metric": "checks"}


def text_of(at):
    kinds = (at.header, at.markdown, at.caption, at.subheader, at.success)
    return " ".join(element.value for kind in kinds for element in kind).replace("\\", "")


def press(at, label):
    return next(button for button in at.button if button.label == label).click().run()


@pytest.fixture
def desk(empty_project, monkeypatch):
    """A project of which the app knows, with two scripted models; only answer@2 answers right."""
    models = Models()
    models.default = Scripted(lambda r: right(r) if len(r.messages) == 2 else an_answer("No idea."))
    monkeypatch.setattr(registry, "completer_for", models.completer_for)
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key")
    make_project(empty_project)
    (empty_project / "golden.jsonl").write_text(jsonl(rows(ROWS)))
    with open_project(empty_project) as wb:
        fill(wb)
    return empty_project


def test_a_run_that_may_stop_early_says_so_before_it_starts_and_how_it_ended(desk, show):
    at = show("run", **BOTH, model="one", stop_early="true")

    assert not at.exception
    assert "May stop early: looked at after 25%, 50% and 75% of the questions, by " in text_of(at)

    press(at, "Start")
    run = at.query_params["run"]
    jobs.find(str(desk), run).wait(WAIT_S)
    at = show("run", run=run)

    assert "Settled after 20 of 40 questions; the rest was not asked." in text_of(at)
    assert "stopped early" in at.subheader[0].value

    press(at, "Ask the rest: 40")
    jobs.find(str(desk), run).wait(WAIT_S)

    assert "stopped early" not in show("run", run=run).subheader[0].value


def test_how_small_a_difference_it_can_show_stands_before_the_button(desk, show):
    at = show("run", **BOTH, model="one", repeats="3")

    assert "With 40 examples x 3 repeats you will see differences of about 13 to 21 points or more" in text_of(at)


def test_compare_says_what_the_verdict_is_corrected_for_and_a_fresh_run_confirms_the_lead(desk, show):
    with Workbench.open(desk) as wb:
        run = wb.run(["answer@1", "answer@2"], "golden", models=["one", "two"], metrics=["checks"]).id

    at = show("compare", run=run)

    assert "The verdicts are corrected for 3 comparisons with one baseline." in text_of(at)
    assert "until a fresh run confirms it" in text_of(at)

    at = show("run", confirm=run, baseline="answer@1:one", score="checks")

    assert not at.exception
    assert f"Asks answer@1:one and answer@2:one again, as run {run} did" in text_of(at)

    press(at, "Start")
    jobs.find(str(desk), at.query_params["run"]).wait(WAIT_S)

    assert " is confirmed: +100 (" in text_of(show("compare", run=run))


def test_a_link_to_confirm_what_is_not_in_doubt_says_why_not(desk, show):
    with Workbench.open(desk) as wb:
        run = wb.run(["answer@1", "answer@2"], "golden", models="one", metrics=["checks"]).id

    at = show("run", confirm=run)

    assert not at.exception
    assert "says how its arms compare" in " ".join(error.value for error in at.error)
    assert "Start" not in [button.label for button in at.button]
