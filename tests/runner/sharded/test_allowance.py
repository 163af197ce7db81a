"""A shard's allowance: its calls never spend more, and what they gave back can be spent again."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.runner.sharded.allowance import Allowance, AllowanceSpentError, ShardBudget


def test_what_a_call_did_not_cost_can_be_spent_again():
    async def spend():
        allowance = Allowance(1.0)
        for _ in range(50):
            allowance.settle(await allowance.reserve(0.9), 0.001)
        return allowance

    allowance = asyncio.run(spend())
    assert (allowance.spent_usd, allowance.kept_usd) == (pytest.approx(0.05), 0)


def test_what_a_call_may_have_cost_is_kept():
    async def spend():
        allowance = Allowance(1.0)
        allowance.settle(await allowance.reserve(0.6), None)
        with pytest.raises(AllowanceSpentError):
            await allowance.reserve(0.6)
        allowance.settle(await allowance.reserve(0.4), 0.0)
        return allowance

    allowance = asyncio.run(spend())
    assert (allowance.spent_usd, allowance.kept_usd) == (0, 0.6)


def test_one_who_does_not_fit_waits_for_calls_under_way_and_no_longer():
    async def spend():
        allowance = Allowance(1.0)
        first = await allowance.reserve(1.0)
        lucky, unlucky = (asyncio.create_task(allowance.reserve(usd)) for usd in (0.5, 0.8))
        await asyncio.sleep(0)
        assert not lucky.done()
        allowance.settle(first, 0.1)
        second = await lucky
        allowance.settle(second, 0.5)
        with pytest.raises(AllowanceSpentError):
            await unlucky

    asyncio.run(spend())


@given(st.lists(st.tuples(st.floats(0.01, 2), st.none() | st.floats(0, 1)), max_size=30))
def test_it_is_never_passed(calls):
    async def spend():
        allowance = Allowance(1.0)
        for most, share in calls:
            try:
                reservation = await allowance.reserve(most)
            except AllowanceSpentError:
                continue
            allowance.settle(reservation, None if share is None else most * share)
        return allowance.spent_usd + allowance.kept_usd

    assert asyncio.run(spend()) <= 1.0 + 1e-6


def test_calls_of_shards_side_by_side_draw_on_their_own():
    async def spend():
        budget, rich, poor = ShardBudget(), Allowance(5.0), Allowance(0.5)

        async def call(usd):
            reservation = await budget.reserve("one", usd)
            await asyncio.sleep(0)
            budget.settle(reservation, usd)

        with budget.drawing_on(rich):
            first = asyncio.create_task(call(3.0))
        with budget.drawing_on(poor):
            second = asyncio.create_task(call(0.5))
        await asyncio.gather(first, second)
        return rich.spent_usd, poor.spent_usd

    assert asyncio.run(spend()) == (3.0, 0.5)
