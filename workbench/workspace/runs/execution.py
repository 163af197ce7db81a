"""Carrying out a stored run: outcomes are scored, judged and stored while others are still under way."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass

from workbench.domain.model import ModelSpec
from workbench.domain.run import Cell, RunPlan, RunStatus, StopReason, TrialOutput
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane
from workbench.runner.preparing import Preparer
from workbench.store import trials
from workbench.workspace.context import Context
from workbench.workspace.knowledge.indexes import Indexes
from workbench.workspace.knowledge.reranking import AsksInLanes, Rerankers, rerankers_of
from workbench.workspace.models import Models
from workbench.workspace.runs.answer_cache import open_caches
from workbench.workspace.runs.borrowing import StoredChunks
from workbench.workspace.runs.claims import Claim
from workbench.workspace.runs.counts import Counts
from workbench.workspace.runs.early_stopping import Stages
from workbench.workspace.runs.engines import AnyEngine, EngineMaker
from workbench.workspace.runs.keeping import Keeper
from workbench.workspace.runs.lanes import LaneMaker, LaneView, lanes_progress
from workbench.workspace.runs.progress import Progress, seconds_left
from workbench.workspace.runs.scoring import JudgeSeat, Scorer, seats
from workbench.workspace.runs.verdicts import Verdicts
from workbench.workspace.spending.budget import RunBudget, open_budget
from workbench.workspace.spending.caps import Caps

HEED_S = 0.1
"""How often a run looks whether it is told to stop."""
READ_AT_ONCE = 100
"""Stored answers that are read together for judges."""


@dataclass(frozen=True)
class _Opened:
    """What a run asks."""

    asked: Mapping[str, ModelSpec]
    """The models of the cells that are left, by alias."""
    judges: Mapping[str, JudgeSeat]
    lanes: Mapping[str, Lane]
    """Of all models that this process asks itself."""
    preparer: Preparer


class Execution:
    """One carrying out of one run, in one event loop. Its progress may be read from any thread."""

    def __init__(
        self,
        context: Context,
        run: str,
        plan: RunPlan,
        cells: Sequence[Cell],
        *,
        caps: Caps,
        earlier: Counts,
        unjudged: Mapping[str, Sequence[str]],
        stages: Stages,
    ) -> None:
        """`earlier` counts what is stored; `unjudged` are trials that were answered before, by judge they lack."""
        self.run = run
        self._context = context
        self._plan = plan
        self._cells = cells
        self._caps = caps
        self._unjudged = unjudged
        self._stages = stages
        self._wanted = earlier.done + earlier.failed + len(cells)
        self._scorer = Scorer(context, plan)
        self._brake = Brake()
        self._keeper = Keeper(context, self._scorer, plan.metrics, brake=self._brake, earlier=earlier)
        self._lanes: Mapping[str, LaneView] = {}
        self._budget: RunBudget | None = None
        self._engine: AnyEngine | None = None
        self._verdicts: Verdicts | None = None
        self._before = lanes_progress(plan, {}, earlier)
        self._started_s = context.clock.monotonic()

    def cancel(self) -> None:
        """Start no further call; keep all results. Call it on the event loop."""
        self._brake.pull("cancel")

    def go_on(self, model: str) -> None:
        """Let a paused lane take calls again. Call it on the event loop."""
        if self._engine is not None and model in self._engine.lanes:
            self._engine.go_on(model)
        elif self._verdicts is not None:
            self._verdicts.go_on(model)

    def progress(self) -> Progress:
        """How far it is."""
        counts, elapsed = self._keeper.counts, self._context.clock.monotonic() - self._started_s
        lanes = lanes_progress(self._plan, self._lanes, counts)
        standing = None if self._budget is None else self._budget.standing()
        return Progress(
            run=self.run,
            status="running",
            planned=self._plan.size,
            done=counts.done,
            failed=counts.failed,
            cached=counts.cached,
            unjudged=0 if self._verdicts is None else self._verdicts.awaited,
            cost_usd=counts.cost_usd,
            budget=standing,
            elapsed_s=elapsed,
            left_s=seconds_left(elapsed, lanes, self._before),
            lanes=lanes,
        )

    async def carry_out(self) -> tuple[RunStatus, StopReason | None]:
        """Ask, score, store. Returns how it ended; what was answered is stored whatever happens."""
        async with AsyncExitStack() as stack:
            heeding = asyncio.create_task(self._heed_wishes())
            stack.callback(heeding.cancel)
            opened = await asyncio.to_thread(self._prepare, asyncio.get_running_loop())
            if self._budget is not None:
                stack.push_async_callback(self._budget.aclose)
            for lane in opened.lanes.values():
                stack.push_async_callback(lane.completer.aclose)
            stack.callback(opened.preparer.close)
            verdicts = Verdicts(self._scorer, opened.judges, opened.lanes, self._brake, self._keeper.take_verdict)
            engine = await self._open_engine(opened, stack)
            self._engine, self._verdicts = engine, verdicts
            self._lanes = {**opened.lanes, **engine.lanes}
            all_in = asyncio.Event()
            storing = asyncio.create_task(self._keeper.store_until(all_in))
            earlier = asyncio.create_task(self._judge_earlier(verdicts, storing))
            try:
                await self._ask_in_stages(engine, verdicts, storing, earlier)
                await earlier
                await verdicts.finish(storing)
            finally:
                earlier.cancel()
                await verdicts.stop()
                all_in.set()
                await storing
        verdicts.raise_defect()
        return self._ending(verdicts)

    async def _heed_wishes(self) -> None:
        """Stop when another process, or a page of this one, wishes so."""
        claim = Claim(self._context, self.run)
        while self._brake.reason != "cancel":
            if claim.asked_to_stop():
                self._brake.pull("cancel")
            await asyncio.sleep(HEED_S)

    def _prepare(self, loop: asyncio.AbstractEventLoop) -> _Opened:
        """Open everything that is asked from here. Blocking."""
        context, plan = self._context, self._plan
        models = Models(context)
        judges = seats(context, plan.judges)
        asked = {cell.arm.model.alias: cell.arm.model for cell in self._cells}
        judging = {spec.alias: spec for seat in judges.values() for spec in seat.specs}
        self._budget = open_budget(context, self._caps, self.run)
        maker = LaneMaker(models, context.clock, self._brake, plan.concurrency, self._budget)
        reranking = {one.model.alias: one.model for one in rerankers_of(plan, models)}
        here = {**reranking, **judging}
        lanes = maker.open((here if plan.executor else {**here, **asked}).values())
        indexes = Indexes(context, Rerankers(context, AsksInLanes(loop, lanes, self._brake), self.run))
        arms = {id(cell.arm): cell.arm for cell in self._cells}.values()
        fingerprints = {arm.index_fingerprint for arm in arms if arm.borrowed is None}
        preparer = Preparer(
            {f: indexes.open_fingerprint(f) for f in fingerprints if f is not None},
            timeout_s=plan.timeout_s,
            caches=open_caches(context, plan, self.run),
            lenders={arm.borrowed: StoredChunks(context, arm.borrowed) for arm in arms if arm.borrowed is not None},
        )
        return _Opened(asked, judges, lanes, preparer)

    async def _open_engine(self, opened: _Opened, stack: AsyncExitStack) -> AnyEngine:
        plan, lanes = self._plan, opened.lanes
        maker = EngineMaker(self._context, self.run, plan, self._brake, self._budget)
        if plan.executor is None:
            return maker.here(lanes, opened.preparer)
        return await maker.elsewhere(plan.executor, opened.asked.values(), lanes, opened.preparer, stack)

    async def _ask_in_stages(
        self, engine: AnyEngine, verdicts: Verdicts, storing: asyncio.Task[None], earlier: asyncio.Task[None]
    ) -> None:
        """Ask, and at each planned look wait for all scores so far, until one settles it or all is asked."""
        for look, cells in self._stages.of(self._cells):
            if cells:
                await self._ask(cells, engine, verdicts, storing)
            if look is None or self._held_up(engine, storing):
                return
            await earlier
            await verdicts.finish(storing)
            await self._keeper.all_stored(storing)
            # A look waits for the scores it needs: without them the run waits too, until it is resumed.
            if verdicts.left_out or self._held_up(engine, storing):
                return
            if await asyncio.to_thread(self._stages.settles, look):
                return

    def _held_up(self, engine: AnyEngine, storing: asyncio.Task[None]) -> bool:
        return self._brake.pulled or storing.done() or any(lane.stopped for lane in engine.lanes.values())

    async def _ask(
        self, cells: Sequence[Cell], engine: AnyEngine, verdicts: Verdicts, storing: asyncio.Task[None]
    ) -> None:
        """Take outcomes until there are no more, or until storing them failed for good."""

        async def room() -> None:
            await self._keeper.room(storing)
            await verdicts.room(storing)

        async with aclosing(engine.outcomes(cells, room)) as outcomes:
            async for arrived in outcomes:
                self._keeper.take(arrived)
                if isinstance(arrived.outcome, TrialOutput):
                    verdicts.begin(arrived.outcome)
                if storing.done():
                    return

    async def _judge_earlier(self, verdicts: Verdicts, storing: asyncio.Task[None]) -> None:
        """Ask the judges that a kill or a cancel left unasked about stored answers, while others are asked for."""
        for name, trial_ids in self._unjudged.items():
            for first in range(0, len(trial_ids), READ_AT_ONCE):
                await verdicts.room(storing)
                if self._brake.pulled or storing.done():
                    verdicts.left_out = True
                    return
                some = trial_ids[first : first + READ_AT_ONCE]
                find = functools.partial(trials.outputs_of, trial_ids=some)
                for output in await asyncio.to_thread(self._context.read_patiently, find):
                    verdicts.begin(output, [name])

    def _ending(self, verdicts: Verdicts) -> tuple[RunStatus, StopReason | None]:
        counts, reason = self._keeper.counts, self._brake.reason
        over = counts.done + counts.failed
        complete = (self._stages.settled_at is not None or over >= self._wanted) and not verdicts.left_out
        if complete and not any(lane.state == "closed" for lane in self._lanes.values()):
            return "done", None
        if reason is not None and not complete:
            return ("cancelled" if reason == "cancel" else "interrupted"), reason
        return "interrupted", "provider"
