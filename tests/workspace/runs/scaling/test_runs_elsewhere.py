"""Runs whose calls are made by workers in other processes, over a real scheduler, against a real server."""

import re
from collections import Counter
from functools import partial

import pytest

from tests.support import sourced
from tests.support.openai_server import Usage, ok, slow, status, unauthorized
from tests.support.own_code import forgotten_afterwards
from tests.support.processes import Process, until
from workbench.domain.run import TrialOutput
from workbench.errors import InputError, UnavailableError
from workbench.runner.sharded.lane import LARGEST_SHARD
from workbench.store import scores, spend
from workbench.workspace.runs.planning import RunOptions

pytestmark = pytest.mark.slow

EACH_USD = (20 * 1.0 + 10 * 2.0) / 1e6
"""What an answer with 20 tokens of prompt and 10 of its own costs."""
BOTH = ("answer@1", "answer@2")


def options(executor, **changes):
    chosen = {"prompts": BOTH, "dataset": "golden", "models": ["one"], "metrics": ["checks"], "use_cache": False}
    return RunOptions(**{**chosen, "executor": executor, **changes})


def start(wb, executor, **changes):
    return wb.runs.start(wb.runs.plan(options(executor, **changes)))


def answers(wb, run):
    """What was answered, and how it scored, by arm, example and repeat."""
    found = wb.context.read(lambda s: scores.frame(s, run))
    scored = {(row.trial_id, row.metric): row.value for row in found.itertuples()}
    return {
        (o.arm, o.example_id, o.repeat): (o.completion.text, o.spent_usd, scored[o.trial_id, "checks"], o.retrieved)
        for o in wb.runs.outputs(run)
    }


def asked(server):
    """How often each question was asked, with its instructions."""
    return Counter(request.prompt for request in server.requests)


def test_a_run_elsewhere_brings_what_one_here_brings(library, server, cluster):
    server.default = ok(usage=Usage(10, 5))
    wb = library()
    near = start(wb, None, repeats=2).wait(60)
    far = start(wb, cluster.executor, repeats=2).wait(60)

    assert (far.planned, far.done, far.failed, far.stopped_by) == (240, 240, 0, None)
    assert far.cost_usd == pytest.approx(near.cost_usd)
    assert answers(wb, far.run) == answers(wb, near.run)
    assert set(asked(server).values()) == {4}


def test_metrics_of_the_projects_own_need_no_code_at_the_workers(library, server, cluster, tmp_path_factory):
    server.default = ok("It is lent for 3 days.")
    wb = library('\n[metrics.short]\nkind = "python"\nfunction = "short_here:judge"\n', count=12)
    (wb.root / "short_here.py").write_text("def judge(answer):\n    return len(answer) < 40, answer\n")
    with forgotten_afterwards(tmp_path_factory.getbasetemp()):
        run = start(wb, cluster.executor, metrics=["checks", "short"]).wait(60).run
        found = wb.context.read(partial(scores.frame, run=run))

    of_own = found[found["metric"] == "short"]
    assert len(of_own) == len(found) / 2 == 24
    assert set(of_own["value"]) == {1.0}
    assert set(of_own["reason"]) == {"It is lent for 3 days."}


def test_a_run_elsewhere_stops_early_as_one_here_does(library, server, cluster):
    async def careful_is_right(asked, http):
        item = re.search(r"item ([0-9]+)", asked.question).group(1)
        return await ok(f"{item} days" if "one sentence" in asked.prompt else "No idea.")(asked, http)

    server.default = careful_is_right
    wb = library()
    near = start(wb, None, stop_early=True).wait(60)
    sent = len(server.requests)
    far = start(wb, cluster.executor, stop_early=True).wait(60)

    assert (far.settled_at.look, far.settled_at.examples, far.done) == (1, 15, 30)
    assert near.settled_at == far.settled_at
    assert (sent, len(server.requests)) == (30, 60)


def test_workers_score_which_gold_was_found_without_having_the_documents(library, server, cluster):
    server.default = ok(usage=Usage(10, 5))
    wb = library()
    sourced.fill(wb)
    asked = {"prompts": ["desk@1"], "index": [sourced.LARGE, sourced.SMALL], "metrics": ["gold_found", "gold_rank"]}
    found = []
    for executor in (None, cluster.executor):
        summary = start(wb, executor, **asked).wait(60)
        frame = wb.context.read(partial(scores.frame, run=summary.run))
        found.append(sorted(zip(frame.arm, frame.example_id, frame.metric, frame.value, frame.reason, strict=True)))

    assert found[0] == found[1]
    assert len(found[0]) == 2 * 5 * 2
    assert {0.0, 1.0} <= {value for *_, value, _ in found[0]}


