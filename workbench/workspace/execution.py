"""Carrying out a stored run: outcomes are scored and stored in batches while others are still under way."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import replace

from workbench.domain.protocols import Completer
from workbench.domain.run import Cell, Outcome, RunPlan, RunStatus, StopReason, TrialFailure, TrialOutput
from workbench.domain.score import Score
from workbench.errors import StoreBusyError
from workbench.runner.engine import CANCEL_GRACE_S, Engine, Lane
from workbench.store import runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.context import PATIENT_TRIES, Context
from workbench.workspace.indexes import Indexes
from workbench.workspace.models import Models
from workbench.workspace.progress import LaneProgress, Progress
from workbench.workspace.scoring import JudgeSeat, Scorer, seats

BATCH_S = 0.4
"""An answer is durable within a second of its arrival; a store transaction costs a few milliseconds."""
CANCEL_CHECK_EVERY = 2
"""Batches between looks for a cancel from another process."""
MOST_UNSTORED = 5_000
"""Outcomes kept in memory while the store is busy. With so many, no more are taken: answers cost money."""
JUDGES_AT_ONCE = 8


class Execution:
    """One carrying out of one run, in one event loop. Its progress may be read from any thread."""

    def __init__(
        self,
        context: Context,
        run: str,
        plan: RunPlan,
        cells: Sequence[Cell],
        *,
        earlier: Counts,
        unjudged: Mapping[str, Sequence[str]],
    ) -> None:
        """`earlier` counts what is stored; `unjudged` are trials that were answered before, by judge they lack."""
        self.run = run
        self._context = context
        self._plan = plan
        self._cells = cells
        self._unjudged = unjudged
        self._scorer = Scorer(context, plan)
        self._seats: Mapping[str, JudgeSeat] = {}
        self._engine: Engine | None = None
        self._cancel_asked = False
        self._waiting: list[Outcome] = []
        self._waiting_scores: list[Score] = []
        self._room = asyncio.Event()
        self._judging: set[asyncio.Task[None]] = set()
        self._judge_defect: BaseException | None = None
        self._left_unjudged = False
        self._judge_slots = asyncio.Semaphore(JUDGES_AT_ONCE)
        self._counts = earlier
        self._before = earlier.done + earlier.failed
        self._started_s = context.clock.monotonic()
        self._started_at = context.clock.now()

    def cancel(self) -> None:
        """Start no further call; keep all results. Call it on the event loop."""
        self._cancel_asked = True
        if self._engine is not None:
            self._engine.cancel()

    def progress(self) -> Progress:
        """How far it is."""
        counts, elapsed = self._counts, self._context.clock.monotonic() - self._started_s
        now_done = counts.done + counts.failed - self._before
        missing = self._plan.size - counts.done - counts.failed
        return Progress(
            run=self.run,
            status="running",
            planned=self._plan.size,
            done=counts.done,
            failed=counts.failed,
            unjudged=len(self._judging),
            cost_usd=counts.cost_usd,
            elapsed_s=elapsed,
            left_s=elapsed / now_done * missing if now_done else None,
            lanes=self._lane_progress(),
        )

    async def carry_out(self) -> tuple[RunStatus, StopReason | None]:
        """Ask, score, store. Returns how it ended; what was answered is stored whatever happens."""
        async with AsyncExitStack() as stack:
            engine = self._engine = await asyncio.to_thread(self._prepare)
            for completer in self._completers(engine):
                stack.push_async_callback(completer.aclose)
            if self._cancel_asked:
                engine.cancel()
            all_in = asyncio.Event()
            batches = asyncio.create_task(self._store_in_batches(engine, all_in))
            try:
                await self._judge_earlier()
                await self._ask(engine, batches)
                await self._wait_for_judges(engine, batches)
            finally:
                self._left_unjudged |= bool(self._judging)
                for task in self._judging:
                    task.cancel()
                await asyncio.gather(*self._judging, return_exceptions=True)
                all_in.set()
                await batches
        if self._judge_defect is not None:
            raise self._judge_defect
        complete = self._counts.done + self._counts.failed == self._plan.size and not self._left_unjudged
        if engine.cancelled and not complete:
            return "cancelled", "cancel"
        closed = any(lane.closed_by is not None for lane in engine.lanes.values())
        return ("interrupted", "provider") if closed else ("done", None)

    def _prepare(self) -> Engine:
        models, indexes = Models(self._context), Indexes(self._context)
        specs = {cell.arm.model.alias: cell.arm.model for cell in self._cells}
        fingerprints = {cell.arm.index_fingerprint for cell in self._cells} - {None}
        self._seats = seats(self._context, self._plan.judges)
        return Engine(
            run=self.run,
            lanes={
                alias: Lane(alias, models.completer(spec), spec.limits.concurrency or self._plan.concurrency)
                for alias, spec in specs.items()
            },
            retrievers={f: indexes.open_fingerprint(f) for f in fingerprints if f is not None},
            clock=self._context.clock,
            timeout_s=self._plan.timeout_s,
        )

    def _completers(self, engine: Engine) -> list[Completer]:
        judges = [seat.completer for seat in self._seats.values() if seat.completer is not None]
        return [*(lane.completer for lane in engine.lanes.values()), *judges]

    async def _ask(self, engine: Engine, batches: asyncio.Task[None]) -> None:
        """Take outcomes until there are no more, or until storing them failed for good."""
        async with aclosing(engine.outcomes(self._cells)) as outcomes:
            async for outcome in outcomes:
                self._take(outcome)
                while len(self._waiting) >= MOST_UNSTORED and not batches.done():
                    self._room.clear()
                    room = asyncio.create_task(self._room.wait())
                    await asyncio.wait({batches, room}, return_when=asyncio.FIRST_COMPLETED)
                    room.cancel()
                if batches.done():
                    return

    def _take(self, outcome: Outcome) -> None:
        self._waiting.append(outcome)
        if isinstance(outcome, TrialOutput):
            for seat in self._seats.values():
                self._begin_judging(outcome, seat)

    def _begin_judging(self, output: TrialOutput, seat: JudgeSeat) -> None:
        task = asyncio.create_task(self._judge(output, seat))
        self._judging.add(task)
        task.add_done_callback(self._end_judging)

    def _end_judging(self, task: asyncio.Task[None]) -> None:
        self._judging.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self._judge_defect = task.exception()

    async def _judge(self, output: TrialOutput, seat: JudgeSeat) -> None:
        async with self._judge_slots:
            if self._engine is not None and self._engine.cancelled:
                self._left_unjudged = True
                return
            self._waiting_scores.append(await self._scorer.by_judge(output, seat))

    async def _judge_earlier(self) -> None:
        """Ask the judges that a kill or a cancel left unasked about stored answers."""
        for name, trial_ids in self._unjudged.items():
            for trial_id in trial_ids:
                find = functools.partial(trials.output, trial_id=trial_id)
                output = await asyncio.to_thread(self._context.read, find)
                if output is not None:
                    self._begin_judging(output, self._seats[name])

    async def _wait_for_judges(self, engine: Engine, batches: asyncio.Task[None]) -> None:
        """Until all have answered; after a cancel, as long as answers in flight are waited for."""
        while self._judging and not batches.done() and not engine.cancelled:
            await asyncio.wait({batches, *self._judging}, return_when=asyncio.FIRST_COMPLETED, timeout=BATCH_S)
        if self._judging and engine.cancelled:
            await asyncio.wait(self._judging, timeout=CANCEL_GRACE_S)

    async def _store_in_batches(self, engine: Engine, all_in: asyncio.Event) -> None:
        """Store what came in, turn by turn, and once more when all is in. Ends early only with an error."""
        turn = 0
        tries_left = PATIENT_TRIES
        while not all_in.is_set() or self._waiting or self._waiting_scores:
            with suppress(TimeoutError):
                async with asyncio.timeout(BATCH_S):
                    await all_in.wait()
            turn += 1
            try:
                await self._store_waiting()
                if turn % CANCEL_CHECK_EVERY == 0 and await asyncio.to_thread(self._cancelled_elsewhere):
                    engine.cancel()
            except StoreBusyError:
                tries_left = tries_left - 1 if all_in.is_set() else PATIENT_TRIES
                if not tries_left:
                    raise
            except BaseException:
                engine.cancel()
                raise

    async def _store_waiting(self) -> None:
        """Score and store what came in since. On failure it is put back, so that the next turn tries again."""
        outcomes, self._waiting = self._waiting, []
        judged, self._waiting_scores = self._waiting_scores, []
        if not outcomes and not judged:
            return
        try:
            await asyncio.to_thread(self._store, outcomes, judged)
        except StoreBusyError:
            self._waiting[:0] = outcomes
            self._waiting_scores[:0] = judged
            raise
        # Only what is stored counts: whatever was shown as done survives a kill.
        for outcome in outcomes:
            self._counts = self._counts.plus(outcome)
        self._room.set()

    def _store(self, outcomes: Sequence[Outcome], judged: Sequence[Score]) -> None:
        outputs = [outcome for outcome in outcomes if isinstance(outcome, TrialOutput)]
        new_scores = [*self._scorer.by_rules(outputs, self._plan.metrics), *judged]

        def change(session: Session) -> None:
            trials.append(session, outcomes)
            scores.append(session, new_scores)

        self._context.write(change)

    def _cancelled_elsewhere(self) -> bool:
        events = self._context.read(lambda s: runs.events(s, self.run))
        return any(event.kind == "cancelled" and event.at >= self._started_at for event in events)

    def _lane_progress(self) -> tuple[LaneProgress, ...]:
        engine, counts = self._engine, self._counts
        per_arm = len(self._plan.examples) * self._plan.repeats
        lanes = []
        for alias in dict.fromkeys(arm.model.alias for arm in self._plan.arms):
            labels = [arm.label for arm in self._plan.arms if arm.model.alias == alias]
            lane = engine.lanes.get(alias) if engine is not None else None
            waiting = ""
            if lane is not None and lane.closed_by is not None:
                waiting = f"stopped: {lane.closed_by.message}"
            elif lane is not None and lane.waiting_until is not None:
                left = max(0.0, lane.waiting_until - self._context.clock.monotonic())
                waiting = f"waiting {left:.0f} s: {lane.waiting_for}"
            lanes.append(
                LaneProgress(
                    model=alias,
                    planned=per_arm * len(labels),
                    done=sum(counts.done_by_arm.get(label, 0) for label in labels),
                    failed=sum(counts.failed_by_arm.get(label, 0) for label in labels),
                    waiting=waiting,
                )
            )
        return tuple(lanes)


class Counts:
    """Trials counted so far. Immutable, so that other threads read a whole state."""

    def __init__(
        self,
        done_by_arm: Mapping[str, int] | None = None,
        failed_by_arm: Mapping[str, int] | None = None,
        cost_usd: float | None = None,
    ) -> None:
        self.done_by_arm = done_by_arm or {}
        self.failed_by_arm = failed_by_arm or {}
        self.cost_usd = cost_usd

    @property
    def done(self) -> int:
        """Trials with an output."""
        return sum(self.done_by_arm.values())

    @property
    def failed(self) -> int:
        """Trials that ended without one."""
        return sum(self.failed_by_arm.values())

    def plus(self, outcome: Outcome) -> Counts:
        """With one more outcome; attempts that are tried again do not count."""
        if isinstance(outcome, TrialFailure):
            if not outcome.final:
                return self
            failed = {**self.failed_by_arm, outcome.arm: self.failed_by_arm.get(outcome.arm, 0) + 1}
            return Counts(self.done_by_arm, failed, self.cost_usd)
        done = {**self.done_by_arm, outcome.arm: self.done_by_arm.get(outcome.arm, 0) + 1}
        cost = self.cost_usd if outcome.cost_usd is None else (self.cost_usd or 0.0) + outcome.cost_usd
        return Counts(done, self.failed_by_arm, cost)


def ended(progress: Progress, status: RunStatus, error: str = "") -> Progress:
    """The last snapshot of a run that ended."""
    return replace(progress, status=status, left_s=None, error=error)
