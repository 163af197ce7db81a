"""The engine of a run: its calls are made by this process, or by workers elsewhere."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.domain.model import ModelSpec
from workbench.domain.protocols import Budget
from workbench.domain.run import RunPlan
from workbench.models.providers import swapping_server
from workbench.runner.brake import Brake
from workbench.runner.engine import Engine
from workbench.runner.lane import Lane
from workbench.runner.preparing import Preparer
from workbench.runner.sharded.engine import ShardedEngine
from workbench.runner.sharded.lane import FarLane
from workbench.settings import Settings
from workbench.workspace.context import Context
from workbench.workspace.evaluations.gold import asks_for_gold, gold_of
from workbench.workspace.models import Models
from workbench.workspace.runs.lanes import spend_of

if TYPE_CHECKING:
    from workbench.workspace.runs.scaling.worker import Commission

SESSION_BYTES = 8

AnyEngine = Engine | ShardedEngine


@dataclass(frozen=True)
class EngineMaker:
    """Makes the engine of one carrying out of a run."""

    context: Context
    run: str
    plan: RunPlan
    brake: Brake
    budget: Budget | None

    def here(self, lanes: Mapping[str, Lane], preparer: Preparer) -> Engine:
        """An engine whose calls are made in lanes of this process."""
        return Engine(self.run, lanes, preparer, self.context.clock, self.brake, self.plan.timeout_s)

    async def elsewhere(
        self,
        executor: str,
        asked: Iterable[ModelSpec],
        judging: Mapping[str, Lane],
        preparer: Preparer,
        stack: AsyncExitStack,
    ) -> ShardedEngine:
        """An engine whose calls are made by a Dask scheduler's workers; `judging` are this process's own lanes.

        Raises UnavailableError when no scheduler answers.
        """
        from workbench.scale.cluster import Cluster
        from workbench.workspace.runs.scaling.crew import DaskCrew

        specs = [self._limited(spec) for spec in asked]
        commission = await asyncio.to_thread(self._commission, secrets.token_hex(SESSION_BYTES), specs)
        cluster = await Cluster.connect(executor)
        stack.push_async_callback(cluster.aclose)
        crew = await stack.enter_async_context(DaskCrew(cluster, commission, self.brake, judging))
        price = Models(self.context).price
        lanes = {
            spec.alias: FarLane(
                spec.alias,
                crew,
                swapping_server(spec),
                None if self.budget is None else spend_of(spec, price(spec), self.budget),
            )
            for spec in specs
        }
        return ShardedEngine(
            self.run,
            lanes,
            preparer,
            self.context.clock,
            self.brake,
            self.plan.timeout_s,
            crew=crew,
            session=commission.session,
        )

    def _limited(self, spec: ModelSpec) -> ModelSpec:
        """With the plan's concurrency where the model has no limit of its own."""
        return replace(spec, limits=replace(spec.limits, concurrency=spec.limits.concurrency or self.plan.concurrency))

    def _commission(self, session: str, specs: Iterable[ModelSpec]) -> Commission:
        from workbench.workspace.runs.scaling.worker import Commission

        settings = self.context.settings
        return Commission(
            session=session,
            run=self.run,
            models=tuple(specs),
            timeout_s=self.plan.timeout_s,
            metrics=self.plan.metrics,
            settings=Settings(project=settings.project, metrics=settings.metrics),
            budgeted=self.budget is not None,
            gold=gold_of(self.context, self.plan) if asks_for_gold(self.plan.metrics) else {},
        )
