"""The pass rate that people would give, from a judge's verdict on every output and people's on some.

A judge's raw rate is off by the judge's own errors. Post-stratification repairs it: of the outputs that the judge passed,
people passed such a share of a random sample; likewise of those it failed; weighted by how many there are of each.
Labels must be random within each stratum, and the judge hidden from who gives them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.errors import InputError
from workbench.stats.intervals import Interval
from workbench.stats.quantiles import LEVEL, z_value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DRAWS = 4_000
FEWEST_LABELS = 3
"""A stratum with fewer labels is merged with its neighbour."""
METHOD = "judge-stratified, Jeffreys draws"


@dataclass(frozen=True)
class Stratum:
    """The outputs on which a judge said the same; strata are ordered from its worst verdict to its best."""

    outputs: int
    labelled: int
    """How many of them people judged, drawn at random."""
    passed: int
    """How many of those people passed."""

    def __post_init__(self) -> None:
        if not 0 <= self.passed <= self.labelled <= self.outputs:
            raise InputError(f"{self.passed} of {self.labelled} of {self.outputs} is no stratum.")

    @property
    def rate(self) -> float:
        """The share that people passed."""
        return self.passed / self.labelled


@dataclass(frozen=True)
class CorrectedRate:
    """A pass rate as people would give it."""

    this_set: Interval
    """Of the outputs at hand; without width when all are labelled. `n` counts labels."""
    future: Interval
    """Of outputs to come from the same source."""


def corrected_rate(strata: Sequence[Stratum], *, level: float = LEVEL, seed: int = 0) -> CorrectedRate | None:
    """The pass rate corrected by people's labels; None without a label.

    Beta(passed + 1/2, failed + 1/2) draws in each stratum, 4,000 with `seed`; for the set at hand the labelled outputs are
    what they are, for future ones the sizes of the strata are uncertain too (Dirichlet). The point is post-stratified:
    sum of W p. With a yes/no judge it equals the regression estimator of prediction-powered inference with the best
    weight (Fisch et al. 2024, arXiv 2406.04291), whose own intervals cover too little below 50 labels.
    """
    import numpy as np

    merged = _merged([stratum for stratum in strata if stratum.outputs])
    labels = sum(stratum.labelled for stratum in merged)
    if not labels:
        return None
    total = sum(stratum.outputs for stratum in merged)
    point = math.fsum(s.outputs / total * s.rate for s in merged)
    random = np.random.default_rng(seed)
    rates = np.stack([random.beta(s.passed + 0.5, s.labelled - s.passed + 0.5, DRAWS) for s in merged])
    rest = np.stack([random.binomial(s.outputs - s.labelled, p) for s, p in zip(merged, rates, strict=True)])
    at_hand = (sum(s.passed for s in merged) + rest.sum(axis=0)) / total
    sizes = random.dirichlet([s.outputs + 0.5 for s in merged], DRAWS).T
    return CorrectedRate(
        this_set=_interval(point, at_hand, labels, level),
        future=_interval(point, (sizes * rates).sum(axis=0), labels, level),
    )


def weighted_reliability(failed: Stratum, passed: Stratum) -> tuple[float | None, float | None]:
    """What a yes/no judge catches of passes and of failures, when labels were drawn by its verdicts.

    Raw counts would be off, because each verdict was labelled at a rate of its own; so each counts by its stratum's
    size. None where people's labels hold no pass, or no failure. Raises InputError when a verdict has no label.
    """
    if not (failed.labelled and passed.labelled):
        raise InputError("Both verdicts of the judge need labels.")
    total = failed.outputs + passed.outputs
    good = passed.outputs / total * passed.rate
    missed = failed.outputs / total * failed.rate
    bad = failed.outputs / total * (1 - failed.rate)
    let_through = passed.outputs / total * (1 - passed.rate)
    return (
        good / (good + missed) if good + missed else None,
        bad / (bad + let_through) if bad + let_through else None,
    )


def calibrated_elsewhere(
    judge_rate: float,
    outputs: int,
    *,
    catches_failures: tuple[float, int],
    catches_passes: tuple[float, int],
    level: float = LEVEL,
) -> Interval:
    """The pass rate corrected by a calibration on other outputs: (rate, labels) for failures and for passes.

    Much wider than `corrected_rate`; for a judge calibrated on one project and used on another. Sources: Rogan and
    Gladen 1978, American Journal of Epidemiology 107; interval of Lee et al. 2025, arXiv 2511.21140. Raises InputError
    for a judge that is no better than chance.
    """
    z = z_value(level)
    (q0, m0), (q1, m1) = catches_failures, catches_passes
    if not (0 <= judge_rate <= 1 and outputs > 0 and m0 > 0 and m1 > 0 and q0 + q1 > 1):
        raise InputError("A judge that is no better than chance corrects nothing.")
    point = (judge_rate + q0 - 1) / (q0 + q1 - 1)
    n = outputs + z * z
    rate = (outputs * judge_rate + z * z / 2) / n
    q0, q1 = (m0 * q0 + 1) / (m0 + 2), (m1 * q1 + 1) / (m1 + 2)
    failures, passes = q0 * (1 - q0) / (m0 + 2), q1 * (1 - q1) / (m1 + 2)
    gain = q0 + q1 - 1
    centre = (rate + q0 - 1) / gain
    shift = 2 * z * z * (-(1 - centre) * failures + centre * passes)
    half = z * math.sqrt(rate * (1 - rate) / n + (1 - centre) ** 2 * failures + centre**2 * passes) / gain
    interval = Interval(point, centre + shift - half, centre + shift + half, outputs, "Rogan-Gladen, adjusted")
    return Interval(min(1.0, max(0.0, point)), *_clipped(interval.low, interval.high), outputs, interval.method)


def _clipped(low: float, high: float) -> tuple[float, float]:
    return min(1.0, max(0.0, low)), min(1.0, max(0.0, high))


def _merged(strata: Sequence[Stratum]) -> list[Stratum]:
    """Strata with too few labels joined to the one before, the first to the one behind."""
    merged: list[Stratum] = []
    for stratum in strata:
        if merged and (stratum.labelled < FEWEST_LABELS or merged[-1].labelled < FEWEST_LABELS):
            before = merged.pop()
            merged.append(
                Stratum(
                    before.outputs + stratum.outputs, before.labelled + stratum.labelled, before.passed + stratum.passed
                )
            )
        else:
            merged.append(stratum)
    return merged


def _interval(point: float, draws: NDArray[np.float64], labels: int, level: float) -> Interval:
    import numpy as np

    low, high = np.quantile(draws, [(1 - level) / 2, (1 + level) / 2])
    return Interval(point, float(low), float(high), labels, METHOD)
