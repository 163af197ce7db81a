"""What a run stores while it goes on: answers, failures, scores; and the counts that it shows."""

import re
import threading
from dataclasses import replace

import pytest

from tests.support.completers import Held, Scripted, an_answer
from tests.support.processes import until
from tests.support.projects import TOML, fill, jsonl, make_project, open_project, right, rows
from workbench.domain.run import TrialFailure, TrialOutput
from workbench.errors import AuthenticationError, BadRequestError, OverloadedError, StoreBusyError, StoreError
from workbench.store import scores, trials
from workbench.store.store import Store
from workbench.workspace.runs.counts import Counts
from workbench.workspace.runs.planning import RunOptions

pytestmark = pytest.mark.usefixtures("at_once")

ASKED = RunOptions(prompts=["answer@1", "answer@2"], dataset="golden", models=["one"], metrics=["checks"])
JUDGED = TOML + '[judges.groundedness]\nmodel = "two"\n'


def start(wb, **changes):
    return wb.runs.start(wb.runs.plan(replace(ASKED, **changes)))


def events(wb, run):
    return list(wb.events.of_run(run))


def test_every_planned_trial_is_stored_and_scored(filled):
    summary = start(filled).wait(20)

    assert (summary.planned, summary.done, summary.failed, summary.stopped_by) == (12, 12, 0, None)
    assert {event["scores"]["checks"] for event in events(filled, summary.run)} == {1.0}


def test_cost_is_the_sum_of_what_is_known(filled):
    assert start(filled).wait(20).cost_usd == pytest.approx(12 * (10 * 1.0 + 5 * 2.0) / 1e6)
    assert start(filled, models=["two"]).wait(20).cost_usd is None


def test_a_failing_example_fails_alone_and_has_no_score(filled, models):
    def answer(request):
        return BadRequestError("no such item") if "item 3" in request.messages[-1].content else right(request)

    models.script("one", Scripted(answer))
    summary = start(filled).wait(20)

    assert (summary.done, summary.failed) == (10, 2)
    failed = [event for event in events(filled, summary.run) if event["error"]]
    assert [(event["example_id"], event["scores"], event["output"]) for event in failed] == [("q-3", {}, None)] * 2
    assert failed[0]["error"] == "BadRequestError: no such item"


def test_a_passing_fault_is_kept_as_an_attempt_and_does_not_count_as_failed(filled, models):
    faults = iter([OverloadedError("busy"), OverloadedError("busy")])
    models.script("one", Scripted(lambda request: next(faults, None) or right(request)))

    summary = start(filled).wait(20)

    assert (summary.done, summary.failed) == (12, 0)
    assert [failure.final for failure in filled.runs.failures(summary.run)] == [False, False]
    assert sum(output.attempts for output in filled.runs.outputs(summary.run)) == 14


def test_an_answer_that_a_judge_has_nothing_to_say_of_is_unscored_and_not_zero(filled):
    summary = start(filled, judges=["groundedness"]).wait(20)

    found = filled.context.read(lambda s: scores.frame(s, summary.run))
    judged = found[found["metric"] == "groundedness"]
    assert len(judged) == 12
    assert judged["value"].isna().all()
    assert set(judged["unscored"]) == {"the prompt showed no sources"}


def test_only_what_is_stored_is_shown_as_done(filled, models, monkeypatch):
    stored = threading.Event()
    write = Store.write

    def held_write(self, fn):
        stored.wait(20)
        return write(self, fn)

    planned = filled.runs.plan(ASKED)
    running = filled.runs.start(planned)
    monkeypatch.setattr(Store, "write", held_write)
    until(lambda: len(models.default.requests) == 12)
    shown = running.progress().done
    durable = filled.runs.summary(running.run).done
    stored.set()

    assert shown <= durable
    assert running.wait(20).done == 12
    assert running.progress().done == 12


