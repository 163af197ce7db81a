"""A metric made of its description and a function."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from workbench.domain.score import MetricInfo, ScoreInput, ScoreResult


@dataclass(frozen=True)
class RuleMetric:
    """A metric that needs no model: what it means, and how it is computed."""

    info: MetricInfo
    compute: Callable[[ScoreInput], ScoreResult]

    def score(self, given: ScoreInput) -> ScoreResult:
        """A value, or the reason why there is none."""
        return self.compute(given)
