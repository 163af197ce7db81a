"""A quantile of single answers, such as the time within which 95% of them come, with an interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.errors import InputError
from workbench.stats.quantiles import LEVEL


@dataclass(frozen=True)
class QuantileResult:
    """A quantile and the range that is likely to hold the true one."""

    estimate: float
    low: float | None
    """None where so few examples give no such end."""
    high: float | None
    examples_for_bounds: int
    """How many examples it takes for both ends."""


def quantile_with_interval(
    values: Sequence[float], share: float, *, examples: int, level: float = LEVEL
) -> QuantileResult:
    """The smallest value that a `share` of the values does not exceed, with an interval that assumes no distribution.

    `examples` is how many examples the values are of: repeats of an example resemble each other, so that the ends are
    those which so many independent values would give. Their ranks follow the binomial distribution (David and Nagaraja
    2003, Order Statistics, section 7.1). Raises InputError without a value, and unless 0 < share < 1.
    """
    if not values or examples < 1:
        raise InputError("A quantile needs at least one value.")
    if not 0 < share < 1:
        raise InputError(f"A quantile lies between 0 and 1, not at {share!r}.")
    ordered, tail = sorted(values), (1 - level) / 2
    low = _largest_below(examples, share, tail)
    high = _smallest_from(examples, share, 1 - tail)
    return QuantileResult(
        estimate=_at(ordered, share),
        low=_at(ordered, low / examples) if low >= 1 else None,
        high=_at(ordered, high / examples) if high <= examples else None,
        examples_for_bounds=math.ceil(math.log(tail) / math.log(max(share, 1 - share))),
    )


def _at(ordered: Sequence[float], share: float) -> float:
    # Rounded first: 0.07 * 100 is a hair above 7.
    return ordered[max(0, math.ceil(round(share * len(ordered), 9)) - 1)]


def _largest_below(n: int, share: float, tail: float) -> int:
    """The largest rank, from 1, whose value lies above the true quantile with at most `tail`; 0 for none."""
    from scipy.special import bdtr

    low, high = 0, n
    while low < high:
        middle = (low + high + 1) // 2
        if bdtr(middle - 1, n, share) <= tail:
            low = middle
        else:
            high = middle - 1
    return low


def _smallest_from(n: int, share: float, sure: float) -> int:
    """The smallest rank, from 1, whose value reaches the true quantile with at least `sure`; n + 1 for none."""
    from scipy.special import bdtr

    low, high = 1, n + 1
    while low < high:
        middle = (low + high) // 2
        if bdtr(middle - 1, n, share) >= sure:
            high = middle
        else:
            low = middle + 1
    return low