def test_progress_tells_pace_lanes_and_the_end(filled, models):
    held = models.script("one", Held(4, right))
    job = start(filled, concurrency=2, models=["one", "two"])
    until(lambda: job.progress().done >= 16)

    progress = job.progress()
    lanes = {lane.model: (lane.planned, lane.done) for lane in progress.lanes}
    assert (progress.status, progress.planned, progress.finished) == ("running", 24, False)
    assert lanes == {"one": (12, 4), "two": (12, 12)}
    assert [(lane.in_flight, lane.at_once, lane.configured) for lane in progress.lanes] == [(2, 2, 2), (0, 2, 2)]
    assert progress.left_s is not None

    held.let_go()
    job.wait(20)
    last = job.progress()
    assert (last.status, last.done, last.left_s, last.finished) == ("done", 24, None, True)


def test_a_store_that_is_busy_for_a_while_loses_no_answer_and_asks_none_twice(filled, models, monkeypatch):
    write, refusals = Store.write, iter(range(3))

    def sometimes(self, fn):
        if next(refusals, None) is not None:
            raise StoreBusyError("held by another process")
        return write(self, fn)

    planned = filled.runs.plan(ASKED)
    job = filled.runs.start(planned)
    monkeypatch.setattr(Store, "write", sometimes)

    assert job.wait(20).done == 12
    assert len(models.default.requests) == 12


def test_while_the_store_is_busy_no_more_is_asked_than_memory_should_hold(filled, models, monkeypatch):
    monkeypatch.setattr("workbench.workspace.runs.keeping.MOST_UNSTORED", 4)
    monkeypatch.setattr("workbench.runner.engine.OUTCOMES_IN_HAND", 2)
    monkeypatch.setattr("workbench.workspace.runs.keeping.BATCH_S", 0.02)
    free, refused, write = threading.Event(), threading.Event(), Store.write

    def busy(self, fn):
        if not free.is_set():
            refused.set()
            raise StoreBusyError("held by another process")
        return write(self, fn)

    job = filled.runs.start(filled.runs.plan(replace(ASKED, repeats=10, concurrency=2)))
    monkeypatch.setattr(Store, "write", busy)
    assert refused.wait(20)
    asked = len(models.default.requests)
    free.set()

    assert asked < 120
    assert job.wait(20).done == 120
    assert len(models.default.requests) == 120


def test_a_full_disk_breaks_the_run_off_with_its_error_and_what_was_stored_stays(filled, models, monkeypatch):
    held = models.script("one", Held(3, right))
    job = start(filled, concurrency=1)
    until(lambda: job.progress().done == 3)

    def full(self, fn):
        raise StoreError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write", full)
        held.let_go()
        with pytest.raises(StoreError, match="disk is full"):
            job.wait(20)

    assert job.progress().error == "The disk is full."
    assert held.closed
    assert filled.runs.summary(job.run).done == 3
    assert filled.runs.status(job.run) == "interrupted"
    assert filled.runs.resume(job.run).wait(20).done == 12


def test_a_wrong_key_stops_a_model_and_says_so(filled, models):
    models.script("one", Scripted(lambda request: AuthenticationError("wrong key")))
    job = start(filled, models=["one", "two"], concurrency=1)
    summary = job.wait(20)

    assert (summary.done, summary.failed, summary.stopped_by) == (12, 1, "provider")
    assert filled.runs.status(summary.run) == "interrupted"
    assert [(lane.model, lane.state, lane.waiting) for lane in job.progress().lanes] == [
        ("one", "closed", "wrong key"),
        ("two", "open", ""),
    ]
    assert job.progress().lanes[0].error == "AuthenticationError"


def test_a_wrong_key_is_told_even_where_nothing_is_left_to_ask(filled, models):
    models.script("one", Scripted(lambda request: AuthenticationError("wrong key")))
    summary = start(filled, prompts=["answer@1"], examples=["q-1"]).wait(20)

    assert (summary.failed, summary.stopped_by) == (1, "provider")
    assert filled.runs.status(summary.run) == "interrupted"


