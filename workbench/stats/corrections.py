"""Several comparisons at once: p-values corrected so that looking often does not find what is not there."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import InputError


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given: below a level, the chance of any false alarm among all is at most that.

    For arms against one baseline. Source: Holm 1979, Scandinavian Journal of Statistics 6, 65-70. Raises InputError
    for what is no p-value.
    """
    _check(p_values)
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for place, at in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[at]))
        adjusted[at] = highest
    return adjusted


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values, in the order given: among those below a level, at most that share is false on average.

    For what is worth a look, such as slices; never for a gate. Source: Benjamini and Hochberg 1995, Journal of the
    Royal Statistical Society B 57, 289-300. Raises InputError for what is no p-value.
    """
    _check(p_values)
    count = len(p_values)
    adjusted = [0.0] * count
    lowest = 1.0
    for rank, at in reversed(list(enumerate(sorted(range(count), key=lambda at: p_values[at]), start=1))):
        lowest = min(lowest, count / rank * p_values[at])
        adjusted[at] = lowest
    return adjusted


def level_for(level: float, comparisons: int) -> float:
    """The level at which so many intervals hold together, each as Bonferroni asks: 95% and 5 give 99%.

    Raises InputError below one comparison.
    """
    if comparisons < 1:
        raise InputError(f"{comparisons} comparisons cannot be corrected for.")
    return 1 - (1 - level) / comparisons


def _check(p_values: Sequence[float]) -> None:
    for p_value in p_values:
        if not 0 <= p_value <= 1:
            raise InputError(f"{p_value!r} is not a p-value.")
