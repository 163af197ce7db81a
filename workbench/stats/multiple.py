"""Many settings against one baseline: the more are tried, the likelier one of them looks better by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.domain.score import Direction
from workbench.stats.corrections import holm
from workbench.stats.paired import PairResult, judged_at


def corrected(results: Sequence[PairResult], direction: Direction) -> list[PairResult]:
    """Comparisons of several arms with one baseline by one metric, each with Holm's p-value and the verdict it allows.

    Intervals, of differences and of ratios, stay those of each comparison by itself. Results of too few examples stay
    as they are and do not count; a comparison alone has nothing to be corrected for.
    """
    counted = [result.p_value for result in results if result.p_value is not None]
    if len(counted) < 2:
        return list(results)
    adjusted = iter(holm(counted))
    return [
        result if result.p_value is None else _judged_anew(result, next(adjusted), direction, len(counted))
        for result in results
    ]


def _judged_anew(result: PairResult, p_value: float, direction: Direction, comparisons: int) -> PairResult:
    method = f"{result.method}, Holm's correction for {comparisons} comparisons"
    return replace(judged_at(result, p_value, direction), method=method, comparisons=comparisons)