def test_a_run_that_is_stopped_by_hand_says_so_even_where_a_key_was_wrong(filled, models):
    models.script("one", Scripted(lambda request: AuthenticationError("wrong key")))
    held = models.script("two", Held(1, right))
    job = start(filled, models=["one", "two"], concurrency=1)
    until(lambda: job.progress().lanes[0].state == "closed" and job.progress().lanes[1].done == 1)
    job.cancel()
    held.let_go()

    assert job.wait(20).stopped_by == "cancel"
    assert filled.runs.status(job.run) == "cancelled"
    assert {(lost.model, lost.error) for lost in filled.runs.lost(job.run)} == {("one", "AuthenticationError")}
    assert filled.runs.unasked(job.run)["one"] == 11


@pytest.fixture
def judged(tmp_path, models):
    """A project whose judge is asked, since the rows bring sources; model `two` judges."""
    project = make_project(tmp_path / "judged", JUDGED)
    (project / "golden.jsonl").write_text(jsonl(rows(context=["Items are lent for days."])))
    with open_project(project) as wb:
        fill(wb)
        yield wb


def verdict(request):
    """Half of the claims are supported, said the way that the judge's instructions ask for."""
    code = next(code for code in re.findall(r"[0-9a-f]{6,}", request.messages[-1].content))
    return an_answer(f"VERDICT {code}: 1 of 2")


def judge_results(wb, run):
    found = wb.context.read(lambda s: scores.frame(s, run))
    return found[found["metric"] == "groundedness"]


def test_a_judges_verdict_is_stored_with_its_cost_unknown_where_no_price_is(judged, models):
    models.script("two", Scripted(verdict))

    run = start(judged, judges=["groundedness"]).wait(20).run

    assert list(judge_results(judged, run)["value"]) == [0.5] * 12
    assert judge_results(judged, run)["cost_usd"].isna().all()


def test_a_judge_that_fails_leaves_answers_unscored_with_its_error(judged, models):
    models.script("two", Scripted(lambda request: BadRequestError("the judge is ill")))

    summary = start(judged, judges=["groundedness"]).wait(20)

    assert (summary.done, summary.failed, summary.stopped_by) == (12, 0, "provider")
    assert set(judge_results(judged, summary.run)["unscored"]) == {"the judge did not answer: the judge is ill"}


def test_a_judge_that_is_down_is_not_asked_about_every_answer_and_a_resume_asks_it_about_the_rest(judged, models):
    ill = models.script("two", Scripted(lambda request: BadRequestError("the judge is ill")))
    summary = start(judged, judges=["groundedness"], concurrency=1).wait(20)
    asked = len(ill.requests)
    assert asked < 12

    well = models.script("two", Scripted(verdict))
    judged.runs.resume(summary.run).wait(20)

    assert len(well.requests) == 12 - asked
    assert judged.runs.status(summary.run) == "done"


def test_a_judge_whose_provider_comes_back_can_be_continued_while_the_run_goes_on(judged, models):
    down = iter([BadRequestError("the judge is ill")] * 5)
    judge = models.script("two", Scripted(lambda request: next(down, None) or verdict(request)))
    held = models.script("one", Held(5, right))
    job = start(judged, judges=["groundedness"], concurrency=1)
    until(lambda: job.progress().lanes[-1].state == "paused")
    told = job.progress().lanes[-1]

    judged.runs.go_on(job.run, "two")
    until(lambda: job.progress().lanes[-1].state == "open")
    held.let_go()
    job.wait(20)

    assert (told.model, told.planned, told.waiting) == ("two", 0, "the judge is ill")
    assert len(judge.requests) > 5


def test_a_defect_in_a_judge_breaks_the_run_off_and_keeps_the_answers(judged, models, monkeypatch):
    def defect(*_):
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("workbench.judging.judge._read", defect)
    job = start(judged, judges=["groundedness"])

    with pytest.raises(ZeroDivisionError):
        job.wait(20)

    assert judged.runs.summary(job.run).done == 12
    assert judged.runs.status(job.run) == "interrupted"


