"""Asking judges about stored answers: lanes for their models, held to the budget, outside a run's own process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from workbench.domain.run import RunPlan
from workbench.errors import WorkbenchError
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane
from workbench.workspace.context import Context
from workbench.workspace.models import Models
from workbench.workspace.runs.lanes import LaneMaker
from workbench.workspace.runs.scoring import JudgeSeat
from workbench.workspace.spending.budget import open_budget
from workbench.workspace.spending.caps import caps_in_force, judges_asked, require_bounds


@dataclass(frozen=True)
class JudgingLanes:
    """The lanes of judges' models, by alias, and the brake that stops them all."""

    lanes: Mapping[str, Lane]
    brake: Brake

    def why_stopped(self, *, left_out: bool) -> WorkbenchError | None:
        """Why a model or the budget let no more be asked, when that left something out; None when all was asked."""
        stopped = next((lane.stopped_by for lane in self.lanes.values() if lane.stopped_by is not None), None)
        if stopped is None and self.brake.reason == "budget":
            return WorkbenchError("The budget is reached.", hint="Raise it in workbench.toml, [budget].")
        return stopped if left_out else None


@asynccontextmanager
async def judging_lanes(context: Context, plan: RunPlan, seats: Mapping[str, JudgeSeat]) -> AsyncIterator[JudgingLanes]:
    """Lanes for the models of these judges. Raises InputError when a cap is in force that their prices cannot hold."""
    models, brake = Models(context), Brake()
    caps = caps_in_force(plan, context.settings)
    # The arms have answered: only judges are asked.
    require_bounds(caps, replace(plan, arms=()), judges_asked(list(seats), context.settings, models))
    async with AsyncExitStack() as stack:
        budget = await asyncio.to_thread(open_budget, context, caps, None)
        if budget is not None:
            stack.push_async_callback(budget.aclose)
        asked = {spec.alias: spec for seat in seats.values() for spec in seat.specs}
        lanes = LaneMaker(models, context.clock, brake, plan.concurrency, budget).open(asked.values())
        for lane in lanes.values():
            stack.push_async_callback(lane.completer.aclose)
        yield JudgingLanes(lanes, brake)