def test_workers_show_chunks_of_an_earlier_run_without_having_the_store(library, server, cluster):
    server.default = ok(usage=Usage(10, 5))
    wb = library()
    sourced.fill(wb)
    asked = {"prompts": ["desk@1"], "metrics": ["checks"]}
    first = start(wb, None, index=sourced.SMALL, **asked).wait(60)

    again = start(wb, cluster.executor, chunks_from=[first.run], **asked).wait(60)

    assert again.done == 5
    assert answers(wb, again.run) == answers(wb, first.run)
    assert {output.retrieval_ms for output in wb.runs.outputs(again.run)} == {None}


def test_a_worker_that_is_killed_costs_no_trial_and_its_unfetched_answers_stay_counted_as_spent(
    library, server, own_cluster
):
    server.latency_s = 0.05
    server.default = ok("Some answer.", usage=Usage(20, 10))
    wb = library(count=150)
    doomed, _ = own_cluster.add_worker(), own_cluster.add_worker()
    job = start(wb, own_cluster.executor, concurrency=16, max_cost_usd=1.0)
    until(lambda: job.progress().done >= 40)
    doomed.kill()
    stored = wb.runs.outputs(job.run)
    summary = job.wait(60)
    spent = wb.context.read(lambda s: spend.of_run(s, summary.run))

    assert summary.done == 300
    assert len({output.trial_id for output in wb.runs.outputs(job.run)}) == len(wb.runs.outputs(job.run)) == 300
    again = {prompt for prompt, times in asked(server).items() if times > 1}
    assert len(stored) >= 40
    assert not again & {prompt_of(output) for output in stored}
    assert len(server.requests) <= 300 + 5 * LARGEST_SHARD
    assert spent.known_usd == pytest.approx(300 * EACH_USD)
    assert spent.reserved_usd > 0
    assert len(server.requests) * EACH_USD <= spent.usd


def prompt_of(output):
    """The text that an answer answers, as the server sees it."""
    number = output.example_id.removeprefix("q-")
    question = f"How long is item {number} lent?"
    return question if output.arm.startswith("answer@1") else f"Answer in one sentence.\n{question}"


def test_a_cap_holds_across_workers_and_is_used(library, server, cluster):
    server.default = ok("Some answer.", usage=Usage(20, 10))
    cap = 0.002
    wb = library(count=100)
    summary = start(wb, cluster.executor, max_cost_usd=cap).wait(60)
    spent = wb.context.read(lambda s: spend.of_run(s, summary.run))

    assert summary.stopped_by == "budget"
    assert len(server.requests) * EACH_USD == pytest.approx(summary.cost_usd)
    assert 0.75 * cap < summary.cost_usd <= cap
    assert (spent.known_usd, spent.reserved_usd) == (pytest.approx(summary.cost_usd), 0)


def test_workers_share_a_models_limits(library, server, cluster):
    server.latency_s = 0.05
    limited = "limits = { concurrency = 6, requests_per_minute = 60 }\n"
    job = start(library(limited), cluster.executor)
    until(lambda: "30 requests a minute (each of 2 workers)" in job.progress().lanes[0].waiting)
    lane = job.progress().lanes[0]
    job.cancel()
    job.wait(60)

    assert lane.at_once == 6
    assert server.peak <= 6


def test_a_cancel_ends_calls_under_way_and_keeps_every_answer_of_their_shards(library, server, cluster):
    server.when("item 7", slow(600))
    wb = library()
    job = start(wb, cluster.executor)
    until(lambda: len(server.requests) == 120 and server.open == 2)
    job.cancel()
    summary = job.wait(60)

    assert (summary.done, summary.stopped_by) == (118, "cancel")
    assert wb.runs.status(job.run) == "cancelled"
    assert len(wb.runs.outputs(job.run)) == 118
    assert all(request.abandoned.wait(20) for request in server.requests if "item 7" in request.question)


def test_a_passing_fault_is_tried_again_by_the_worker_and_kept_as_an_attempt(library, server, cluster):
    server.script(status(503), status(503))
    wb = library()
    summary = start(wb, cluster.executor).wait(60)

    assert (summary.done, summary.failed) == (120, 0)
    assert [(failure.error, failure.final) for failure in wb.runs.failures(summary.run)] == [
        ("OverloadedError", False)
    ] * 2


def test_a_refused_key_stops_the_model_on_all_workers(library, server, cluster):
    server.default = unauthorized("no such key")
    wb = library(count=300)
    job = start(wb, cluster.executor)
    summary = job.wait(60)

    assert (summary.done, summary.stopped_by) == (0, "provider")
    assert job.progress().lanes[0].state == "closed"
    assert "no such key" in job.progress().lanes[0].waiting
    assert len(server.requests) <= 4 * LARGEST_SHARD


