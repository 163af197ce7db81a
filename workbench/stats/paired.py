"""One arm against its baseline on the same examples."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from workbench.domain.score import Direction, Kind
from workbench.errors import InputError
from workbench.stats.clusters import Grouping, grouping
from workbench.stats.intervals import Interval, cluster_sums, log_ratios, stabilised_t, t_interval, tango
from workbench.stats.samples import Sample, ScoresByExample, is_pass_fail, repeats_of, sample
from workbench.stats.significance import mcnemar_mid_p, sign_flip
from workbench.stats.summary import FEWEST_EXAMPLES, NO_METHOD
from workbench.stats.verdict import DEFAULT_MARGIN, PairVerdict, decide, needed_examples

NOT_COMPARED = "none: not measured side by side"


@dataclass(frozen=True)
class PairResult:
    """How an arm differs from its baseline under one metric, on the examples that both have a score for."""

    n: int
    """Examples with a score in both arms."""
    difference: float | None
    """Arm minus baseline, in the metric's unit (0.12 is 12 points); None without a common example."""
    low: float | None
    """The 95% interval of the difference; None below 5 examples."""
    high: float | None
    p_value: float | None
    """Two-sided; None below 5 examples."""
    method: str
    """Interval and test that the verdict rests on, for the details of a page."""
    verdict: PairVerdict
    needed_examples: int | None
    """About how many more examples would settle it, at most 10,000; None when it is settled, when there are fewer than
    5, and when ratio and difference point opposite ways, which no number of examples need change."""
    missing_baseline: int
    """Examples that only the arm has a score for."""
    missing_arm: int
    """Examples that only the baseline has a score for."""
    wins: int
    """Examples on which the arm is better, in the metric's direction."""
    losses: int
    ties: int
    margin: float
    """Differences within it count as the same: a difference for shares, a proportion for amounts."""
    ratio: float | None = None
    """For amounts: how many times the baseline the arm typically is, as a ratio of geometric means."""
    ratio_low: float | None = None
    ratio_high: float | None = None
    effect: Interval | None = None
    """What the verdict looks at: the difference, or the logarithm of the ratio; None below 5 examples."""
    effect_margin: float = 0.0
    """The margin on the effect's scale."""
    comparisons: int = 1
    """How many comparisons with one baseline the p-value is corrected for."""
    replayed: int = 0
    """Where times are not compared: how many of the arm's answers an earlier run gave, and timed."""
    replayed_baseline: int = 0
    word_for_word: bool = False
    """Whether all answers of both are the same, and so all scores."""


@dataclass(frozen=True)
class _Evidence:
    """What is known about a pair of at least 5 common examples."""

    difference: Interval
    """In the metric's unit."""
    effect: Interval
    """What the verdict looks at: the difference, or the logarithm of the ratio."""
    margin: float
    """On the effect's scale."""
    p_value: float
    method: str
    is_ratio: bool = False


def compare(
    baseline: ScoresByExample,
    arm: ScoresByExample,
    *,
    kind: Kind,
    direction: Direction,
    margin: float = DEFAULT_MARGIN,
    clusters: Mapping[str, str] | None = None,
) -> PairResult:
    """Compare an arm with its baseline, example by example, over the examples that both have a score for.

    Both map example ids to the scores of their repeats, which are averaged first. The methods:

    - pass or fail, one repeat each or repeats that all agree (and shares that are all 0 or 1): Tango's interval,
      McNemar's mid-p;
    - pass or fail with repeats that differ somewhere: the stabilised t, the sign-flip test;
    - other shares: Student's t on the examples' differences, the sign-flip test;
    - amounts above 0, such as cost and latency: Student's t on log ratios and the sign-flip test of them, because
      their long tails drown differences of means. `low` and `high` are then the t interval of the plain difference,
      for its size; better and worse need the plain difference to point the same way as the ratio;
    - other numbers: Student's t and sign-flip on differences, the margin being that share of the baseline's mean.

    Where examples share clusters (`clusters`, example id to name; at least 5), intervals allow for it and signs are
    flipped by cluster. `margin` is the difference that does not matter: 0.05 is 5 points, or 5% of an amount.

    Raises InputError for a score that its kind does not allow and for a negative margin.
    """
    if not margin >= 0:
        raise InputError(f"A margin is 0 or more, not {margin!r}.")
    first, second = sample(baseline, kind), sample(arm, kind)
    common = [example for example in first.scores if example in second.scores]
    missing_baseline, missing_arm = second.n - len(common), first.n - len(common)
    first, second = first.only(common), second.only(common)
    differences = [second.means[example] - first.means[example] for example in common]
    rises = sum(difference > 0 for difference in differences)
    falls = sum(difference < 0 for difference in differences)
    result = PairResult(
        n=len(common),
        difference=math.fsum(differences) / len(common) if common else None,
        low=None,
        high=None,
        p_value=None,
        method=NO_METHOD,
        verdict="too few",
        needed_examples=None,
        missing_baseline=missing_baseline,
        missing_arm=missing_arm,
        wins=rises if direction == "higher" else falls,
        losses=falls if direction == "higher" else rises,
        ties=len(common) - rises - falls,
        margin=margin,
    )
    if len(common) < FEWEST_EXAMPLES:
        return result
    groups = grouping(common, clusters)
    return _judged(result, _evidence(first, second, differences, kind=kind, margin=margin, groups=groups), direction)


