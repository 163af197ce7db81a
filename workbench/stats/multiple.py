"""Many settings against one baseline: the more are tried, the likelier one of them looks better by chance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workbench.domain.score import Direction
from workbench.errors import InputError
from workbench.stats.corrections import holm
from workbench.stats.intervals import Interval
from workbench.stats.paired import PairResult
from workbench.stats.verdict import decide, needed_examples


def corrected(results: Sequence[PairResult], direction: Direction) -> list[PairResult]:
    """Comparisons of several arms with one baseline by one metric, each with Holm's p-value and the verdict it allows.

    For pass or fail, shares and differences of amounts; intervals stay those of each comparison by itself. Results of
    too few examples stay as they are and do not count.
    """
    adjusted = iter(holm([result.p_value for result in results if result.p_value is not None]))
    return [result if result.p_value is None else _judged_anew(result, next(adjusted), direction) for result in results]


def _judged_anew(result: PairResult, p_value: float, direction: Direction) -> PairResult:
    if result.difference is None or result.low is None or result.high is None or result.ratio is not None:
        raise InputError("Only differences can be corrected for their number.")
    effect = Interval(result.difference, result.low, result.high, result.n, result.method)
    verdict = decide(effect, margin=result.margin, p_value=p_value, direction=direction)
    undecided = verdict == "cannot tell yet"
    needed = needed_examples(effect, margin=result.margin, p_value=p_value) if undecided else None
    return replace(
        result, p_value=p_value, verdict=verdict, needed_examples=needed, method=f"{result.method}, Holm's correction"
    )
