"""A cap holds: whatever comes in whatever order, in one process or in several, and when one is killed."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.trials import an_output
from workbench.errors import StoreError
from workbench.store import spend, trials
from workbench.workspace.spending.budget import FREE, RunBudget, month_of, open_budget
from workbench.workspace.spending.caps import Caps

RUN = "r1"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = datetime.fromisoformat("2026-03-31T23:00:00")

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return 0.0


@pytest.fixture
def context(wb):
    return replace(wb.context, clock=Clock())


def rows(context, table="spend_reservations") -> list[tuple]:
    return context.read(lambda s: s.rows(f"SELECT * FROM {table}"))


def stored_usd(context, run=None) -> float:
    """What counts against the month, or a run, as any other process would read it."""
    start = month_of(context.clock.now())
    if run is not None:
        return context.read(lambda s: spend.of_run(s, run)).usd
    return context.read(lambda s: spend.between(s, start, start + timedelta(days=40))).usd


def opened(context, *, run=RUN, **caps) -> RunBudget:
    budget = open_budget(context, Caps(**caps), run)
    assert budget is not None
    return budget


def test_without_a_cap_there_is_no_budget_and_nothing_is_read_or_written(context):
    context.store.path.unlink()
    assert open_budget(context, Caps(), RUN) is None
    assert not context.store.path.exists()


def test_what_was_reserved_is_in_the_store_before_the_call_is_sent(context):
    async def check():
        budget = opened(context, run_usd=1.0)
        reservation = await budget.reserve("one", 0.25)
        assert rows(context) == [(reservation, RUN, "one", 0.25, context.clock.now())]
        assert stored_usd(context) == stored_usd(context, RUN) == 0.25

    asyncio.run(check())


def test_a_call_that_costs_nothing_is_not_written_down_and_never_refused(context):
    async def check():
        budget = opened(context, run_usd=0.0)
        assert await budget.reserve("offline/reader", 0.0) == FREE
        budget.settle(FREE, 0.0)
        assert await budget.reserve("one", 0.001) is None
        assert rows(context) == []

    asyncio.run(check())


def test_those_who_ask_at_once_share_transactions(context):
    async def check():
        budget, written = opened(context, run_usd=64.0), writes(context)
        got = await asyncio.gather(*(budget.reserve("one", 1.0) for _ in range(64)))
        assert len(set(got)) == 64
        assert None not in got
        assert len(written) == 1

    asyncio.run(check())


def test_a_call_waits_until_others_give_back_enough_and_in_turn(context):
    async def check():
        budget, written = opened(context, run_usd=1.0), writes(context)
        first = await budget.reserve("one", 0.9)
        large = asyncio.create_task(budget.reserve("one", 0.6))
        small = asyncio.create_task(budget.reserve("one", 0.1))
        await until(lambda: len(written) == 2)
        done, _ = await asyncio.wait({large, small}, timeout=0.1)
        assert not done
        budget.settle(first, 0.2)
        assert await large is not None
        assert await small is not None
        assert stored_usd(context) <= 1.0

    asyncio.run(check())


def test_a_call_is_refused_when_nothing_under_way_could_make_it_fit(context):
    async def check():
        budget = opened(context, run_usd=1.0)
        under_way = await budget.reserve("one", 0.5)
        assert await budget.reserve("one", 1.1) is None
        budget.settle(under_way, 0.5)
        assert await budget.reserve("one", 0.6) is None
        assert await budget.reserve("one", 0.5) is not None

    asyncio.run(check())


def test_a_call_of_unknown_cost_keeps_its_reservation(context):
    async def check():
        budget = opened(context, run_usd=1.0)
        budget.settle(await budget.reserve("one", 0.7), None)
        assert await budget.reserve("one", 0.4) is None
        await budget.aclose()
        assert stored_usd(context) == 0.7

    asyncio.run(check())


def test_nobody_waits_for_a_call_that_is_over(context):
    async def check():
        budget = opened(context, run_usd=1.0)
        written = writes(context)
        first = await budget.reserve("one", 0.9)
        second = asyncio.create_task(budget.reserve("one", 0.9))
        await until(lambda: len(written) == 2)
        budget.settle(first, None)
        assert await second is None

    asyncio.run(check())


def test_who_goes_away_leaves_nothing_set_aside(context):
    async def check():
        budget = opened(context, run_usd=1.0)
        for moment in range(40):
            task = asyncio.create_task(budget.reserve("one", 0.9))
            await asyncio.sleep(moment / 1000)
            if task.cancel():
                with pytest.raises(asyncio.CancelledError):
                    await task
            else:
                budget.settle(task.result(), 0.0)
        assert await budget.reserve("one", 1.0) is not None

    asyncio.run(check())


def test_one_who_goes_away_while_waiting_lets_the_next_one_through(context):
    async def check():
        budget = opened(context, run_usd=1.0)
        written = writes(context)
        await budget.reserve("one", 0.5)
        large = asyncio.create_task(budget.reserve("one", 0.9))
        small = asyncio.create_task(budget.reserve("one", 0.5))
        await until(lambda: len(written) == 2)
        large.cancel()
        assert await small is not None

    asyncio.run(check())


def test_closing_tells_the_store_what_calls_that_were_never_stored_did_not_cost(context):
    async def check():
        budget = opened(context, month_usd=5.0)
        kept, returned = await budget.reserve("one", 1.0), await budget.reserve("one", 2.0)
        budget.settle(kept, 0.25)
        budget.settle(returned, 0.0)
        await budget.aclose()
        assert stored_usd(context) == 0.25

    asyncio.run(check())


def test_storing_an_answer_puts_its_cost_in_place_of_what_was_reserved(context):
    async def check():
        budget = opened(context, run_usd=1.0, month_usd=1.0)
        reservation = await budget.reserve("one", 0.9)
        budget.settle(reservation, 0.3)
        output = an_output(spent_usd=0.3, reservation=reservation, started_at=context.clock.now())

        def change(s):
            trials.append(s, [output])
            spend.release(s, spend.settled([output]), context.clock.now())

        context.write(change)
        assert stored_usd(context) == stored_usd(context, RUN) == 0.3
        assert await budget.reserve("one", 0.7) is not None
        assert budget.standing().run_usd == pytest.approx(1.0)
        await budget.aclose()
        assert stored_usd(context) == 1.0

    asyncio.run(check())


def test_a_new_month_begins_with_what_is_under_way(context):
    async def check():
        context.clock.time = datetime.fromisoformat("2026-03-31T23:59:50")
        budget = opened(context, month_usd=1.0)
        budget.settle(await budget.reserve("one", 0.5), None)
        late = await budget.reserve("one", 0.5)
        assert await budget.reserve("one", 0.6) is None
        context.clock.time += timedelta(seconds=20)
        # Both may still be answered in April, and would then be paid for out of April's money.
        assert await budget.reserve("one", 0.6) is None
        budget.settle(late, 0.1)
        assert await budget.reserve("one", 0.4) is not None

    asyncio.run(check())


def test_a_store_that_fails_is_heard_of_by_everybody_who_waits(context):
    async def check():
        budget = opened(context, run_usd=1.0)
        write = context.store.write

        def fails(_):
            raise StoreError("the disk is full")

        context.store.write = fails
        got = await asyncio.gather(*(budget.reserve("one", 0.1) for _ in range(3)), return_exceptions=True)
        assert [str(error) for error in got] == ["the disk is full"] * 3
        context.store.write = write
        assert await budget.reserve("one", 0.1) is not None

    asyncio.run(check())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    calls=st.lists(
        st.tuples(st.floats(0.001, 0.6), st.floats(0, 1) | st.none(), st.integers(0, 4)), min_size=1, max_size=24
    ),
    run_cap=st.floats(0.2, 2.0) | st.none(),
    month_cap=st.floats(0.2, 2.0),
    seed=st.integers(0, 1000),
)
def test_whatever_calls_come_no_cap_is_passed_and_no_call_waits_for_ever(context, calls, run_cap, month_cap, seed):
    context.write(lambda s: [s.execute(f"DELETE FROM {table}") for table in ("spend_reservations", "spend_releases")])
    order = random.Random(seed)

    async def check():
        budgets = [opened(context, run=f"r{n}", run_usd=run_cap, month_usd=month_cap) for n in range(2)]
        paid = 0.0

        async def call(usd, share, steps):
            nonlocal paid
            budget = order.choice(budgets)
            for _ in range(steps):
                await asyncio.sleep(0.001)
            reservation = await budget.reserve("one", usd)
            if reservation is None:
                return
            paid += usd  # as if all of it were spent, until it is known better
            assert round(paid, 9) <= month_cap
            assert round(stored_usd(context), 9) <= month_cap
            for _ in range(order.randint(0, 4)):
                await asyncio.sleep(0.001)
            if share is not None:
                paid -= usd * (1 - share)
            budget.settle(reservation, None if share is None else usd * share)

        await asyncio.wait_for(asyncio.gather(*(call(*one) for one in calls)), 30)
        for n, budget in enumerate(budgets):
            await budget.aclose()
            assert run_cap is None or round(stored_usd(context, f"r{n}"), 9) <= run_cap
        assert stored_usd(context) == pytest.approx(paid)

    asyncio.run(check())


SPENDER = """
import json, random
from workbench.workspace.spending.budget import open_budget
from workbench.workspace.spending.caps import Caps

