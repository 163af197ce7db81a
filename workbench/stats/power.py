"""Before a run: how small a difference it can show; and whether repeats or examples would show more.

The variance of a paired difference of means over n examples with K repeats each is (w + (a + b) / K) / n, where w is the
variance of true differences between examples and a, b are the variances within examples, from one repeat to the next
(Miller 2024, Adding error bars to evals, arXiv 2411.00640).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

from workbench.errors import InputError
from workbench.stats.corrections import level_for
from workbench.stats.quantiles import LEVEL, z_value

POWER = 0.8
"""The chance of finding a difference of the size that is called detectable."""


@dataclass(frozen=True)
class Noise:
    """Where the variance of a paired difference comes from."""

    between: float
    """Variance of true differences from example to example: only further examples average it out."""
    within: float
    """Variance from repeat to repeat, of both arms together: repeats average it out too."""

    def variance(self, repeats: float) -> float:
        """The variance of one example's difference with so many repeats in each arm."""
        return self.between + self.within / repeats


@dataclass(frozen=True)
class NoiseRange:
    """Noise that is only known to lie between two; the same twice where it is known."""

    low: Noise
    """What shows the smaller differences."""
    high: Noise


GUESSED_LOW = Noise(0.05, 0.1)
GUESSED_HIGH = Noise(1 / 9, 1 / 3)
"""Before any run of a golden set: the range that pass/fail scores are usually in. A guess, and called one."""


def noise_of(baseline: Mapping[str, Sequence[float]], arm: Mapping[str, Sequence[float]]) -> Noise | None:
    """The noise that an earlier run shows, from the scores by example; None without two common examples that repeat.

    One-way analysis of variance; what sampling makes of the means is taken off, and never below 0.
    """
    common = [e for e in baseline if e in arm and len(baseline[e]) > 1 and len(arm[e]) > 1]
    if len(common) < 2:
        return None
    within = _mean([_variance(baseline[e]) + _variance(arm[e]) for e in common])
    spread = _variance([_mean(arm[e]) - _mean(baseline[e]) for e in common])
    of_sampling = _mean([_variance(baseline[e]) / len(baseline[e]) + _variance(arm[e]) / len(arm[e]) for e in common])
    return Noise(max(0.0, spread - of_sampling), within)


def noise_between(baseline: Mapping[str, Sequence[float]], arm: Mapping[str, Sequence[float]]) -> NoiseRange | None:
    """The noise that an earlier run shows: known where it repeats, else between the two ways of splitting what it shows.

    Without repeats, all of it may lie between examples, or all of it within them. None below two common examples.
    """
    known = noise_of(baseline, arm)
    if known is not None:
        return NoiseRange(known, known)
    common = [e for e in baseline if e in arm and baseline[e] and arm[e]]
    if len(common) < 2:
        return None
    spread = _variance([_mean(arm[e]) - _mean(baseline[e]) for e in common])
    return NoiseRange(Noise(0.0, spread), Noise(spread, 0.0))


def pooled(noises: Sequence[NoiseRange]) -> NoiseRange | None:
    """The noise of several comparisons together, on average; None of none."""
    if not noises:
        return None
    low, high = ([getattr(noise, end) for noise in noises] for end in ("low", "high"))
    return NoiseRange(
        *(Noise(_mean([one.between for one in ends]), _mean([one.within for one in ends])) for ends in (low, high))
    )


def detectable(noise: Noise, examples: int, repeats: int = 1, power: float = POWER, *, comparisons: int = 1) -> float:
    """The smallest difference found with this chance at 5% two-sided, on the scores' own scale (0.11 is 11 points).

    The 5% are shared among several `comparisons` with one baseline. Raises InputError without an example or a repeat.
    """
    _check(examples, repeats)
    return _quantiles(power, comparisons) * math.sqrt(noise.variance(repeats) / examples)


def examples_needed(noise: Noise, difference: float, repeats: int = 1, power: float = POWER) -> float:
    """How many examples find a difference with this chance; not rounded. Raises InputError for a difference of 0."""
    _check(1, repeats)
    if difference == 0:
        raise InputError("No number of examples finds a difference of 0.")
    return (_quantiles(power) / difference) ** 2 * noise.variance(repeats)


def examples_needed_pass_fail(discordant: float, difference: float, power: float = POWER) -> float:
    """How many examples, asked once each, when the arms differ on this share of them; not rounded.

    Source: Connor 1987, Biometrics 43, 207-211. Raises InputError unless 0 < |difference| <= discordant <= 1.
    """
    size = abs(difference)
    if not 0 < size <= discordant <= 1:
        raise InputError(f"A difference of {difference} cannot come from {discordant} of the examples.")
    alpha = z_value(LEVEL) * math.sqrt(discordant)
    beta = NormalDist().inv_cdf(power) * math.sqrt(discordant - size * size)
    return ((alpha + beta) / size) ** 2


def best_repeats(noise: Noise, example_cost: float, call_cost: float) -> int:
    """How many repeats tell most for the money: `example_cost` to write and label one, `call_cost` for one answer.

    The within noise is that of both arms, so half of it stands for one; at least 1. Raises InputError for costs that
    are not above 0. Without noise between examples, no further example is worth its cost: 10.
    """
    if not (example_cost > 0 and call_cost > 0):
        raise InputError("Costs must be above 0 to be weighed.")
    if noise.between == 0:
        return MOST_REPEATS
    wanted = math.sqrt(example_cost / call_cost * (noise.within / 2) / noise.between)
    return min(MOST_REPEATS, max(1, round(wanted)))


MOST_REPEATS = 10


def _quantiles(power: float, comparisons: int = 1) -> float:
    return z_value(level_for(LEVEL, comparisons)) + NormalDist().inv_cdf(power)


def _check(examples: int, repeats: int) -> None:
    if examples < 1 or repeats < 1:
        raise InputError("A run needs an example and a repeat at least.")


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _variance(values: Sequence[float]) -> float:
    mean = _mean(values)
    return math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
