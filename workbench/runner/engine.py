"""The loop: take cells, ask their models, hand every outcome out.

It knows protocols only. Who stores an outcome, and where models come from, is not its business.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Generic, Protocol, TypeVar

from workbench.domain.model import Completion
from workbench.domain.protocols import Clock
from workbench.domain.run import Cell, Outcome
from workbench.errors import NotFoundError, ProviderError
from workbench.runner.asking import attempts
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane, LaneState
from workbench.runner.outcomes import Arrived, answered, failed, not_asked, replayed
from workbench.runner.preparing import Prepared, Preparer, Supply
from workbench.runner.retry import RetryPolicy

CANCEL_GRACE_S = 1.0
"""How long answers in flight may still arrive after a cancel. Paid answers are worth a moment."""
OUTCOMES_IN_HAND = 256
"""Outcomes waiting to be taken. Full, it holds the workers back, so that memory stays flat."""

Room = Callable[[], Awaitable[None]]


class EngineLane(Protocol):
    """The calls to one model, wherever they are made, as far as the loop steers them."""

    model: str
    server: str | None
    state: LaneState
    stopped_by: ProviderError | None

    @property
    def stopped(self) -> bool:
        """Whether it takes no further call: for now, or for good."""
        ...

    def go_on(self) -> None:
        """Take calls again after a pause."""
        ...


L = TypeVar("L", bound=EngineLane)


@dataclass
class LanesEngine(ABC, Generic[L]):
    """The loop around all lanes, whoever makes their calls. One engine serves one run, on one event loop."""

    run: str
    lanes: Mapping[str, L]
    """By model alias."""
    preparer: Preparer
    clock: Clock
    brake: Brake
    timeout_s: float
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    _supplies: dict[str, Supply] = field(default_factory=dict)
    _working: set[asyncio.Task[None]] = field(default_factory=set)
    _room: Room | None = None
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _ready: asyncio.Queue[Arrived | None] = field(default_factory=lambda: asyncio.Queue(OUTCOMES_IN_HAND))

    @property
    def grace_s(self) -> float:
        """How long answers in flight may still arrive after a cancel."""
        return CANCEL_GRACE_S

    @abstractmethod
    async def _work_on(self, lane: L, supply: Supply) -> None:
        """Have the lane's requests answered until there are none left, or the run or the lane stops."""

    async def outcomes(self, cells: Iterable[Cell], room: Room | None = None) -> AsyncGenerator[Arrived, None]:
        """Carry out the cells and yield each outcome as it comes, in no particular order.

        `room` returns when more may be asked: take every outcome at once, for it is paid, and hold back there. The
        outcomes end when no lane has anything left to do; what a paused or closed lane did not ask is left out. After a
        cancel answers in flight have a moment to arrive; at a reached budget they have all the time they need. More
        cells may be carried out after these; whoever made the preparer closes it after the last.
        """
        by_lane: dict[str, list[Cell]] = {alias: [] for alias in self.lanes}
        for cell in cells:
            by_lane[cell.arm.model.alias].append(cell)
        self._room = room
        self._working.clear()
        self._supplies = {alias: Supply(lane_cells, self._prepare) for alias, lane_cells in by_lane.items()}
        asked = [lane for alias, lane in self.lanes.items() if by_lane[alias]]
        for lanes in _taking_turns(asked):
            self._start(lanes)
        closer = asyncio.create_task(self._close())
        try:
            while (arrived := await self._ready.get()) is not None:
                yield arrived
            closer.result()
        finally:
            for supply in self._supplies.values():
                supply.close()
            for task in (*self._working, closer):
                task.cancel()
            await asyncio.gather(*self._working, closer, return_exceptions=True)

    def go_on(self, alias: str) -> None:
        """Let a paused lane take calls again, while others still do. Call it on the engine's event loop."""
        lane = self.lanes.get(alias)
        if lane is None:
            raise NotFoundError("lane", alias, self.lanes)
        if lane.state == "paused" and not self.brake.pulled:
            lane.go_on()
            self._start([lane])

    def _start(self, lanes: Sequence[L]) -> None:
        """Work on some lanes, one after the other."""
        self._working.add(asyncio.create_task(self._work_through(lanes)))
        self._changed.set()

    async def _work_through(self, lanes: Sequence[L]) -> None:
        for lane in lanes:
            await self._work_on(lane, self._supplies[lane.model])

    def _open(self, lane: L) -> bool:
        return not (self.brake.pulled or lane.stopped)

    async def _prepare(self, cells: Sequence[Cell]) -> Sequence[Prepared]:
        if self._room is not None:
            await self._room()
        block = await self.preparer.prepare(cells)
        for unprepared in block.failed:
            await self._ready.put(Arrived(not_asked(self.run, unprepared, self.clock.now())))
        for prepared, earlier in block.replayed:
            await self._ready.put(Arrived(replayed(self.run, prepared, earlier, self.clock.now())))
        return block.to_ask

    async def _close(self) -> None:
        """End the stream when all lanes have done what they can; cut short what a cancel leaves waiting."""
        cancelled = asyncio.create_task(self.brake.wait_for_cancel())
        try:
            while unfinished := {task for task in self._working if not task.done()}:
                if cancelled.done():
                    await asyncio.wait(unfinished, timeout=self.grace_s)
                    break
                self._changed.clear()
                changed = asyncio.create_task(self._changed.wait())
                await asyncio.wait({*unfinished, changed, cancelled}, return_when=asyncio.FIRST_COMPLETED)
                changed.cancel()
        finally:
            cancelled.cancel()
        for task in self._working:
            task.cancel()
        ended = await asyncio.gather(*self._working, return_exceptions=True)
        await self._ready.put(None)
        for defect in ended:
            if isinstance(defect, Exception):
                raise _first(defect)


class Engine(LanesEngine[Lane]):
    """The loop whose calls are made by this process."""

    async def _work_on(self, lane: Lane, supply: Supply) -> None:
        async with asyncio.TaskGroup() as workers:
            for _ in range(lane.slots.most):
                workers.create_task(self._work(lane, supply))

    async def _work(self, lane: Lane, supply: Supply) -> None:
        while self._open(lane):
            prepared = await supply.next()
            if prepared is None:
                return
            if not self._open(lane):
                supply.put_back(prepared)
                return
            over = await self._ask(lane, prepared)
            if not over:
                supply.put_back(prepared)

    async def _ask(self, lane: Lane, prepared: Prepared) -> bool:
        """Ask until there is an answer or no sense in asking. Each attempt ends as an output or a failure.

        Returns whether the cell is done with; it is not when the run or the lane stopped in between.
        """
        over = False
        asked = attempts(lane, prepared.request, timeout_s=self.timeout_s, retry=self.retry, brake=self.brake)
        async for made in asked:
            if isinstance(made.attempt.result, Completion):
                outcome: Outcome = answered(self.run, prepared, made.attempt.result, made)
            else:
                outcome = failed(self.run, prepared.cell, made.attempt.result, made)
            await self._ready.put(Arrived(outcome))
            over = made.final
        return over


def _first(defect: Exception) -> Exception:
    """The defect itself, where several tasks failed together the first."""
    while isinstance(defect, ExceptionGroup):
        defect = defect.exceptions[0]
    return defect


def _taking_turns(lanes: Sequence[L]) -> list[list[L]]:
    """Lanes that share a machine which would swap models go one after another, all others side by side."""
    alone = [[lane] for lane in lanes if lane.server is None]
    shared = sorted((lane for lane in lanes if lane.server is not None), key=lambda lane: lane.server or "")
    return alone + [list(group) for _, group in groupby(shared, key=lambda lane: lane.server)]
