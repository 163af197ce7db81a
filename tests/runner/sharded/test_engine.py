"""Sending requests out in shards: all are answered once, whatever becomes of workers, and money is accounted for."""

import asyncio
from collections import Counter
from dataclasses import replace

import pytest

from tests.support.builders import a_plan, a_version, an_arm
from tests.support.completers import Holding, Scripted, an_answer
from tests.support.crew import NearCrew
from workbench.domain.clock import SystemClock
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.run import ChunksOf, TrialFailure, TrialOutput
from workbench.errors import AuthenticationError, ConnectionFailedError, OverloadedError
from workbench.runner.brake import Brake
from workbench.runner.lane import PAUSE_AFTER, Spend
from workbench.runner.preparing import Preparer
from workbench.runner.retry import RetryPolicy
from workbench.runner.sharded.engine import MOST_LOSSES, ShardedEngine
from workbench.runner.sharded.lane import LARGEST_SHARD, FarLane

MODEL = "offline/reader"
COST, MOST = 0.01, 0.03


class Purse:
    """A budget in memory, as the store keeps one."""

    def __init__(self, usd):
        self.left = usd
        self.reserved = {}
        self.settled = {}
        self._changed = asyncio.Event()

    async def reserve(self, model, usd):
        while usd > self.left + 1e-9:
            if usd > self.left + sum(self.reserved.values()) + 1e-9:
                return None
            self._changed.clear()
            await self._changed.wait()
        reservation = f"s{len(self.reserved) + len(self.settled)}"
        self.left -= usd
        self.reserved[reservation] = usd
        return reservation

    def settle(self, reservation, usd):
        reserved = self.reserved.pop(reservation)
        self.settled[reservation] = (reserved, usd)
        self.left += 0 if usd is None else reserved - usd
        self._changed.set()


def spending(purse):
    return Spend(purse, lambda request: MOST, lambda completion: COST)


def engine(crew, models=(MODEL,), *, spend=None, lenders=None):
    lanes = {model: FarLane(model, crew, None, spend) for model in models}
    preparer = Preparer({}, timeout_s=5.0, lenders=lenders)
    return ShardedEngine("run", lanes, preparer, SystemClock(), Brake(), 5.0, crew=crew, session="session")


async def turns_until(condition):
    """Let the loop take turns until it is so."""
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it did not come about")


async def collect(made, cells):
    return [arrived async for arrived in made.outcomes(cells)]


def carried_out(make, cells):
    """What arrives of an engine that is made on the loop it works on."""

    async def run():
        made = make()
        return made, await collect(made, cells)

    return asyncio.run(run())


def outcomes(arrived, kind):
    return [one.outcome for one in arrived if isinstance(one.outcome, kind)]


def question(number):
    return f"Question {number}?"


def test_every_cell_is_answered_once_by_workers_side_by_side():
    plan, model = a_plan(examples=100, repeats=3), Scripted()
    made, arrived = carried_out(lambda: engine(NearCrew({MODEL: model})), plan.cells())

    outputs = outcomes(arrived, TrialOutput)
    assert len(model.requests) == len(arrived) == 300
    assert {output.trial_id for output in outputs} == {cell.trial_id("run") for cell in plan.cells()}
    assert {name for name, _ in made.crew.shards} == {"a", "b"}


def test_workers_are_sent_borrowed_chunks_and_need_no_store():
    class Shown:
        def find(self, asked):
            return {place: (RetrievedChunk(Chunk("c", "a.md", 0, f"Of {place[0]}.", 0, 5), 1, 0.5),) for place in asked}

    chunks, model = ChunksOf("r1", "answer@1:one"), Scripted()
    arm = replace(an_arm(a_version(user="{{context}}")), borrowed=chunks)

    _, arrived = carried_out(
        lambda: engine(NearCrew({MODEL: model}), lenders={chunks: Shown()}), a_plan([arm], examples=20).cells()
    )

    outputs = outcomes(arrived, TrialOutput)
    assert {(o.example_id, o.retrieved[0].chunk.text) for o in outputs} == {
        (f"q-{n:03}", f"Of q-{n:03}.") for n in range(1, 21)
    }
    assert {output.retrieval_ms for output in outputs} == {None}


