"""The lanes of a run: one for each model that its arms and judges ask, and what is told of them meanwhile."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from workbench import ceiling
from workbench.domain.model import Completion, CompletionRequest, ModelSpec, Price
from workbench.domain.protocols import Budget, Clock, Completer
from workbench.domain.run import RunPlan
from workbench.errors import ProviderError
from workbench.models.providers import is_local, swapping_server
from workbench.pricing import answer_cost_usd
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane, LaneState, Spend
from workbench.workspace.runs.counts import Counts
from workbench.workspace.runs.progress import LaneProgress


class ModelSource(Protocol):
    """Where models come from: a project's, or those of a worker for another machine's project."""

    def completer(self, spec: ModelSpec) -> Completer:
        """The model, ready to be asked. Raises AuthenticationError when its key is missing."""
        ...

    def price(self, spec: ModelSpec) -> Price | None:
        """The price in force; None when unknown."""
        ...


class LaneView(Protocol):
    """A lane as progress tells of it."""

    @property
    def state(self) -> LaneState:
        """Whether it takes calls."""
        ...

    @property
    def stopped_by(self) -> ProviderError | None:
        """Why it takes none."""
        ...

    @property
    def in_flight(self) -> int:
        """Calls under way."""
        ...

    @property
    def at_once(self) -> int:
        """Calls that may be under way at the moment."""
        ...

    def waiting(self) -> tuple[float, str]:
        """How many seconds it still waits, infinite where nobody can tell, and for what; (0, "") while it goes on."""
        ...


@dataclass(frozen=True)
class LaneMaker:
    """Makes lanes for models."""

    models: ModelSource
    clock: Clock
    brake: Brake
    concurrency: int
    """Calls in flight for a model that has no limit of its own."""
    budget: Budget | None = None

    def open(self, specs: Iterable[ModelSpec]) -> dict[str, Lane]:
        """A lane for each model, by alias. Raises AuthenticationError when a key is missing."""
        return {spec.alias: self.lane(spec) for spec in specs}

    def lane(self, spec: ModelSpec) -> Lane:
        """The lane of one model."""
        return Lane(
            spec.alias,
            self.models.completer(spec),
            spec.limits.concurrency or self.concurrency,
            clock=self.clock,
            brake=self.brake,
            limits=spec.limits,
            spend=None if self.budget is None else spend_of(spec, self.models.price(spec), self.budget),
            local=is_local(spec),
            server=swapping_server(spec),
        )


def spend_of(spec: ModelSpec, price: Price | None, budget: Budget) -> Spend:
    """What calls to a model may spend, and how that is computed."""

    def most(request: CompletionRequest) -> float:
        usd = ceiling.most_usd(request, spec.model, price)
        if usd is None:
            raise ceiling.no_bound(spec.model)
        return usd

    def cost_usd(completion: Completion) -> float | None:
        return answer_cost_usd(completion, price)

    return Spend(budget, most, cost_usd)


def lanes_progress(plan: RunPlan, lanes: Mapping[str, LaneView], counts: Counts) -> tuple[LaneProgress, ...]:
    """How far each model's part of a run is, those after the arms' that only judges ask. Cheap; from any thread."""
    per_arm = len(plan.examples) * plan.repeats
    asked = {arm.model.alias: arm.model for arm in plan.arms}
    told = []
    for alias in dict.fromkeys([*asked, *lanes]):
        labels = [arm.label for arm in plan.arms if arm.model.alias == alias]
        spec, lane = asked.get(alias), lanes.get(alias)
        error = None if lane is None else lane.stopped_by
        told.append(
            LaneProgress(
                model=alias,
                planned=per_arm * len(labels),
                done=sum(counts.done_by_arm.get(label, 0) for label in labels),
                failed=sum(counts.failed_by_arm.get(label, 0) for label in labels),
                cached=sum(counts.cached_by_arm.get(label, 0) for label in labels),
                state="open" if lane is None else lane.state,
                waiting=_reason(lane),
                error="" if error is None else type(error).__name__,
                in_flight=0 if lane is None else lane.in_flight,
                at_once=0 if lane is None else lane.at_once,
                configured=0 if spec is None or plan.executor else spec.limits.concurrency or plan.concurrency,
                server=None if spec is None else swapping_server(spec),
            )
        )
    return tuple(told)


def _reason(lane: LaneView | None) -> str:
    """Why a lane waits or stopped, in the provider's words; empty while it goes on."""
    if lane is None:
        return ""
    if lane.stopped_by is not None:
        return lane.stopped_by.message
    left, reason = lane.waiting()
    if not reason or math.isinf(left):
        return reason
    return f"waiting {max(1.0, left):.0f} s: {reason}"
