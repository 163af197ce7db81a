"""Resuming a run of 100,000 trials of which 90,000 are stored: how long until the first new answer is stored too."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.big_project import EXAMPLES, VERSIONS, outputs_of, prepare
from workbench import Workbench
from workbench.store import runs, trials
from workbench.workspace.runs.planning import RunOptions

STORED_SHARE = 0.9
BUDGET_S = 5.0
POLL_S = 0.02
RUN = "r00000001"


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the time from the call to the first further answer, which includes planning and storing it."""
    with Workbench.open(prepare(folder)) as wb:
        versions = [f"answer@{n}" for n in range(1, VERSIONS + 1)]
        plan = wb.runs.plan(RunOptions(prompts=versions, dataset="golden", repeats=2, metrics=("length",)))
        stored = round(STORED_SHARE * plan.size)
        now = wb.context.clock.now()

        def change(session) -> None:
            runs.add(session, run=RUN, plan=plan, created_at=now, created_by="benchmark")
            trials.append(session, outputs_of(RUN, plan.cells()[:stored], now, random.Random(7)))

        wb.context.write(change)
        wb.context.store.checkpoint()
        started = time.perf_counter()
        job = wb.runs.resume(RUN)
        pause = threading.Event()
        while job.progress().done <= stored and not job.done:
            pause.wait(POLL_S)
        took = time.perf_counter() - started
        job.cancel()
        job.wait(60)
    label = f"a run of {EXAMPLES * VERSIONS * 2:,} trials, {stored:,} stored, to its next stored answer"
    yield label, f"{took:5.1f} s   {took / BUDGET_S:.2f} x the budget of {BUDGET_S:.0f} s"
