"""Several processes at one project: how long a reader waits beside two runs, and how soon a run heeds a cancel."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.http_projects import begin, command, make_http_project, marked, open_http_project, planned_run
from tests.support.openai_server import OpenAIServer, ok, slow
from tests.support.processes import until

ROWS = 300
LATENCY_S = 0.1
AT_ONCE = 64
NEVER_S = 30.0
"""What the calls in flight would take."""
WAIT_BUDGET_S = 10.0
CANCEL_BUDGET_S = 2.0


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the waits of a reader, and of a person who cancels."""
    with OpenAIServer() as server:
        server.default = lambda asked, http: ok(marked(asked), delay_s=LATENCY_S)(asked, http)
        project = make_http_project(folder / "desk", {"tiny": server}, ROWS)
        yield from _beside_two_runs(project)
        yield from _cancelled(project, server)


def _beside_two_runs(project: Path) -> Iterator[tuple[str, str]]:
    with open_http_project(project) as wb:
        first = wb.run(["answer@1", "answer@2"], "golden", models="tiny", metrics=["checks"]).id
        runs = [begin(project, *planned_run(prompt), "--no-cache") for prompt in ("answer@1", "answer@2")]
        waits: dict[str, list[float]] = {"the list of runs": [], "a comparison": []}
        while any(run.poll() is None for run in runs):
            waits["the list of runs"].append(_seconds(wb.runs.list))
            waits["a comparison"].append(_seconds(lambda wb=wb: wb.compare(first)))
    for run in runs:
        run.communicate()
    for what, seconds in waits.items():
        longest = f"{max(seconds) / WAIT_BUDGET_S:.2f} x the budget of {WAIT_BUDGET_S:.0f} s"
        yield (
            f"{what} beside two runs, median and longest",
            f"{statistics.median(seconds):5.2f} s  {max(seconds):5.2f} s   {longest}",
        )


def _cancelled(project: Path, server: OpenAIServer) -> Iterator[tuple[str, str]]:
    server.reset()
    server.script(ok("The first call goes alone."))
    server.default = slow(NEVER_S)
    with begin(project, *planned_run("answer@1"), "--no-cache", "--concurrency", AT_ONCE) as run:
        until(lambda: len(server.requests) > AT_ONCE)
        began = time.monotonic()
        command(project, "cancel", "latest")
        asked = time.monotonic()
        until(lambda: server.open == 0)
        closed = time.monotonic()
        run.communicate()
        ended = time.monotonic()
    yield "the command `workbench cancel`", f"{asked - began:5.2f} s"
    for what, at in (("calls in flight are given up", closed), ("the run's process has ended", ended)):
        took = at - asked
        yield (
            f"from then until {what}",
            f"{took:5.2f} s   {took / CANCEL_BUDGET_S:.2f} x the budget of {CANCEL_BUDGET_S:.0f} s",
        )


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
