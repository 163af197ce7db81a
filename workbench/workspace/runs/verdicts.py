"""Judges at work beside a run: each answer is judged as it comes, in the lane of the judge's model."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from workbench.domain.run import TrialOutput
from workbench.domain.score import Score
from workbench.runner.asking import LaneCompleter
from workbench.runner.brake import Brake
from workbench.runner.engine import CANCEL_GRACE_S
from workbench.runner.lane import Lane
from workbench.workspace.runs.scoring import JudgeSeat, Scorer

MOST_UNJUDGED = 1_000
"""Answers that wait for judges. With so many, no more are taken, so that memory stays flat."""
LOOK_S = 0.2

Deliver = Callable[[Score, Sequence[str]], None]
"""Takes a score and the reserved spend that it settles."""


def completers_of(seat: JudgeSeat, lanes: Mapping[str, Lane], brake: Brake) -> dict[str, LaneCompleter]:
    """The models of a judge for one verdict, by alias."""
    return {spec.alias: LaneCompleter(lanes[spec.alias], brake) for spec in seat.specs if spec.alias in lanes}


@dataclass
class Verdicts:
    """The judges of one run. Used on one event loop."""

    scorer: Scorer
    seats: Mapping[str, JudgeSeat]
    """By judge's name."""
    lanes: Mapping[str, Lane]
    """By model alias."""
    brake: Brake
    deliver: Deliver
    left_out: bool = False
    """Whether an answer was left unjudged: the run or a judge's lane stopped."""
    _asked: set[asyncio.Task[None]] = field(default_factory=set)
    _defect: BaseException | None = None

    @property
    def awaited(self) -> int:
        """Verdicts that are still to come."""
        return len(self._asked)

    def begin(self, output: TrialOutput, judges: Iterable[str] | None = None) -> None:
        """Have an answer judged, by all judges unless some are named."""
        for name in self.seats if judges is None else judges:
            task = asyncio.create_task(self._judge(output, self.seats[name]))
            self._asked.add(task)
            task.add_done_callback(self._end)

    async def room(self, storing: asyncio.Task[None]) -> None:
        """Wait while too many answers are unjudged, or until `storing` has failed or a cancel makes waiting vain."""
        while len(self._asked) >= MOST_UNJUDGED and not storing.done() and self.brake.reason != "cancel":
            await asyncio.wait({storing, *self._asked}, return_when=asyncio.FIRST_COMPLETED, timeout=LOOK_S)

    async def all_in(self, stop: threading.Event | None = None) -> None:
        """Until every verdict is in, or left out: once `stop` is set, nothing further is asked."""
        while self._asked:
            if stop is not None and stop.is_set():
                self.brake.pull("cancel")
            await asyncio.wait(self._asked, timeout=LOOK_S)

    async def finish(self, storing: asyncio.Task[None]) -> None:
        """Until all have answered; after a cancel, as long as answers in flight are waited for."""
        while self._asked and not storing.done() and self.brake.reason != "cancel":
            await asyncio.wait({storing, *self._asked}, return_when=asyncio.FIRST_COMPLETED, timeout=LOOK_S)
        if self._asked and not storing.done():
            await asyncio.wait(self._asked, timeout=CANCEL_GRACE_S)

    def go_on(self, model: str) -> None:
        """Let a paused lane that only judges ask take calls again. What it left out meanwhile stays left out."""
        lane = self.lanes.get(model)
        if lane is not None and lane.state == "paused":
            lane.go_on()

    async def stop(self) -> None:
        """Ask nothing further."""
        for task in self._asked:
            task.cancel()
        await asyncio.gather(*self._asked, return_exceptions=True)

    def raise_defect(self) -> None:
        """Raise what broke a judge, if something did that is not a provider's failure."""
        if self._defect is not None:
            raise self._defect

    async def _judge(self, output: TrialOutput, seat: JudgeSeat) -> None:
        completers = completers_of(seat, self.lanes, self.brake)
        score = await self.scorer.by_judge(output, seat, completers)
        self.deliver(score, [one for completer in completers.values() for one in completer.reservations])

    def _end(self, task: asyncio.Task[None]) -> None:
        self._asked.discard(task)
        if task.cancelled():
            self.left_out = True
            return
        with suppress(asyncio.CancelledError):
            self._defect = self._defect or task.exception()