def test_workers_use_keys_of_their_own_environment(library, server, cluster):
    wb = library('api_key_env = "FAR_KEY"\n')
    summary = start(wb, cluster.executor).wait(60)

    assert summary.done == 120
    assert {request.headers["authorization"] for request in server.requests} == {"Bearer of-the-workers"}


def test_a_key_that_workers_lack_is_told_before_anything_is_stored(library, cluster):
    wb = library('api_key_env = "NOBODYS_KEY"\n')

    with pytest.raises(UnavailableError, match="NOBODYS_KEY"):
        start(wb, cluster.executor)
    assert wb.runs.list() == []


def test_judges_are_asked_from_here_while_workers_answer(library, server, cluster):
    wb = library('[judges.groundedness]\nmodel = "one"\n', count=10, context=["Items are lent for days."])
    summary = start(wb, cluster.executor, judges=["groundedness"]).wait(60)
    found = wb.context.read(lambda s: scores.frame(s, summary.run))

    assert summary.done == 20
    assert len(found[found["metric"] == "groundedness"]) == 20


def test_a_run_waits_for_workers_and_shares_its_limits_with_those_that_come(library, server, own_cluster):
    server.latency_s = 0.5
    wb = library()
    job = start(wb, own_cluster.executor, concurrency=4)
    until(lambda: job.progress().lanes[0].waiting == "waiting for workers: the scheduler has none", within_s=60)
    first = own_cluster.add_worker()
    until(lambda: job.progress().done >= 8, within_s=60)
    second = own_cluster.add_worker()
    until(lambda: all("'open_session'" in "".join(worker.said) for worker in (first, second)), within_s=60)
    server.latency_s = 0.0

    assert job.wait(60).done == 120
    # A server counts a call until it has noticed that it is answered, when the next one may be on its way.
    assert server.peak <= 4 + 1


def test_without_a_scheduler_nothing_is_stored(library, monkeypatch):
    monkeypatch.setattr("workbench.scale.cluster.CONNECT_S", 0.2)
    wb = library()

    with pytest.raises(UnavailableError, match=r"No Dask scheduler answers at dask://127\.0\.0\.1:9") as caught:
        start(wb, "dask://127.0.0.1:9")
    assert "dask worker 127.0.0.1:9" in caught.value.hint
    assert wb.runs.list() == []


@pytest.mark.parametrize(
    "executor", ["dask", "dask://", "dask://host", "dask://host:0", "ray://host:1", "dask://a b:1"]
)
def test_what_is_no_executor_is_refused(library, executor):
    with pytest.raises(InputError, match="is no executor"):
        library().runs.plan(options(executor))


def test_a_worker_with_another_version_is_refused_by_name(library, own_cluster, tmp_path):
    other = tmp_path / "other.py"
    other.write_text("import workbench\nworkbench.__version__ = '9.9.9'\n")
    own_cluster.add_worker(DASK_DISTRIBUTED__WORKER__PRELOAD=str(other))
    wb = library()

    with pytest.raises(UnavailableError, match=r"127\.0\.0\.2:\d+ has workbench 9\.9\.9 instead of"):
        start(wb, own_cluster.executor)
    assert wb.runs.list() == []


def test_when_the_scheduler_dies_the_run_breaks_off_and_can_go_on_here(library, server, own_cluster):
    server.latency_s = 0.3  # the run must not end before the scheduler does
    own_cluster.add_worker()
    wb = library()
    job = start(wb, own_cluster.executor, concurrency=4)
    until(lambda: job.progress().done >= 8)
    own_cluster.kill_scheduler()
    with pytest.raises(UnavailableError, match=r"scheduler .* is gone"):
        job.wait(60)

    server.latency_s = 0.0
    assert wb.runs.status(job.run) == "interrupted"
    assert wb.runs.resume(job.run, executor="local").wait(60).done == 120


DRIVER = """
with open_project(directory) as wb:
    from workbench.workspace.runs.planning import RunOptions
    asked = RunOptions(prompts=["answer@1", "answer@2"], dataset="golden", models=["one"], metrics=["checks"],
                       use_cache=False, concurrency=4, executor=sys.argv[2])
    shown(wb.runs.start(wb.runs.plan(asked)), 20)
    threading.Event().wait()
"""


def test_after_the_driver_was_killed_a_resume_asks_what_is_missing(library, server, cluster):
    server.latency_s = 0.05
    wb = library()
    driver = Process(DRIVER, wb.root, cluster.executor)
    run, done = driver.says().split()
    driver.kill()
    stored = wb.runs.outputs(run)
    summary = wb.runs.resume(run).wait(60)

    assert len(stored) >= int(done) >= 20
    assert summary.done == 120
    assert all(isinstance(wb.runs.output(output.trial_id), TrialOutput) for output in stored)
    again = {prompt for prompt, times in asked(server).items() if times > 1}
    assert not again & {prompt_of(output) for output in stored}
