import threading
from dataclasses import replace

import pytest

from tests.support.completers import Scripted
from tests.support.processes import until
from tests.support.projects import open_project, right
from workbench.domain.actor import Actor
from workbench.errors import (
    BadRequestError,
    InputError,
    NotAllowedError,
    NotFoundError,
    RunBusyError,
    StoreError,
    UnavailableError,
)
from workbench.store import runs as stored_runs
from workbench.store import scores
from workbench.store.store import Store
from workbench.workspace.runs.planning import RunOptions

ASKED = RunOptions(prompts=["answer@1", "answer@2"], dataset="golden", models=["one"], metrics=["checks"])

STARTED = """
from workbench.workspace.runs.planning import RunOptions
answering(int(sys.argv[2]))
wb = open_project(directory)
options = RunOptions(['answer@1', 'answer@2'], 'golden', ['one'], metrics=['checks'])
job = wb.runs.start(wb.runs.plan(options))
"""
"""Another process starts a run of twelve trials, of which so many are answered."""


def asked_about(completer):
    return [request.messages[-1].content for request in completer.requests]


def refusing(*items):
    """Answers right, but refuses these items for good."""

    def answer(request):
        refused = any(f"item {item} " in request.messages[-1].content for item in items)
        return BadRequestError("refused") if refused else right(request)

    return Scripted(answer)


def test_a_run_from_the_library_waits_for_the_end_and_tells_how_far_it_is(filled):
    seen = []
    run = filled.run(["answer@1", "answer@2"], "golden", models="one", on_progress=seen.append)

    assert (run.summary.done, run.summary.planned, run.summary.failed) == (12, 12, 0)
    assert (seen[0].status, seen[-1].status, seen[-1].done) == ("running", "done", 12)
    assert repr(run) == f"Run {run.id}: 12 of 12 done, 0 failed"
    assert len(run.frame()) == len(run.outputs()) == 12


def test_runs_are_found_by_the_beginning_of_their_id_and_by_latest(filled):
    with pytest.raises(InputError, match="no run yet"):
        filled.runs.find("latest")
    first = filled.run("answer@1", "golden", models="one").id
    second = filled.run("answer@2", "golden", models="one").id

    assert filled.runs.find("latest") == second
    assert filled.runs.find(first[:9]) == first
    with pytest.raises(NotFoundError, match="no run 'nope'"):
        filled.runs.find("nope")


def test_a_list_has_the_newest_run_first_with_its_counts(filled, models):
    filled.run("answer@1", "golden", models="one")
    models.default = refusing(2)
    filled.run("answer@2", "golden", models="one")

    lines = filled.runs.list()
    assert [(line.summary.done, line.summary.failed, line.status) for line in lines] == [(5, 1, "done"), (6, 0, "done")]


def test_a_fresh_run_replays_what_was_answered_and_asks_only_what_was_not(filled, models):
    first = filled.run("answer@1", "golden", models="one")
    again = filled.run("answer@1", "golden", models="one", repeats=2)

    assert len(models.default.requests) == 12
    assert (again.summary.done, again.summary.cached) == (12, 6)
    assert again.summary.cost_usd == pytest.approx(first.summary.cost_usd)
    frame = again.frame()
    assert frame.groupby("repeat")["cache_hit"].all().to_dict() == {1: True, 2: False}
    assert (frame.loc[frame["repeat"] == 1, "cost_usd"] > 0).all()
    assert (frame.loc[frame["repeat"] == 1, "spent_usd"] == 0).all()


def test_without_the_cache_a_fresh_run_measures_afresh(filled, models):
    filled.run("answer@1", "golden", models="one")
    filled.run("answer@1", "golden", models="one", use_cache=False)

    assert len(models.default.requests) == 12


def test_a_cancelled_run_keeps_what_it_has_and_resume_asks_only_what_is_missing(filled, models):
    gate, started = threading.Event(), threading.Event()

    def answer(request):
        if len(first.requests) > 5:
            assert started.wait(20)
            job.cancel()
            gate.set()
        return right(request)

    first = models.default = Scripted(answer)
    planned = filled.runs.plan(replace(ASKED, concurrency=1))
    job = filled.runs.start(planned)
    started.set()
    summary = job.wait(20)

    assert gate.is_set()
    assert summary.stopped_by == "cancel"
    assert 5 <= summary.done < 12
    assert filled.runs.status(summary.run) == "cancelled"

    second = models.default = Scripted(right)
    resumed = filled.runs.resume(summary.run).wait(20)

    assert (resumed.done, resumed.failed, resumed.stopped_by) == (12, 0, None)
    assert len(second.requests) == 12 - summary.done
    outputs = filled.runs.outputs(summary.run)
    assert {output.trial_id for output in outputs} == {cell.trial_id(summary.run) for cell in planned.cells()}
    assert filled.runs.status(summary.run) == "done"


def test_resume_leaves_failed_trials_alone_and_retry_failed_asks_only_them(filled, models):
    models.default = refusing(2, 5)
    run = filled.run("answer@1", "golden", models="one").id

    alone = models.default = Scripted(right)
    assert filled.runs.resume(run).wait(20).failed == 2
    assert alone.requests == []

    models.default = refusing(5)
    progress = filled.runs.resume(run, retry_failed=True)
    assert progress.wait(20).failed == 1
    assert sorted(asked_about(models.default)) == ["How long is item 2 lent?", "How long is item 5 lent?"]
    last = progress.progress()
    assert (last.done, last.failed, last.planned) == (5, 1, 6)

    models.default = Scripted(right)
    summary = filled.runs.resume(run, retry_failed=True).wait(20)
    assert (summary.done, summary.failed, summary.planned) == (6, 0, 6)
    assert [event["error"] for event in filled.events.of_run(run)] == [None] * 6


