"""The limit of calls under way adapts to what a provider bears, and never lets more through than it says."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from workbench.runner.concurrency import AdaptiveLimit


def test_a_push_back_halves_the_limit_once_per_round():
    async def act():
        limit = AdaptiveLimit(16)
        rounds = [await limit.acquire() for _ in range(16)]
        for sent_in in rounds:
            limit.pushed_back(sent_in)
        return limit.now

    assert asyncio.run(act()) == 8


def test_it_never_falls_below_one_call():
    limit = AdaptiveLimit(4)
    for sent_in in range(20):
        limit.pushed_back(sent_in)
    assert limit.now == 1


def test_a_round_of_answers_makes_room_for_one_call_more_up_to_the_configured_number():
    limit = AdaptiveLimit(8)
    limit.pushed_back(0)
    assert limit.now == 4
    for _ in range(5):
        limit.answered()
    assert limit.now == 5
    for _ in range(1000):
        limit.answered()
    assert limit.now == 8


@given(st.integers(1, 6), st.lists(st.sampled_from(["ask", "answer", "refuse", "leave"]), max_size=60))
def test_whatever_happens_no_more_calls_are_under_way_than_the_limit_allowed(most, steps):
    async def act():
        limit = AdaptiveLimit(most)
        asking, under_way = [], []

        async def ask():
            under_way.append(await limit.acquire())

        for step in steps:
            if step == "ask":
                asking.append(asyncio.create_task(ask()))
            elif step == "leave" and asking:
                asking.pop().cancel()
            elif under_way:
                sent_in = under_way.pop()
                limit.answered() if step == "answer" else limit.pushed_back(sent_in)
                limit.release()
            before = len(under_way)
            for _ in range(3):
                await asyncio.sleep(0)
            assert len(under_way) <= max(before, limit.now)
            assert limit.in_flight == len(under_way)
            waiting = [task for task in asking if not task.done()]
            assert not waiting or limit.in_flight >= limit.now
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    asyncio.run(act())


def test_another_highest_limit_holds_at_once_and_makes_room_for_those_who_wait():
    async def act():
        limit = AdaptiveLimit(1)
        await limit.acquire()
        waiting = asyncio.create_task(limit.acquire())
        await asyncio.sleep(0)
        limit.change(2)
        await waiting
        limit.change(1)
        return limit

    limit = asyncio.run(act())
    assert (limit.in_flight, limit.now, limit.most) == (2, 1, 1)


def test_a_limit_that_was_pushed_back_does_not_rise_by_a_higher_one():
    limit = AdaptiveLimit(8)
    limit.pushed_back(0)
    limit.change(16)
    assert (limit.now, limit.most) == (4, 16)