def test_a_cancel_stops_the_judges_too_and_a_resume_asks_them_about_the_rest_only(judged, models, monkeypatch):
    monkeypatch.setattr("workbench.workspace.runs.verdicts.CANCEL_GRACE_S", 0.01)
    judge = models.script("two", Held(5, verdict))
    job = start(judged, judges=["groundedness"])
    until(lambda: len(judge.requests) >= 6 and job.progress().done == 12)
    job.cancel()
    summary = job.wait(20)

    before = set(judge_results(judged, summary.run)["trial_id"])
    assert (summary.stopped_by, summary.done) == ("cancel", 12)
    assert len(before) < 12
    assert judged.runs.status(summary.run) == "cancelled"

    fresh = models.script("two", Scripted(verdict))
    asked = len(models.default.requests)
    judged.runs.resume(summary.run).wait(20)

    assert len(judge_results(judged, summary.run)) == 12
    assert len(fresh.requests) == 12 - len(before)
    assert len(models.default.requests) == asked
    assert judged.runs.status(summary.run) == "done"
    assert fresh.closed


def test_answers_are_stored_as_they_come_however_far_the_judge_lags_behind(judged, models, monkeypatch):
    monkeypatch.setattr("workbench.workspace.runs.verdicts.MOST_UNJUDGED", 2)
    judge = models.script("two", Held(0, verdict))
    job = start(judged, judges=["groundedness"], repeats=5)

    until(lambda: job.progress().done == len(models.default.requests) > 2)
    asked = len(models.default.requests)
    judge.let_go()

    assert asked < 60
    assert job.wait(20).done == 60
    assert len(judge_results(judged, job.run)) == 60


def test_a_cancel_does_not_wait_for_a_judge_that_lags_behind(judged, models, monkeypatch):
    monkeypatch.setattr("workbench.workspace.runs.verdicts.MOST_UNJUDGED", 2)
    monkeypatch.setattr("workbench.workspace.runs.verdicts.CANCEL_GRACE_S", 0.01)
    models.script("two", Held(0, verdict))
    job = start(judged, judges=["groundedness"])
    until(lambda: job.progress().done > 2)
    job.cancel()
    stopped = job.wait(20)

    resumed = judged.runs.resume(stopped.run)
    until(lambda: resumed.progress().unjudged >= 2)
    resumed.cancel()

    assert (stopped.stopped_by, resumed.wait(20).stopped_by) == ("cancel", "cancel")


def test_a_resume_asks_for_answers_while_the_judge_works_on_earlier_ones(judged, models, monkeypatch):
    monkeypatch.setattr("workbench.workspace.runs.verdicts.CANCEL_GRACE_S", 0.01)
    models.script("two", Held(0, verdict))
    models.script("one", Held(4, right))
    job = start(judged, judges=["groundedness"])
    until(lambda: job.progress().done == 4)
    job.cancel()
    run = job.wait(20).run

    models.script("one", Scripted(right))
    judge = models.script("two", Held(0, verdict))
    resumed = judged.runs.resume(run)
    until(lambda: resumed.progress().done == 12)
    judge.let_go()

    assert resumed.wait(20).done == 12
    assert len(judge_results(judged, run)) == 12
    assert len(judge.requests) == 12


def test_models_are_closed_however_a_run_ends(filled, models):
    start(filled).wait(20)

    assert models.default.closed


def test_counts_leave_out_attempts_that_are_tried_again():
    failed = TrialFailure("t", "r", "a", "q", 1, "c", "E", "m", True, False, 1, None, 1.0)
    output = TrialOutput("t", "r", "a", "q", 1, "c", "k", an_answer(), (), None, 0.9, 2, None, spent_usd=0.5)

    counts = Counts().plus([failed, output]).plus([replace(failed, final=True, arm="b")])

    assert (counts.done, counts.failed, counts.cost_usd) == (1, 1, 0.5)
    assert (counts.done_by_arm, counts.failed_by_arm) == ({"a": 1}, {"b": 1})


def test_a_trials_frame_has_one_row_for_every_trial(finished):
    (line,) = finished.runs.list()
    frame = finished.context.read(lambda s: trials.frame(s, line.info.id))

    assert len(frame) == frame["trial_id"].nunique() == 12