def test_resuming_a_finished_run_asks_nothing(finished, models):
    finished.runs.resume("latest").wait(20)

    assert models.default.requests == []
    assert finished.runs.status(finished.runs.find("latest")) == "done"


def test_a_run_that_is_over_cannot_be_cancelled(finished):
    with pytest.raises(InputError, match=r"not going on.*done"):
        finished.runs.cancel("latest")


def test_a_cancel_that_comes_after_the_end_does_not_undo_it(finished):
    run = finished.runs.find("latest")
    finished.context.write(lambda s: stored_runs.add_event(s, run, "cancelled", finished.context.clock.now()))

    assert finished.runs.status(run) == "done"


def test_a_model_without_its_key_is_found_out_before_anything_is_stored(project):
    with open_project(project, environ={"PATH": ""}) as wb:
        wb.prompts.add(project / "plain.prompt.yaml")
        wb.datasets.add(project / "golden.jsonl", name="golden")

        with pytest.raises(UnavailableError, match="OPENAI_API_KEY is not set"):
            wb.run("answer@1", "golden", models=["offline/reader", "openai/gpt-4o-mini"])
        assert wb.runs.list() == []


def test_start_and_resume_and_score_need_an_engineer(finished):
    reviewer = finished.acting_as(Actor("chris", frozenset({"reviewer"})))

    with pytest.raises(NotAllowedError):
        reviewer.runs.start(reviewer.runs.plan(ASKED))
    with pytest.raises(NotAllowedError):
        reviewer.runs.resume("latest")
    with pytest.raises(NotAllowedError):
        reviewer.runs.score("latest", metrics=["checks"])
    assert len(finished.runs.list()) == 1


def test_every_step_of_a_run_is_in_the_audit_log(finished):
    finished.runs.resume("latest").wait(20)
    finished.runs.score("latest", metrics=["exact_match"])

    actions = [entry.action for entry in finished.audit.list() if entry.action.startswith(("run", "outputs"))]
    assert actions == ["run started", "run finished", "run resumed", "run finished", "outputs scored"]
    assert finished.audit.verify() == []


def test_scoring_again_adds_scores_without_asking_for_answers(finished, models):
    run = finished.runs.find("latest")

    assert finished.runs.score(run, metrics=["exact_match"]) == 12
    found = finished.context.read(lambda s: scores.frame(s, run))
    assert (found["metric"] == "exact_match").sum() == 12
    assert models.default.requests == []


def test_scoring_by_an_unknown_name_stores_nothing(finished):
    before = len(finished.audit.list())
    with pytest.raises(NotFoundError):
        finished.runs.score("latest", metrics=["exact_mach"])
    with pytest.raises(NotFoundError):
        finished.runs.score("latest", judges=["nobody"])
    assert len(finished.audit.list()) == before


def test_a_checkpoint_that_cannot_be_made_does_not_spoil_a_finished_run(filled, monkeypatch):
    def held(self):
        raise StoreError("another transaction is active")

    monkeypatch.setattr(Store, "checkpoint", held)

    assert filled.run("answer@1", "golden", models="one").summary.done == 6


def test_an_interrupt_cancels_the_run_stores_what_came_and_goes_on(filled, models):
    def interrupt(progress):
        if progress.done:
            raise KeyboardInterrupt

    models.default = Scripted(right)
    with pytest.raises(KeyboardInterrupt):
        filled.run(["answer@1"], "golden", models="one", repeats=50, concurrency=1, on_progress=interrupt)

    (line,) = filled.runs.list()
    assert line.status in {"cancelled", "done"}
    assert line.summary.done == len(filled.runs.outputs(line.info.id)) > 0


@pytest.mark.slow
def test_a_cancel_reaches_a_run_in_another_process(filled, models, process):
    code = "shown(job, 4); summary = job.wait(30); say(summary.done, summary.stopped_by)"
    other = process(STARTED + code, filled.root, 4)
    run, _ = other.says().split()
    filled.runs.cancel(run)

    assert other.says() == "4 cancel"
    other.ends()
    assert filled.runs.status(run) == "cancelled"
    assert filled.runs.resume(run).wait(20).done == 12


@pytest.mark.slow
def test_a_run_elsewhere_cannot_be_resumed_here_until_it_is_killed_and_then_exactly_the_rest_is_asked(
    filled, models, process
):
    other = process(STARTED + "shown(job, 4); sys.stdin.readline()", filled.root, 4)
    run, shown = other.says().split()
    assert filled.runs.status(run) == "running"
    with pytest.raises(RunBusyError, match=rf"by process {other.popen.pid} \(.*python"):
        filled.runs.resume(run)
    other.kill()

    stored = {output.trial_id for output in filled.runs.outputs(run)}
    assert len(stored) >= int(shown) == 4
    until(lambda: filled.runs.status(run) == "interrupted")

    summary = filled.runs.resume(run).wait(20)
    outputs = filled.runs.outputs(run)
    planned = {cell.trial_id(run) for cell in filled.runs.stored_plan(run).cells()}
    assert {output.trial_id for output in outputs} == planned
    assert len(outputs) == summary.done == 12
    assert len(models.default.requests) == 12 - len(stored)
    scored = filled.context.read(lambda s: scores.frame(s, run))
    assert len(scored) == 12
    assert filled.audit.verify() == []
