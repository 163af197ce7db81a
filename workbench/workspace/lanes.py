"""The lanes of a run: one for each model that its arms and judges ask, and what is told of them meanwhile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workbench import ceiling
from workbench.domain.model import Completion, CompletionRequest, ModelSpec
from workbench.domain.protocols import Budget
from workbench.domain.run import RunPlan
from workbench.models.providers import is_local, swapping_server
from workbench.pricing import answer_cost_usd
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane, Spend
from workbench.workspace.counts import Counts
from workbench.workspace.models import Models
from workbench.workspace.progress import LaneProgress


@dataclass(frozen=True)
class LaneMaker:
    """Makes lanes for models."""

    models: Models
    brake: Brake
    concurrency: int
    """Calls in flight for a model that has no limit of its own."""
    budget: Budget | None = None

    def open(self, specs: Iterable[ModelSpec]) -> dict[str, Lane]:
        """A lane for each model, by alias. Raises AuthenticationError when a key is missing."""
        return {spec.alias: self._lane(spec) for spec in specs}

    def _lane(self, spec: ModelSpec) -> Lane:
        return Lane(
            spec.alias,
            self.models.completer(spec),
            spec.limits.concurrency or self.concurrency,
            clock=self.models.context.clock,
            brake=self.brake,
            limits=spec.limits,
            spend=None if self.budget is None else self._spend(spec, self.budget),
            local=is_local(spec),
            server=swapping_server(spec),
        )

    def _spend(self, spec: ModelSpec, budget: Budget) -> Spend:
        price = self.models.price(spec)

        def most(request: CompletionRequest) -> float:
            usd = ceiling.most_usd(request, spec.model, price)
            if usd is None:
                raise ceiling.no_bound(spec.model)
            return usd

        def cost_usd(completion: Completion) -> float | None:
            return answer_cost_usd(completion, price)

        return Spend(budget, most, cost_usd)


def lanes_progress(plan: RunPlan, lanes: Mapping[str, Lane], counts: Counts) -> tuple[LaneProgress, ...]:
    """How far each model's part of a run is. Cheap; from any thread."""
    per_arm = len(plan.examples) * plan.repeats
    told = []
    for alias in dict.fromkeys(arm.model.alias for arm in plan.arms):
        labels = [arm.label for arm in plan.arms if arm.model.alias == alias]
        lane = lanes.get(alias)
        told.append(
            LaneProgress(
                model=alias,
                planned=per_arm * len(labels),
                done=sum(counts.done_by_arm.get(label, 0) for label in labels),
                failed=sum(counts.failed_by_arm.get(label, 0) for label in labels),
                state="open" if lane is None else lane.state,
                waiting=_reason(lane),
                in_flight=0 if lane is None else lane.slots.in_flight,
                at_once=0 if lane is None else lane.slots.now,
            )
        )
    return tuple(told)


def _reason(lane: Lane | None) -> str:
    """Why a lane waits or stopped, in the provider's words; empty while it goes on."""
    if lane is None:
        return ""
    if lane.stopped_by is not None:
        return lane.stopped_by.message
    left, reason = lane.waiting()
    return f"waiting {max(1.0, left):.0f} s: {reason}" if reason else ""
