"""A shard: some requests to one model that travel to a worker together, and what the worker made of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace

from workbench.domain.model import Completion
from workbench.domain.protocols import Clock
from workbench.domain.run import Outcome
from workbench.domain.score import Score
from workbench.errors import ProviderError
from workbench.runner.asking import attempts
from workbench.runner.brake import Brake
from workbench.runner.engine import CANCEL_GRACE_S
from workbench.runner.lane import Lane, LaneState
from workbench.runner.outcomes import answered, failed
from workbench.runner.preparing import Prepared
from workbench.runner.retry import RetryPolicy
from workbench.runner.sharded.allowance import Allowance, AllowanceSpentError, ShardBudget


@dataclass(frozen=True)
class ToAsk:
    """A request of a shard."""

    prepared: Prepared
    attempts_made: int = 0
    """Attempts that count as made already."""


@dataclass(frozen=True)
class Shard:
    """What is sent to a worker."""

    session: str
    """One carrying out of a run; a run that is resumed has another."""
    model: str
    """The alias of the model that all are asked of."""
    to_ask: tuple[ToAsk, ...]
    allowance_usd: float | None
    """What its calls may spend together, retries included; None when no budget is in force."""
    continued: int = 0
    """How often the model's calls were let go on after a pause. A worker that has paused since goes on as well."""


@dataclass(frozen=True)
class Worked:
    """What comes back."""

    outcomes: tuple[Outcome, ...]
    """In the order in which they came; every attempt is one."""
    unasked: tuple[int, ...]
    """Places in the shard of the requests that are not done with."""
    seconds: float
    spent_usd: float = 0.0
    """What answers are known to have cost; counted only under a budget."""
    kept_usd: float = 0.0
    """What stays set aside for calls that may have been charged for."""
    lane_state: LaneState = "open"
    stopped_by: ProviderError | None = None
    """Why the worker takes no more requests to this model."""
    continued: int = 0
    """As the shard had it: what is said of an earlier pause is out of date."""
    scores: tuple[Score, ...] | None = None
    """The rules' scores of the answers; None where they have to be computed yet."""


@dataclass(frozen=True)
class Worker:
    """Works on the shards of one run, in a process of its own. Used on one event loop."""

    run: str
    clock: Clock
    brake: Brake
    timeout_s: float
    budget: ShardBudget | None
    retry: RetryPolicy
    _continued: dict[str, int] = field(default_factory=dict)
    """How often lanes were let go on, by model."""

    async def work(self, shard: Shard, lane: Lane) -> Worked:
        """Ask everything in a shard. After a cancel answers in flight have a moment to arrive."""
        started = self.clock.monotonic()
        if shard.continued > self._continued.get(shard.model, 0):
            self._continued[shard.model] = shard.continued
            lane.go_on()
        allowance = Allowance(shard.allowance_usd or 0.0)
        outcomes: list[Outcome] = []
        with nullcontext() if self.budget is None else self.budget.drawing_on(allowance):
            asking = [asyncio.create_task(self._ask(lane, to_ask, outcomes)) for to_ask in shard.to_ask]
        try:
            await self._until_over(asking)
        finally:
            for task in asking:
                task.cancel()
            ended = await asyncio.gather(*asking, return_exceptions=True)
        for defect in ended:
            if isinstance(defect, Exception):
                raise defect
        return Worked(
            tuple(outcomes),
            tuple(place for place, over in enumerate(ended) if over is not True),
            self.clock.monotonic() - started,
            allowance.spent_usd,
            allowance.kept_usd,
            lane.state,
            lane.stopped_by,
            shard.continued,
        )

    async def _ask(self, lane: Lane, to_ask: ToAsk, outcomes: list[Outcome]) -> bool:
        """Ask one request, attempt by attempt. Returns whether it is done with."""
        over, prepared = False, to_ask.prepared
        asked = attempts(
            lane,
            prepared.request,
            timeout_s=self.timeout_s,
            retry=self.retry,
            brake=self.brake,
            made_before=to_ask.attempts_made,
        )
        try:
            async for made in asked:
                if isinstance(made.attempt.result, Completion):
                    outcome: Outcome = answered(self.run, prepared, made.attempt.result, made)
                else:
                    outcome = failed(self.run, prepared.cell, made.attempt.result, made)
                # Reservations within a shard are nobody else's business: the driver holds one for all of it.
                outcomes.append(replace(outcome, reservation=None))
                over = made.final
        except AllowanceSpentError:
            return False
        return over

    async def _until_over(self, asking: Sequence[asyncio.Task[bool]]) -> None:
        cancelled = asyncio.create_task(self.brake.wait_for_cancel())
        over = asyncio.ensure_future(asyncio.wait(asking))
        try:
            await asyncio.wait({over, cancelled}, return_when=asyncio.FIRST_COMPLETED)
            if not over.done():
                await asyncio.wait({over}, timeout=CANCEL_GRACE_S)
        finally:
            cancelled.cancel()
            over.cancel()
