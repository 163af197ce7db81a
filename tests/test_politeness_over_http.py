"""How runs treat providers, seen from the provider's side: over real HTTP, with the times that the server noted."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.support.held_answers import HeldAnswers
from tests.support.http_projects import command, make_http_project, marked, open_http_project, planned_run, stored_marks
from tests.support.openai_server import OpenAIServer, ok, rate_limited
from tests.support.processes import until
from workbench.runner.pace import BURST_SHARE
from workbench.workspace.runs.planning import RunOptions

pytestmark = pytest.mark.slow

ROWS = 12
RETRY_AFTER_S = 2.0
PER_MINUTE = 300
AT_ONCE = 32
BEARABLE = 4
LATE = 3
"""Calls that may seem to come too early because the server noticed the first one late."""


def plain(asked, http):
    return ok(marked(asked))(asked, http)


@pytest.fixture
def servers() -> Iterator[tuple[OpenAIServer, OpenAIServer]]:
    """Two providers that answer at once."""
    with OpenAIServer() as one, OpenAIServer() as two:
        one.default = two.default = plain
        yield one, two


def ask(project, *models, **options):
    """Ask all rows with one prompt, and how it ended."""
    options = RunOptions(["answer@1"], "golden", models=models, metrics=["checks"], **options)
    with open_http_project(project) as wb:
        return wb.carry_out(options).summary


def test_a_provider_that_asks_for_a_pause_gets_it_and_another_is_not_held_up(servers, tmp_path):
    one, two = servers
    project = make_http_project(tmp_path / "desk", {"one": one, "two": two}, ROWS)
    one.script(ok("warm"), rate_limited(RETRY_AFTER_S))

    summary = ask(project, "one", "two")

    assert (summary.done, summary.failed, len(one.requests)) == (2 * ROWS, 0, ROWS + 1)
    refused_s = one.requests[1].answered_s
    waits = [asked.arrived_s - refused_s for asked in one.requests]
    # What was on its way is not called back; nothing else comes before the time is over.
    assert not [wait for wait in waits if RETRY_AFTER_S / 2 < wait < RETRY_AFTER_S]
    assert max(waits) >= RETRY_AFTER_S
    assert max(asked.arrived_s for asked in two.requests) < refused_s + RETRY_AFTER_S


def test_a_slow_provider_does_not_hold_up_another(servers, tmp_path):
    slow, quick = servers
    slow.default = held = HeldAnswers(0, marked)
    project = make_http_project(tmp_path / "desk", {"slow": slow, "quick": quick}, ROWS)
    with open_http_project(project) as wb:
        plan = wb.runs.plan(RunOptions(["answer@1"], "golden", models=["slow", "quick"], metrics=["checks"]))
        job = wb.runs.start(plan)
        until(lambda: len(stored_marks(wb, job.run)) == ROWS)
        assert (slow.open, len(quick.requests)) == (1, ROWS)
        held.let_go()
        assert job.wait(30).done == 2 * ROWS


def test_a_limit_per_minute_holds_at_the_server_after_a_tenth_of_it_at_once(servers, tmp_path):
    server, _ = servers
    burst = int(PER_MINUTE * BURST_SHARE)
    limits = f"limits = {{ concurrency = 64, requests_per_minute = {PER_MINUTE} }}\n"
    project = make_http_project(tmp_path / "desk", {"one": server}, burst + 6, limits)

    summary = ask(project, "one")

    assert (summary.done, summary.failed) == (burst + 6, 0)
    times = sorted(asked.arrived_s for asked in server.requests)
    assert len(times) == burst + 6
    flow = (PER_MINUTE - burst) / 60
    for number, at in enumerate(times):
        assert number + 1 <= burst + flow * (at - times[0]) + LATE


def test_a_provider_that_refuses_what_is_too_much_at_once_loses_no_trial(servers, tmp_path):
    server, _ = servers
    project = make_http_project(tmp_path / "desk", {"one": server}, 5 * AT_ONCE)

    async def bear(asked, http):
        answer = rate_limited() if server.open > BEARABLE else ok(marked(asked), delay_s=0.05)
        return await answer(asked, http)

    server.default = bear
    summary = ask(project, "one", concurrency=AT_ONCE)

    assert (summary.done, summary.failed) == (5 * AT_ONCE, 0)
    assert server.peak > BEARABLE


def test_a_provider_that_is_down_costs_the_others_nothing_and_a_resume_asks_it_again(servers, tmp_path):
    up, _ = servers
    with OpenAIServer() as down:
        project = make_http_project(tmp_path / "desk", {"up": up, "down": down}, ROWS)

    ended = command(project, *planned_run("answer@1", model="up"), "--model", "down", "--json")

    assert ended.returncode == 4, ended.stderr
    summary = json.loads(ended.stdout)
    assert (len(up.requests), summary["stopped_by"]) == (ROWS, "provider")
    assert summary["done"] == ROWS
    assert "ConnectionFailedError" in ended.stderr

    with OpenAIServer(port=down.port) as again:
        again.default = plain
        resumed = command(project, "resume", "latest", "--retry-failed", "--json")
        assert (resumed.returncode, json.loads(resumed.stdout)["done"]) == (0, 2 * ROWS), resumed.stderr
        assert (len(up.requests), len(again.requests)) == (ROWS, ROWS)