def judged_at(result: PairResult, p_value: float, direction: Direction) -> PairResult:
    """The result with another p-value, such as a corrected one, and the verdict and the need that go with it.

    A result of too few examples stays as it is.
    """
    effect, difference = result.effect, result.difference
    if effect is None or difference is None:
        return result
    verdict = decide(effect, margin=result.effect_margin, p_value=p_value, direction=direction)
    needed = None
    if verdict == "cannot tell yet":
        needed = needed_examples(effect, margin=result.effect_margin, p_value=p_value)
    elif effect.estimate * difference < 0 and verdict != "same":
        # Typically less but in total more: a few large amounts outweigh the rest, whatever the number of examples.
        verdict = "cannot tell yet"
    return replace(result, p_value=p_value, verdict=verdict, needed_examples=needed)


def not_compared(result: PairResult, *, replayed: int, replayed_baseline: int) -> PairResult:
    """The result without its verdict and all that leads to one: times of answers that earlier runs gave in part.

    They were measured on another day, perhaps on another machine or under another load.
    """
    return replace(
        result,
        difference=None,
        low=None,
        high=None,
        p_value=None,
        method=NOT_COMPARED,
        verdict="unknown",
        needed_examples=None,
        wins=0,
        losses=0,
        ties=0,
        ratio=None,
        ratio_low=None,
        ratio_high=None,
        effect=None,
        replayed=replayed,
        replayed_baseline=replayed_baseline,
    )


def word_for_word(result: PairResult) -> PairResult:
    """The result where all answers of both arms are the same text: nothing is left that more examples could settle.

    A result with scores that differ all the same, as a judge's may, and one of too few examples stays as it is.
    """
    if result.wins or result.losses or result.verdict not in ("cannot tell yet", "same"):
        return result
    return replace(result, verdict="same", needed_examples=None, word_for_word=True)


def _judged(result: PairResult, evidence: _Evidence, direction: Direction) -> PairResult:
    """The result with interval, p-value, verdict and what would settle it."""
    difference = evidence.difference
    ratio = evidence.effect.map(math.exp) if evidence.is_ratio else None
    known = replace(
        result,
        low=difference.low,
        high=difference.high,
        method=evidence.method,
        ratio=ratio.estimate if ratio else None,
        ratio_low=ratio.low if ratio else None,
        ratio_high=ratio.high if ratio else None,
        effect=evidence.effect,
        effect_margin=evidence.margin,
    )
    return judged_at(known, evidence.p_value, direction)


def _evidence(
    first: Sample, second: Sample, differences: list[float], *, kind: Kind, margin: float, groups: Grouping
) -> _Evidence:
    """The interval and test that fit the data."""
    if kind == "number":
        return _amounts(first, second, differences, margin, groups)
    if not is_pass_fail(kind, first, second):
        interval = t_interval(differences)
    elif first.repeated or second.repeated:
        interval = stabilised_t(differences, repeats_of(first, second))
    else:
        return _pass_fail_once(differences, margin, groups)
    interval = groups.widen(interval, differences).within(-1, 1)
    return _Evidence(interval, interval, margin, _flip(differences, groups), f"{interval.method}, sign-flip test")


def _pass_fail_once(differences: list[float], margin: float, groups: Grouping) -> _Evidence:
    """Pass or fail, every example answered once by each arm, or always alike."""
    b, c = differences.count(1), differences.count(-1)
    interval = groups.widen(tango(len(differences), b, c), differences).within(-1, 1)
    if groups.labels is None:
        return _Evidence(interval, interval, margin, mcnemar_mid_p(b, c), f"{interval.method}, McNemar mid-p")
    return _Evidence(interval, interval, margin, _flip(differences, groups), f"{interval.method}, sign-flip test")


def _amounts(first: Sample, second: Sample, differences: list[float], margin: float, groups: Grouping) -> _Evidence:
    """Numbers with a unit: by ratio where all are above 0, by difference otherwise."""
    before, after = list(first.means.values()), list(second.means.values())
    difference = groups.widen(t_interval(differences), differences)
    if min(before) > 0 and min(after) > 0:
        ratios = log_ratios(before, after)
        effect = groups.widen(t_interval(ratios), ratios)
        method = f"{effect.method}, log ratio, sign-flip test"
        return _Evidence(difference, effect, math.log1p(margin), _flip(ratios, groups), method, is_ratio=True)
    absolute = margin * abs(math.fsum(before) / len(before))
    method = f"{difference.method}, sign-flip test"
    return _Evidence(difference, difference, absolute, _flip(differences, groups), method)


def _flip(differences: list[float], groups: Grouping) -> float:
    return sign_flip(differences if groups.labels is None else cluster_sums(differences, groups.labels))