def test_shards_begin_small_and_grow_while_they_come_back_soon():
    made, _ = carried_out(lambda: engine(NearCrew({MODEL: Scripted()}, ["a"])), a_plan(examples=900).cells())

    sizes = [len(shard.to_ask) for _, shard in made.crew.shards]
    assert sizes[0] <= 8
    assert max(sizes) == LARGEST_SHARD


def test_a_worker_has_one_shard_to_spare_and_no_more():
    async def run():
        model = Holding()
        made = engine(NearCrew({MODEL: model}, shards=2))
        taking = asyncio.create_task(collect(made, a_plan(examples=500).cells()))
        await turns_until(lambda: sum(made.crew.most_under_way.values()) == 6)
        model.release.set()
        await taking
        return made.crew.most_under_way

    assert asyncio.run(run()) == {"a": 3, "b": 3}


def test_a_request_that_kills_its_workers_fails_alone_and_in_the_end():
    def kills(request):
        return question(7) in request.messages[-1].content

    model = Scripted()
    _, arrived = carried_out(lambda: engine(NearCrew({MODEL: model}, kills=kills)), a_plan(examples=100).cells())

    failures = outcomes(arrived, TrialFailure)
    assert [(failure.example_id, failure.error, failure.final) for failure in failures] == [
        ("q-007", "WorkerLostError", True)
    ]
    assert f"It was tried {MOST_LOSSES} times" in failures[0].message
    assert len(outcomes(arrived, TrialOutput)) == len(model.requests) == 99


def test_requests_wait_for_workers_and_go_to_those_who_come():
    async def run():
        made = engine(NearCrew({MODEL: Scripted()}, []))
        taking = asyncio.create_task(collect(made, a_plan(examples=20).cells()))
        for _ in range(500):
            await asyncio.sleep(0)
        assert made.crew.shards == []
        made.crew.change("late")
        return made, await taking

    made, arrived = asyncio.run(run())
    assert len(arrived) == 20
    assert {name for name, _ in made.crew.shards} == {"late"}


def test_a_worker_that_is_gone_before_it_began_costs_nothing():
    class Leaving(NearCrew):
        def seats(self, model):
            named = super().seats(model)
            self.names = ["a"]
            return named

    async def run():
        purse = Purse(100.0)
        made = engine(Leaving({MODEL: Scripted()}, spend=spending(purse)), spend=spending(purse))
        return purse, await collect(made, a_plan(examples=30).cells())

    purse, arrived = asyncio.run(run())
    assert len(outcomes(arrived, TrialOutput)) == 30
    assert sum(usd for _, usd in purse.settled.values()) == pytest.approx(30 * COST)


def test_each_shard_is_reserved_for_and_let_go_of_with_its_last_outcome():
    async def run():
        purse = Purse(100.0)
        made = engine(NearCrew({MODEL: Scripted()}, spend=spending(purse)), spend=spending(purse))
        return made, purse, await collect(made, a_plan(examples=60).cells())

    made, purse, arrived = asyncio.run(run())
    released = [name for one in arrived for name in one.released]
    assert purse.reserved == {}
    assert sorted(released) == sorted(purse.settled)
    assert [usd for one in arrived for usd in one.released.values()] == [None] * len(made.crew.shards)
    assert all(one.outcome.reservation is None for one in arrived)
    assert purse.left == pytest.approx(100.0 - 60 * COST)


def test_a_reached_budget_stops_the_run_close_to_it():
    async def run():
        purse, model = Purse(1.0), Scripted()
        made = engine(NearCrew({MODEL: model}, spend=spending(purse)), spend=spending(purse))
        arrived = await collect(made, a_plan(examples=500).cells())
        return made, model, arrived

    made, model, arrived = asyncio.run(run())
    assert made.brake.reason == "budget"
    assert 1.0 - MOST - 1e-9 <= len(model.requests) * COST <= 1.0 + 1e-9
    assert len(arrived) == len(model.requests)


