"""The mean of one arm under one metric, with an interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.domain.score import Kind
from workbench.stats.clusters import grouping
from workbench.stats.intervals import Interval, stabilised_t, t_interval, wilson
from workbench.stats.samples import Sample, ScoresByExample, is_pass_fail, repeats_of, sample

FEWEST_EXAMPLES = 5
"""Below this many examples no interval is given: it would span nearly everything or promise too much."""
NO_METHOD = f"none: fewer than {FEWEST_EXAMPLES} examples"


@dataclass(frozen=True)
class MeanResult:
    """A mean over examples. Low and high are its 95% interval."""

    mean: float | None
    """None when no example has a score."""
    n: int
    """Examples with a score."""
    trials: int
    """Scores, repeats counted."""
    low: float | None
    """None below 5 examples."""
    high: float | None
    method: str
    """The interval's method, for the details of a page."""


def mean_with_interval(
    by_example: ScoresByExample, *, kind: Kind, clusters: Mapping[str, str] | None = None
) -> MeanResult:
    """The mean score over examples, each example's repeats averaged first.

    Pass or fail (and shares that are all 0 or 1) has Wilson's interval on the examples when each was answered once, or
    its repeats all passed or all failed, and the stabilised t when some did both; other shares and numbers have Student's
    t. `clusters` maps example ids to the cluster they belong to: when examples share clusters and there are at least 5,
    the interval allows for it.

    Raises InputError for a score that its kind does not allow.
    """
    scores = sample(by_example, kind)
    values = list(scores.means.values())
    mean = math.fsum(values) / scores.n if values else None
    if scores.n < FEWEST_EXAMPLES:
        return MeanResult(mean, scores.n, scores.trials, None, None, NO_METHOD)
    interval = grouping(list(scores.means), clusters).widen(_independent(scores, values, kind), values)
    if kind != "number":
        interval = interval.within(0, 1)
    return MeanResult(mean, scores.n, scores.trials, interval.low, interval.high, interval.method)


def _independent(scores: Sample, values: list[float], kind: Kind) -> Interval:
    """The interval when examples do not resemble each other."""
    if not is_pass_fail(kind, scores):
        return t_interval(values)
    if scores.repeated:
        return stabilised_t(values, repeats_of(scores))
    return wilson(round(math.fsum(values)), scores.n)
