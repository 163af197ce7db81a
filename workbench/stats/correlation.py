"""How far two numbers of the same items go together: a judge's scores and people's, or scores and the answers' length."""

from __future__ import annotations

import math
from collections.abc import Sequence

from workbench.errors import InputError
from workbench.stats.intervals import Interval
from workbench.stats.quantiles import LEVEL, z_value

FEWEST = 4
"""Below it Fisher's interval is undefined."""


def pearson(first: Sequence[float], second: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Pearson's r with Fisher's interval (1921); None for fewer than 4 items, and where either never changes.

    Raises InputError for lists of different lengths.
    """
    return _with_interval(_product_moment(first, second), len(first), 1.0, "Pearson's r", level)


def spearman(first: Sequence[float], second: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Spearman's rank correlation, ties sharing their mean rank, with the interval of Bonett and Wright (2000).

    None for fewer than 4 items, and where either never changes. Raises InputError for lists of different lengths.
    """
    rho = _product_moment(_ranks(first), _ranks(second))
    spread = 1.0 if rho is None else 1 + rho * rho / 2
    return _with_interval(rho, len(first), spread, "Spearman's rho", level)


def _product_moment(first: Sequence[float], second: Sequence[float]) -> float | None:
    if len(first) != len(second):
        raise InputError(f"{len(first)} and {len(second)} values are no pairs.")
    if len(first) < FEWEST:
        return None
    left, right = _deviations(first), _deviations(second)
    size = math.sqrt(math.fsum(a * a for a in left) * math.fsum(b * b for b in right))
    if size == 0:
        return None
    return max(-1.0, min(1.0, math.fsum(a * b for a, b in zip(left, right, strict=True)) / size))


def _deviations(values: Sequence[float]) -> list[float]:
    if len(set(values)) == 1:
        # Rounding of the mean would leave deviations that are not there.
        return [0.0] * len(values)
    mean = math.fsum(values) / len(values)
    return [value - mean for value in values]


def _ranks(values: Sequence[float]) -> list[float]:
    """Ranks from 1; equal values share the mean of theirs."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks, start = [0.0] * len(values), 0
    while start < len(order):
        end = start
        while end + 1 < len(order) and values[order[end + 1]] == values[order[start]]:
            end += 1
        for at in order[start : end + 1]:
            ranks[at] = (start + end) / 2 + 1
        start = end + 1
    return ranks


def _with_interval(r: float | None, n: int, spread: float, method: str, level: float) -> Interval | None:
    """Around Fisher's transform, whose variance is `spread` / (n - 3)."""
    if r is None:
        return None
    if abs(r) == 1:
        return Interval(r, r, r, n, method)
    half = z_value(level) * math.sqrt(spread / (n - 3))
    middle = math.atanh(r)
    return Interval(r, math.tanh(middle - half), math.tanh(middle + half), n, method)
