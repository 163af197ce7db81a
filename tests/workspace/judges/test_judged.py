"""What is said of the scores of a run: versions of judges, and measures that have changed since."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from tests.support.completers import Scripted, an_answer
from tests.support.projects import fill, make_project, open_project
from workbench.errors import CancelledError
from workbench.store import scores
from workbench.workspace.judges.judged import Judged
from workbench.workspace.runs.rescoring import Rescoring

WAIT_S = 30.0


@pytest.fixture
def run(tmp_path, models):
    """A run that one rule has scored."""
    models.default = Scripted(lambda _: an_answer("1 days"))
    with open_project(make_project(tmp_path / "desk")) as wb:
        fill(wb)
        yield wb.run("answer@1", "golden", models="one", metrics=["checks"])


def rescored(run, version, outputs):
    """Store the scores of these outputs once more, as by another version of the rule."""
    wb = run.workbench
    stored = wb.context.read(lambda s: scores.of_trials(s, [output.trial_id for output in outputs]))
    now = wb.context.clock.now()
    new = [replace(score, metric_version=version, created_at=now) for one in stored.values() for score in one]
    wb.context.write(lambda s: scores.append(s, new))


def test_a_rule_that_has_changed_since_is_named_like_a_judge(run):
    assert not run.compare().stale
    rescored(run, "0", run.outputs())

    compared = run.compare()

    assert compared.about_scores == ["Scored by an older version of checks: score again."]
    assert compared.judges == []
    assert compared.judges_usd == 0


def test_scoring_what_is_stale_scores_nothing_else(run):
    wb, outputs = run.workbench, run.outputs()
    rescored(run, "0", outputs[:2])

    assert run.compare().arms[0].metrics["checks"].mean.n == 2
    assert wb.runs.score_stale(run.id) == 2
    assert run.compare().arms[0].metrics["checks"].mean.n == len(outputs)
    assert not run.compare().stale
    assert wb.runs.score_stale(run.id) == 0


def test_scoring_again_in_the_background_tells_how_many_answers_are_done(run):
    wb, outputs = run.workbench, run.outputs()
    rescored(run, "0", outputs[:2])

    job = wb.runs.start_scoring_stale(run.id)

    assert wb.runs.scoring(run.id) is job
    assert job.wait(WAIT_S) == 2
    assert job.progress == (len(outputs), len(outputs))
    wb.runs.put_away_scoring(run.id)
    assert wb.runs.scoring(run.id) is None


def test_scoring_again_that_is_stopped_keeps_what_was_scored_and_asks_no_judge(run):
    wb, outputs = run.workbench, run.outputs()
    rescored(run, "0", outputs[:2])
    stop = threading.Event()
    stop.set()
    plan = wb.runs.stored_plan(run.id)

    with pytest.raises(CancelledError, match="2 scores stored until then are kept"):
        Rescoring(wb.context, run.id, plan, ["checks"], ["groundedness"], only_stale=True).carry_out(stop=stop)

    assert not run.compare().stale
    assert run.compare().judges == []


def test_an_older_version_of_what_an_arm_was_scored_by_is_in_no_event(run):
    wb, outputs = run.workbench, run.outputs()
    rescored(run, "0", outputs[:1])

    events = {event["example_id"]: event["scores"] for event in wb.events.of_run(run.id)}

    assert sum("checks" in given for given in events.values()) == 1


def test_what_there_is_to_say_is_said_in_sentences():
    assert Judged("tone", is_judge=True, number=2).label == "tone v2"
    assert Judged("tone", is_judge=True, number=2).sentences == []
    assert Judged("tone", is_judge=True, left_out=1_200).sentences == [
        "1,200 answers are judged by an older version of tone only, and left out of it: score again."
    ]
    (kin,) = Judged("tone", is_judge=True, alike=("a", "b"), family="GPT").sentences
    assert kin.startswith("tone asks only models of the GPT family, which answered for a and b too")
