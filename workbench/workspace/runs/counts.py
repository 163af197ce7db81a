"""How many trials of a run have come to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workbench.domain.run import Outcome, TrialFailure


@dataclass(frozen=True)
class Counts:
    """Trials counted so far. Immutable, so that other threads read a whole state."""

    done_by_arm: Mapping[str, int] = field(default_factory=dict)
    failed_by_arm: Mapping[str, int] = field(default_factory=dict)
    cached_by_arm: Mapping[str, int] = field(default_factory=dict)
    """Replayed answers; counted within done."""
    cost_usd: float | None = None
    """What was spent where prices are known; None when none is."""

    @property
    def done(self) -> int:
        """Trials with an output."""
        return sum(self.done_by_arm.values())

    @property
    def failed(self) -> int:
        """Trials that ended without one."""
        return sum(self.failed_by_arm.values())

    @property
    def cached(self) -> int:
        """Trials whose answer was replayed."""
        return sum(self.cached_by_arm.values())

    def plus(self, outcomes: Iterable[Outcome]) -> Counts:
        """With more outcomes; attempts that are tried again do not count."""
        done, failed, cached = (Counter(by) for by in (self.done_by_arm, self.failed_by_arm, self.cached_by_arm))
        cost = self.cost_usd
        for outcome in outcomes:
            if isinstance(outcome, TrialFailure):
                if outcome.final:
                    failed[outcome.arm] += 1
                continue
            done[outcome.arm] += 1
            cached[outcome.arm] += outcome.cache_hit
            if outcome.spent_usd is not None:
                cost = (cost or 0.0) + outcome.spent_usd
        return Counts(done, failed, cached, cost)
