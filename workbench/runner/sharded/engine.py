"""The loop on several machines: requests are prepared here and sent out in shards, outcomes are handed out here."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workbench.domain.run import TrialFailure, TrialOutput
from workbench.domain.score import Score
from workbench.errors import WorkerLostError
from workbench.runner.engine import LanesEngine
from workbench.runner.outcomes import Arrived, not_asked
from workbench.runner.preparing import Prepared, Supply, Unprepared
from workbench.runner.sharded.crew import Crew, Seat
from workbench.runner.sharded.lane import LARGEST_SHARD, FarLane
from workbench.runner.sharded.shard import Shard, ToAsk, Worked

GRACE_S = 1.6
"""Workers wait a second for answers in flight after a cancel; what they hand over then has to travel."""
MOST_LOSSES = 3
"""A request that was lost with its worker so often is not sent again: it may be what kills them."""
APART = 7
"""A request that was lost with its worker travels with so many times fewer others the next time."""
SPARE_SHARDS = 1
"""Shards that wait at a worker, so that it has something to do while it hands over another."""


@dataclass(frozen=True)
class _Reserved:
    """Money set aside for a shard."""

    id: str
    usd: float


@dataclass(kw_only=True)
class ShardedEngine(LanesEngine[FarLane]):
    """The loop whose calls are made by a crew of workers."""

    crew: Crew
    session: str
    _losses: Counter[str] = field(default_factory=Counter)
    _attempts: dict[str, int] = field(default_factory=dict)
    """Attempts made at requests that are not done with. This and the losses by trial id."""

    @property
    def grace_s(self) -> float:
        """How long what workers have in hand after a cancel is waited for."""
        return GRACE_S

    async def _work_on(self, lane: FarLane, supply: Supply) -> None:
        under_way: dict[asyncio.Task[None], str] = {}
        async with asyncio.TaskGroup() as shards:
            while True:
                seat = self._free_seat(lane, under_way.values()) if self._open(lane) else None
                batch = [] if seat is None else await self._next_batch(lane, supply, seat)
                if seat is not None and batch:
                    shard = shards.create_task(self._carry_out(lane, supply, seat, batch))
                    under_way[shard] = seat.worker
                elif under_way or (seat is None and self._open(lane)):
                    await self._news(under_way)
                else:
                    return
                under_way = {shard: worker for shard, worker in under_way.items() if not shard.done()}

    def _free_seat(self, lane: FarLane, busy: Iterable[str]) -> Seat | None:
        """The worker that has the fewest shards for what it can do; None when all have enough."""
        taken = Counter(busy)
        free = [seat for seat in self.crew.seats(lane.model) if taken[seat.worker] < seat.shards + SPARE_SHARDS]
        return min(free, key=lambda seat: taken[seat.worker] / seat.shards, default=None)

    async def _next_batch(self, lane: FarLane, supply: Supply, seat: Seat) -> list[Prepared]:
        """The requests of the next shard; none when there are none left, or the run or the lane stopped meanwhile."""
        most, batch = lane.shard_size(-(-seat.concurrency // seat.shards)), list[Prepared]()
        while len(batch) < most and (supply.at_hand or not batch):
            prepared = await supply.next()
            if prepared is None:
                break
            if not self._open(lane):
                supply.put_back(prepared)
                break
            companions = max(1, LARGEST_SHARD // APART ** self._losses[self._trial(prepared)])
            if len(batch) >= companions:
                supply.put_back(prepared)
                break
            most = min(most, companions)
            batch.append(prepared)
        if self._open(lane):
            return batch
        _put_back(supply, batch)
        return []

    async def _news(self, under_way: Iterable[asyncio.Task[None]]) -> None:
        """Until a shard is done with, a worker came or went, or the run stops."""
        news = [asyncio.create_task(self.crew.changed())]
        if not self.brake.pulled:
            news.append(asyncio.create_task(self.brake.wait()))
        try:
            done, _ = await asyncio.wait({*under_way, *news}, return_when=asyncio.FIRST_COMPLETED)
            for task in done.intersection(news):
                task.result()
        finally:
            for task in news:
                task.cancel()

    async def _carry_out(self, lane: FarLane, supply: Supply, seat: Seat, batch: Sequence[Prepared]) -> None:
        """Have a worker answer as many of the requests as there is money for; put back what is not done with."""
        batch, reserved, too_many = await self._reserve(lane, batch)
        _put_back(supply, too_many)
        if not batch:
            self.brake.pull("budget")
            return
        if not self._open(lane):
            self._settle(lane, reserved, 0.0)
            _put_back(supply, batch)
            return
        try:
            worked = await self.crew.work(seat.worker, self._shard(lane, batch, reserved))
        except WorkerLostError as lost:
            self._settle(lane, reserved, None if lost.began else 0.0)
            await self._lose(supply, batch, lost)
        except BaseException:
            self._settle(lane, reserved, None)  # it was sent, and may be charged for
            raise
        else:
            self._settle(lane, reserved, worked.spent_usd + worked.kept_usd)
            lane.learn(len(batch), worked)
            await self._take(lane, supply, batch, worked, reserved)

    async def _reserve(
        self, lane: FarLane, batch: Sequence[Prepared]
    ) -> tuple[Sequence[Prepared], _Reserved | None, Sequence[Prepared]]:
        """Set aside the most that a shard can cost, with fewer requests where it would not fit.

        Returns what may be sent, none at a reached budget; the reservation; and what has to wait.
        """
        if lane.spend is None:
            return batch, None, ()
        size = len(batch)
        while size:
            most = sum(map(lane.most_usd, batch[:size]))
            reservation = await lane.spend.budget.reserve(lane.model, most)
            if reservation is not None:
                return batch[:size], _Reserved(reservation, most), batch[size:]
            size //= 2
        return (), None, batch

    def _settle(self, lane: FarLane, reserved: _Reserved | None, usd: float | None) -> None:
        if lane.spend is not None and reserved is not None:
            lane.spend.budget.settle(reserved.id, usd)

    def _shard(self, lane: FarLane, batch: Sequence[Prepared], reserved: _Reserved | None) -> Shard:
        to_ask = [ToAsk(prepared, self._attempts.get(self._trial(prepared), 0)) for prepared in batch]
        allowance = None if reserved is None else reserved.usd
        return Shard(self.session, lane.model, tuple(to_ask), allowance, lane.continued)

    async def _take(
        self, lane: FarLane, supply: Supply, batch: Sequence[Prepared], worked: Worked, reserved: _Reserved | None
    ) -> None:
        """Hand out what a worker brought, and put back what it did not ask."""
        scores = None if worked.scores is None else _by_trial(worked)
        for place, outcome in enumerate(worked.outcomes, 1):
            released: dict[str, float | None] = {}
            if reserved is not None and place == len(worked.outcomes):
                released[reserved.id] = reserved.usd - worked.kept_usd if worked.kept_usd else None
            own = None if scores is None or not isinstance(outcome, TrialOutput) else scores.get(outcome.trial_id, ())
            await self._ready.put(Arrived(outcome, own, released))
            if isinstance(outcome, TrialFailure):
                self._attempts[outcome.trial_id] = outcome.attempt
        unasked = [batch[place] for place in worked.unasked]
        if unasked and not worked.outcomes and self._open(lane):
            # Nothing stopped it, and nothing was asked: sent for ever, it would never be.
            await self._lose(supply, unasked, WorkerLostError(f"A worker did not ask {lane.model} what it was to ask."))
        else:
            _put_back(supply, unasked)

    async def _lose(self, supply: Supply, batch: Sequence[Prepared], lost: WorkerLostError) -> None:
        """Have requests that were lost sent again, fewer together; those that were lost too often fail."""
        again: list[Prepared] = []
        for prepared in batch:
            trial = self._trial(prepared)
            self._losses[trial] += lost.began
            if self._losses[trial] < MOST_LOSSES:
                again.append(prepared)
            else:
                error = WorkerLostError(f"{lost.message} It was tried {MOST_LOSSES} times.", hint=_LOST_HINT)
                await self._ready.put(Arrived(not_asked(self.run, Unprepared(prepared.cell, error), self.clock.now())))
        _put_back(supply, again)

    def _trial(self, prepared: Prepared) -> str:
        return prepared.cell.trial_id(self.run)


_LOST_HINT = "If the request is not what kills them, `workbench resume RUN --retry-failed` asks it again."


def _put_back(supply: Supply, requests: Sequence[Prepared]) -> None:
    """Put requests back, to be the next ones in the same order."""
    for prepared in reversed(requests):
        supply.put_back(prepared)


def _by_trial(worked: Worked) -> dict[str, list[Score]]:
    found: dict[str, list[Score]] = {}
    for score in worked.scores or ():
        found.setdefault(score.trial_id, []).append(score)
    return found
