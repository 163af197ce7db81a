"""Keeping what a run brings in: scored and stored in batches, off the event loop, while calls go on."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from workbench.domain.run import Outcome, TrialOutput
from workbench.domain.score import Score
from workbench.errors import StoreBusyError
from workbench.runner.brake import Brake
from workbench.runner.outcomes import Arrived
from workbench.store import scores, spend, trials
from workbench.store.session import Session
from workbench.workspace.context import PATIENT_TRIES, Context
from workbench.workspace.runs.counts import Counts
from workbench.workspace.runs.scoring import Scorer

BATCH_S = 0.4
"""An answer is durable within a second of its arrival; a store transaction costs a few milliseconds."""
MOST_UNSTORED = 5_000
"""Outcomes kept in memory while the store is busy. With so many, no more are taken: answers cost money."""


@dataclass
class _Batch:
    """What came in since the last turn."""

    outcomes: list[Outcome] = field(default_factory=list)
    unscored: list[TrialOutput] = field(default_factory=list)
    """Those of the outputs that the rules have not seen."""
    scores: list[Score] = field(default_factory=list)
    released: dict[str, float | None] = field(default_factory=dict)
    """How much of reserved spend is let go of, None for all; an outcome names its own."""

    def __bool__(self) -> bool:
        return bool(self.outcomes or self.scores)

    def before(self, later: _Batch) -> _Batch:
        """This one and a later one together."""
        return _Batch(
            self.outcomes + later.outcomes,
            self.unscored + later.unscored,
            self.scores + later.scores,
            self.released | later.released,
        )


class Keeper:
    """Takes outcomes and scores on the event loop, and stores them turn by turn."""

    def __init__(
        self, context: Context, scorer: Scorer, metrics: Sequence[str], *, brake: Brake, earlier: Counts
    ) -> None:
        """`earlier` counts what is stored already."""
        self.counts = earlier
        self._context = context
        self._scorer = scorer
        self._metrics = metrics
        self._brake = brake
        self._batch = _Batch()
        self._room = asyncio.Event()
        self._all_stored = asyncio.Event()
        self._all_stored.set()

    def take(self, arrived: Arrived) -> None:
        """Take an outcome in, with what came with it."""
        self._all_stored.clear()
        self._batch.outcomes.append(arrived.outcome)
        self._batch.released |= arrived.released
        if arrived.scores is not None:
            self._batch.scores.extend(arrived.scores)
        elif isinstance(arrived.outcome, TrialOutput):
            self._batch.unscored.append(arrived.outcome)

    def take_verdict(self, score: Score, reservations: Sequence[str]) -> None:
        """Take a judge's score in, with the reserved spend that it settles."""
        self._all_stored.clear()
        self._batch.scores.append(score)
        self._batch.released |= dict.fromkeys(reservations)

    async def room(self, storing: asyncio.Task[None]) -> None:
        """Wait while too much is unstored, or until `storing` has failed for good."""
        while len(self._batch.outcomes) >= MOST_UNSTORED and not storing.done():
            self._room.clear()
            await _first_of(self._room, storing)

    async def all_stored(self, storing: asyncio.Task[None]) -> None:
        """Wait until everything taken so far is stored, or until `storing` has failed for good."""
        await _first_of(self._all_stored, storing)

    async def store_until(self, all_in: asyncio.Event) -> None:
        """Store what came in, turn by turn, and once more when all is in. Ends early only with an error."""
        tries_left = PATIENT_TRIES
        while True:
            last = all_in.is_set()
            try:
                await self._store_batch()
            except StoreBusyError:
                tries_left = tries_left - 1 if last else PATIENT_TRIES
                if not tries_left:
                    raise
            except BaseException:
                self._brake.pull("cancel")
                raise
            if last and not self._batch:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(BATCH_S):
                    await all_in.wait()

    async def _store_batch(self) -> None:
        """Score and store what came in since. On failure it is put back, so that the next turn tries again."""
        batch, self._batch = self._batch, _Batch()
        if not batch:
            return
        try:
            await asyncio.to_thread(self._store, batch)
        except StoreBusyError:
            self._batch = batch.before(self._batch)
            raise
        # Only what is stored counts: whatever was shown as done survives a kill.
        self.counts = self.counts.plus(batch.outcomes)
        self._room.set()
        if not self._batch:
            self._all_stored.set()

    def _store(self, batch: _Batch) -> None:
        if batch.unscored:
            batch.scores += self._scorer.by_rules(batch.unscored, self._metrics)
            batch.unscored = []
        now = self._context.clock.now()

        def change(session: Session) -> None:
            trials.append(session, batch.outcomes)
            scores.append(session, batch.scores)
            spend.give_back(session, dict.fromkeys(spend.settled(batch.outcomes)) | batch.released, now)

        self._context.write(change)


async def _first_of(event: asyncio.Event, task: asyncio.Task[None]) -> None:
    """Wait for an event, but no longer than a task goes on."""
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