cap, seed = float(sys.argv[2]), int(sys.argv[3])

async def main():
    with open_project(directory) as wb:
        order = random.Random(seed)
        budget = open_budget(wb.context, Caps(month_usd=cap), f"r{seed}")
        say("ready")
        sys.stdin.readline()
        paid = refused = 0

        async def call():
            nonlocal paid, refused
            await asyncio.sleep(order.random())
            usd = order.choice((1, 2, 3)) / 64
            reservation = await budget.reserve("one", usd)
            if reservation is None:
                refused += 1
                return
            await asyncio.sleep(order.random() / 20)
            spent = usd / order.choice((1, 2, 4))
            paid += spent
            budget.settle(reservation, spent)

        await asyncio.gather(*(call() for _ in range(200)))
        await budget.aclose()
        say(json.dumps({"paid": paid, "refused": refused}))

asyncio.run(main())
"""

KILLED = """
from workbench.workspace.spending.budget import open_budget
from workbench.workspace.spending.caps import Caps

async def main():
    with open_project(directory) as wb:
        budget = open_budget(wb.context, Caps(run_usd=1.0), "r1")
        settled, lost = await budget.reserve("one", 0.25), await budget.reserve("one", 0.5)
        budget.settle(settled, 0.125)
        say("sent")
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.mark.slow
def test_two_processes_share_one_cap(wb, process):
    cap = 3.0
    spenders = [process(SPENDER, wb.root, cap, seed) for seed in (1, 2)]
    for spender in spenders:
        assert spender.says() == "ready"
    for spender in spenders:
        spender.popen.stdin.write("go\n")
        spender.popen.stdin.flush()
    told = [json.loads(spender.ends()) for spender in spenders]
    paid = sum(one["paid"] for one in told)
    assert all(one["paid"] and one["refused"] for one in told)
    assert cap - 3 / 64 < paid <= cap
    month = month_of(wb.context.clock.now())
    stored = wb.context.read(lambda s: spend.between(s, month, month + timedelta(days=40)))
    assert stored.usd == pytest.approx(paid)


@pytest.mark.slow
def test_what_a_killed_process_had_set_aside_stays_counted(wb, process):
    killed = process(KILLED, wb.root)
    assert killed.says() == "sent"
    killed.kill()

    async def check():
        budget = opened(wb.context, run_usd=1.0)
        assert budget.standing().run_usd == 0.75
        assert await budget.reserve("one", 0.26) is None
        assert await budget.reserve("one", 0.25) is not None

    asyncio.run(check())


def writes(context) -> list:
    """Every transaction that writes from now on."""
    written, write = [], context.store.write

    def noted(change):
        written.append(change)
        return write(change)

    context.store.write = noted
    return written


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it did not come about")