def test_what_a_lost_worker_may_have_spent_stays_counted():
    lost = Counter()

    def kills(request):
        lost[request.messages[-1].content] += 1
        return question(1) in request.messages[-1].content and lost[request.messages[-1].content] == 1

    async def run():
        purse = Purse(100.0)
        made = engine(NearCrew({MODEL: Scripted()}, kills=kills, spend=spending(purse)), spend=spending(purse))
        return purse, await collect(made, a_plan(examples=40).cells())

    purse, arrived = asyncio.run(run())
    kept = [reserved for reserved, usd in purse.settled.values() if usd is None]
    assert len(outcomes(arrived, TrialOutput)) == 40
    assert len(kept) == 1
    assert purse.left == pytest.approx(100.0 - 40 * COST - kept[0])


def test_attempts_whose_cost_is_unknown_keep_their_money_and_are_counted_on():
    """A shard's money does not suffice for asking again: the driver gives more, and the attempts go on from there."""

    async def run():
        purse = Purse(100.0)
        model = Scripted(lambda _: ConnectionFailedError("cut off"))
        made = engine(NearCrew({MODEL: model}, spend=spending(purse)), spend=spending(purse))
        return purse, model, await collect(made, a_plan(examples=1).cells())

    purse, model, arrived = asyncio.run(run())
    assert [(one.outcome.attempt, one.outcome.final) for one in arrived] == [(1, False), (2, False), (3, True)]
    assert len(model.requests) == 3
    assert purse.left == pytest.approx(100.0 - 3 * MOST)
    assert [usd for one in arrived for usd in one.released.values()] == pytest.approx([0.0] * 3)


def test_a_worker_that_asks_nothing_of_what_it_was_given_is_not_asked_for_ever():
    async def run():
        stingy = Spend(Purse(0), lambda request: 10 * MOST, lambda completion: COST)
        purse = Purse(100.0)
        made = engine(NearCrew({MODEL: Scripted()}, spend=stingy), spend=spending(purse))
        return await collect(made, a_plan(examples=3).cells())

    failures = outcomes(asyncio.run(run()), TrialFailure)
    assert len(failures) == 3
    assert all("did not ask" in failure.message for failure in failures)


def test_a_refused_key_closes_the_lane_and_leaves_the_others():
    plan = a_plan([an_arm(model="closed"), an_arm(model="open")], examples=200)
    models = {"closed": Scripted(lambda _: AuthenticationError("no")), "open": Scripted()}
    made, arrived = carried_out(lambda: engine(NearCrew(models), ["closed", "open"]), plan.cells())

    assert made.lanes["closed"].state == "closed"
    assert made.lanes["closed"].stopped_by.message == "no"
    assert len(outcomes(arrived, TrialOutput)) == 200
    assert len(models["closed"].requests) < 100


def test_a_lane_that_paused_can_go_on_and_loses_no_cell():
    async def run():
        down = Scripted(lambda _: OverloadedError("down"))
        crew = NearCrew({"down": down, "slow": Scripted()}, retry=RetryPolicy(attempts=1))
        made = engine(crew, ["down", "slow"])
        gate, arrived = asyncio.Event(), []

        async def held(request, on_token=None):
            await gate.wait()
            return an_answer()

        crew._completers["slow"].complete = held

        async def take():
            plan = a_plan([an_arm(model="down"), an_arm(model="slow")], examples=60)
            arrived.extend([one async for one in made.outcomes(plan.cells())])

        taking = asyncio.create_task(take())
        await turns_until(lambda: made.lanes["down"].state == "paused" and not crew.under_way["down"])
        down.answer = lambda _: an_answer()
        made.go_on("down")
        gate.set()
        await taking
        return arrived

    arrived = asyncio.run(run())
    finals = [one.outcome for one in arrived if isinstance(one.outcome, TrialOutput) or one.outcome.final]
    assert len({outcome.trial_id for outcome in finals}) == len(finals) == 120
    assert len(outcomes(arrived, TrialFailure)) >= PAUSE_AFTER
