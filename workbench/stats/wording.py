"""Comparisons in plain English: the verdict first, then how much, then how sure."""

from __future__ import annotations

import math

from workbench.domain.score import Kind
from workbench.stats.numbers import (
    SPELLED_UNITS,
    amount,
    change,
    number,
    percent,
    point_count,
    points,
    ratio_count,
    signed_points,
    times,
)
from workbench.stats.paired import PairResult
from workbench.stats.summary import FEWEST_EXAMPLES
from workbench.stats.verdict import MOST_NEEDED, PairVerdict

TIME_UNITS = ("ms", "s")


def pair_sentence(
    result: PairResult,
    metric_title: str,
    arm_label: str,
    baseline_label: str,
    *,
    kind: Kind,
    unit: str = "",
    neutral: bool = False,
) -> str:
    """One sentence on how an arm compares with its baseline, ending in a full stop.

    Such as "v4 is better than v3 by 12 points on correct answers (likely 3 to 21)." `metric_title` is the metric's
    column head, `unit` its unit; USD, ms and s have phrases of their own ("costs 1.4 times as much as"). Of a `neutral`
    one neither more nor less is better, so that it is only said whether the arms differ.
    """
    subject = _in_sentence(metric_title)
    if result.verdict == "unknown":
        return replayed_sentence(arm_label, result.replayed, baseline_label, result.replayed_baseline)
    if result.word_for_word:
        return f"The answers of {arm_label} and {baseline_label} are the same, word for word; so is every score on {subject}."
    if result.verdict == "too few":
        return (
            f"Too few examples to compare {arm_label} with {baseline_label} on {subject}: "
            f"{result.n} have a score in both, {FEWEST_EXAMPLES} are needed."
        )
    if neutral and result.verdict != "same":
        return _neutral_sentence(result, subject, arm_label, baseline_label, kind=kind, unit=unit)
    if kind == "number":
        return _amount_sentence(result, subject, arm_label, baseline_label, unit)
    return _share_sentence(result, subject, arm_label, baseline_label)


def verdict_word(verdict: PairVerdict, *, neutral: bool) -> str:
    """A verdict as it is told: `differs` for better and worse where neither more nor less is better by itself."""
    if verdict == "unknown":
        return "not compared"
    return "differs" if neutral and verdict in ("better", "worse") else verdict


def replayed_sentence(arm: str, replayed: int, baseline: str, replayed_baseline: int) -> str:
    """Why times are not compared: how many answers of which arm were timed in an earlier run."""
    counts = [(count, label) for count, label in ((replayed_baseline, baseline), (replayed, arm)) if count]
    whose = " and ".join(f"{count:,} of {label}'s" for count, label in counts)
    one = sum(count for count, _ in counts) == 1
    return (
        f"Times are not compared: {whose} answers {'was' if one else 'were'} replayed from "
        f"{'an earlier run' if len(counts) == 1 else 'earlier runs'}."
    )


def needed_phrase(result: PairResult) -> str:
    """What would settle an undecided comparison, such as "about 40 more examples would settle it"; else nothing."""
    if result.needed_examples is None:
        return ""
    if result.needed_examples >= MOST_NEEDED:
        return f"not even {MOST_NEEDED:,} more examples would settle it"
    count = rounded_up(result.needed_examples)
    return f"about {count:,} more example{'' if count == 1 else 's'} would settle it"


def coverage_sentence(result: PairResult, arm_label: str, baseline_label: str) -> str:
    """Which examples are left out because one arm has no score for them; empty when none is."""
    parts = [
        f"{label} has no score for {count} {'example that' if count == 1 else 'examples that'} {other} has"
        for count, label, other in (
            (result.missing_arm, arm_label, baseline_label),
            (result.missing_baseline, baseline_label, arm_label),
        )
        if count
    ]
    return f"Compared on {result.n} common examples: {', and '.join(parts)}." if parts else ""


def _neutral_sentence(result: PairResult, subject: str, arm: str, baseline: str, *, kind: Kind, unit: str) -> str:
    """Whether the arms differ and by how much, without saying which is better."""
    difference, low, high = _known(result.difference), _known(result.low), _known(result.high)
    if result.ratio is not None:
        span = f"{ratio_count(_known(result.ratio_low))} to {ratio_count(_known(result.ratio_high))}"
        size = f"{times(result.ratio)} as much, likely {span}"
    elif kind == "number":
        size = f"{'+' if difference > 0 else ''}{amount(difference, unit)}, likely {_span(low, high, unit)}"
    else:
        size = f"{change(difference)}, likely {signed_points(low)} to {signed_points(high)}"
    if result.verdict in ("better", "worse"):
        return f"{arm} differs from {baseline} on {subject}: {size}."
    needed = needed_phrase(result)
    return f"Cannot tell yet whether {arm} and {baseline} differ on {subject} ({size}){needed and f': {needed}'}."


