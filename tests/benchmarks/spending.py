"""A ledger of a million answers, three million scores and a million reservations, read as pages and budgets do."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from tests.support.projects import make_project, open_project
from workbench import Workbench
from workbench.store import spend
from workbench.store.session import Session
from workbench.workspace.spending.budget import RunBudget, month_of
from workbench.workspace.spending.caps import Caps

ROWS = 1_000_000
TIMES = 7
BUDGET_MS = 50.0
CALLS, AT_ONCE, LATENCY_S = 1_000, 64, 0.2


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what reading the ledger takes, and what setting money aside adds to calls."""
    with open_project(make_project(folder / "project")) as wb:
        now = wb.context.clock.now()
        wb.context.write(lambda s: _fill(s, now))
        wb.context.store.checkpoint()
        month, read = month_of(now), wb.context.read
        marks = read(lambda s: spend.read_on(s, spend.Marks(), run="r7", month=month)).marks
        newest = [reservation for (reservation,) in read(lambda s: s.rows(_NEWEST))]
        with wb.lease():
            for label, work in (
                ("this month", wb.spending.month),
                ("a run", lambda: read(lambda s: spend.of_run(s, "r7"))),
                ("the overview's part", wb.spending.lately),
                (
                    "what a budget reads when all matters",
                    lambda: read(lambda s: spend.read_on(s, marks, run="r7", month=month)),
                ),
                ("releasing 64 reservations", lambda: wb.context.write(lambda s: spend.release(s, newest, now))),
            ):
                took = statistics.median(_timed(work) for _ in range(TIMES))
                yield label, f"{took:6.1f} ms   {took / BUDGET_MS:.2f} x the budget of {BUDGET_MS:.0f} ms"
        bare, held = (asyncio.run(_calls(wb, capped=capped)) for capped in (False, True))
        yield (
            f"{CALLS:,} calls of about {LATENCY_S * 1000:.0f} ms, {AT_ONCE} at once, within a budget",
            f"{held[0]:.2f} s, {held[0] / bare[0]:.2f} x without one; {1000 * held[1] / CALLS:.1f} ms CPU a call",
        )


_NEWEST = "SELECT id FROM spend_reservations ORDER BY rowid DESC LIMIT 64"


def _fill(s: Session, now: datetime) -> None:
    """45 days of spend, straight in SQL."""
    at = f"TIMESTAMP '{now}' - INTERVAL ({ROWS} * 4 - i * 4) SECOND"
    ids = "printf('%08x', 1700000000 + i * 4) || md5(i::VARCHAR)[:16], 'r' || (i // 20000)"
    s.execute(
        f"""INSERT INTO trial_outputs SELECT md5(i::VARCHAR), 'r' || (i // 20000), 'answer@' || (1 + i % 2) || ':model-'
        || (i % 3), 'q', 1, 'c', 'k', 'An answer ' || md5(i::VARCHAR), 'm', 'stop', 10, 5, 0, 1.0, 0.5, '[]', '[]', '[]',
        NULL, 0.001, 1, {at}, false, 0.001, 1.0, NULL, 2.0, false FROM range({ROWS}) t(i)"""
    )
    s.execute(
        f"""INSERT INTO scores (trial_id, run, metric, metric_version, value, reason, raw, created_at, cost_usd, arm, model)
        SELECT md5((i // 3)::VARCHAR), 'r' || (i // 60000), 'm' || (i % 3), '1', 1.0, '', '',
        TIMESTAMP '{now}' - INTERVAL ({ROWS} * 4 - i * 4 // 3) SECOND, CASE WHEN i % 3 = 0 THEN 0.001 END,
        'answer@' || (1 + i % 2) || ':model', CASE WHEN i % 3 = 0 THEN 'judge' END FROM range({3 * ROWS}) t(i)"""
    )
    s.execute(f"INSERT INTO spend_reservations SELECT {ids}, 'model', 0.01, {at} FROM range({ROWS}) t(i)")
    s.execute(f"INSERT INTO spend_releases SELECT {ids}, 0.01, {at}, {at} FROM range({ROWS - 100}) t(i)")


async def _calls(wb: Workbench, *, capped: bool) -> tuple[float, float]:
    """Seconds and CPU seconds of calls that only wait, their outcomes stored as a run stores them."""
    budget = RunBudget.opened(wb.context, Caps(run_usd=1e6, month_usd=1e6), "bench") if capped else None
    luck, asked, over = random.Random(1), iter(range(CALLS)), []
    started, computed = time.perf_counter(), time.process_time()

    async def worker() -> None:
        for _ in asked:
            reservation = await budget.reserve("model", 0.01) if budget else ""
            await asyncio.sleep(LATENCY_S * luck.uniform(0.5, 1.5))
            if budget:
                budget.settle(reservation, 0.001)
                over.append(reservation)

    async def storing() -> None:
        while True:
            await asyncio.sleep(0.4)
            release = partial(spend.release, ids=over.copy(), at=wb.context.clock.now())
            over.clear()
            await asyncio.to_thread(wb.context.write, release)

    storer = asyncio.create_task(storing())
    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
    took = time.perf_counter() - started, time.process_time() - computed
    storer.cancel()
    if budget:
        await budget.aclose()
    return took


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)