def _share_sentence(result: PairResult, subject: str, arm: str, baseline: str) -> str:
    """The sentence for pass or fail and for shares, in points."""
    difference, low, high = _known(result.difference), _known(result.low), _known(result.high)
    if result.verdict in ("better", "worse"):
        near, far = sorted((abs(low), abs(high)))
        likely = f"(likely {point_count(near)} to {point_count(far)})"
        return f"{arm} is {result.verdict} than {baseline} by {points(difference)} on {subject} {likely}."
    likely = f"likely {signed_points(low)} to {signed_points(high)}"
    if result.verdict == "same":
        return f"{arm} and {baseline} are the same on {subject}, within {points(result.margin)} ({likely})."
    size = f"{change(difference)}, {likely}"
    return f"Cannot tell yet whether {arm} or {baseline} is better on {subject} ({size}): {needed_phrase(result)}."


def _amount_sentence(result: PairResult, subject: str, arm: str, baseline: str, unit: str) -> str:
    """The sentence for numbers with a unit: by ratio where there is one."""
    if result.ratio is None:
        return _difference_sentence(result, subject, arm, baseline, unit)
    low, high = _known(result.ratio_low), _known(result.ratio_high)
    likely = f"(likely {ratio_count(low)} to {ratio_count(high)})"
    if result.verdict == "same":
        return f"{_about_the_same(arm, baseline, subject, unit)}: {times(result.ratio)} {likely}."
    if result.verdict in ("better", "worse"):
        return _ratio_verdict(result, subject, arm, baseline, unit=unit, likely=likely)
    which = f"Cannot tell yet whether {arm} or {baseline} is better on {subject} ({times(result.ratio)}, {likely[1:]}"
    if result.needed_examples is None:
        total = amount(abs(_known(result.difference)), unit)
        more = "more" if _known(result.difference) > 0 else "less"
        return f"{which}: a few large amounts make the mean {total} {more}. Look at those."
    return f"{which}: {needed_phrase(result)}."


def _ratio_verdict(result: PairResult, subject: str, arm: str, baseline: str, *, unit: str, likely: str) -> str:
    """The sentence for a ratio that is clearly not 1."""
    ratio = _known(result.ratio)
    if unit == "USD":
        phrase = f"{arm} costs {times(ratio)} as much as {baseline}"
    elif unit in TIME_UNITS:
        phrase = f"{arm} takes {times(ratio)} as long as {baseline}"
    else:
        return f"{arm} is {result.verdict} than {baseline} on {subject}: {times(ratio)} as much {likely}."
    return f"{phrase} {likely}."


def _about_the_same(arm: str, baseline: str, subject: str, unit: str) -> str:
    if unit == "USD":
        return f"{arm} costs about as much as {baseline}"
    if unit in TIME_UNITS:
        return f"{arm} takes about as long as {baseline}"
    return f"{arm} and {baseline} are the same on {subject}"


def _difference_sentence(result: PairResult, subject: str, arm: str, baseline: str, unit: str) -> str:
    """The sentence for amounts that can be 0 or below, where a ratio has no meaning."""
    difference, low, high = _known(result.difference), _known(result.low), _known(result.high)
    if result.verdict in ("better", "worse"):
        near, far = sorted((abs(low), abs(high)))
        likely = f"(likely {_span(near, far, unit)})"
        return f"{arm} is {result.verdict} than {baseline} by {amount(abs(difference), unit)} on {subject} {likely}."
    likely = f"likely {_span(low, high, unit)}"
    if result.verdict == "same":
        return f"{arm} and {baseline} are the same on {subject}, within {percent(result.margin)} ({likely})."
    size = f"{'+' if difference > 0 else ''}{amount(difference, unit)}, {likely}"
    return f"Cannot tell yet whether {arm} or {baseline} is better on {subject} ({size}): {needed_phrase(result)}."


def _span(low: float, high: float, unit: str) -> str:
    """Two amounts, the unit once where it stands behind the number."""
    first = amount(low, unit) if unit in SPELLED_UNITS else number(low)
    return f"{first} to {amount(high, unit)}"


def _known(value: float | None) -> float:
    """A value that every result of at least 5 examples has."""
    if value is None:
        raise ValueError("a result with a verdict has a difference and an interval")
    return value


def rounded_up(count: int) -> int:
    """A count of needed examples to a round number, because the estimate is no better than that: 7, 40, 45, 350, 1,300."""
    if count <= 10:
        return count
    step = 5 if count < 100 else int(10 ** (len(str(count)) - 2))
    return math.ceil(count / step) * step


def _in_sentence(title: str) -> str:
    """A column head inside a sentence: its first letter small, unless the word is a name such as F1 or JSON."""
    first = title.split(maxsplit=1)[0] if title.strip() else ""
    return title[:1].lower() + title[1:] if first[1:].isalpha() and first[1:].islower() else title
