"""From a difference with its interval to one of five words."""

from __future__ import annotations

import math
import sys
from statistics import NormalDist
from typing import Literal

from workbench.domain.score import Direction
from workbench.stats.intervals import Interval
from workbench.stats.quantiles import LEVEL, z_value

PairVerdict = Literal["better", "worse", "same", "cannot tell yet", "too few", "unknown"]
"""What can be said of an arm against its baseline; `unknown`: times that were not measured side by side."""

DEFAULT_MARGIN = 0.05
"""Differences within 5 points (or 5% of an amount) do not matter in practice."""
MOST_NEEDED = 10_000
"""No more additional examples than this are ever asked for: it stands for "more than anyone will write"."""


def decide(effect: Interval, *, margin: float, p_value: float, direction: Direction) -> PairVerdict:
    """The verdict on an effect whose null is 0; `margin` is on the effect's own scale.

    Better and worse need both the interval beyond 0 and p below 5%, which keeps false alarms between equal arms under
    5%. Same needs the whole interval within the margin: absence of proof is not proof of absence.
    """
    if p_value < 1 - LEVEL and (effect.low > 0 or effect.high < 0):
        return "better" if (effect.low > 0) == (direction == "higher") else "worse"
    if (-margin < effect.low and effect.high < margin) or effect.low == effect.high == 0:
        return "same"
    return "cannot tell yet"


def needed_examples(effect: Interval, *, margin: float, p_value: float) -> int:
    """About how many more examples would settle an undecided effect, between 1 and 10,000.

    It is the number at which the interval clears 0, or fits within the margin, whichever comes first, if the
    difference and the variance stay as they are and intervals shrink with the square root of n. It is a reading of
    the present interval, not a power calculation: with exactly so many, a true difference of this size is settled
    about every second time.
    """
    growth = min(_growth_until_beyond_zero(effect, p_value), _growth_until_within(effect, margin))
    if not growth * effect.n < effect.n + MOST_NEEDED:
        return MOST_NEEDED
    return max(1, math.ceil(effect.n * growth) - effect.n)


def _growth_until_beyond_zero(effect: Interval, p_value: float) -> float:
    """By which factor n has to grow until interval and p-value both exclude 0."""
    reach = effect.estimate - effect.low if effect.estimate > 0 else effect.high - effect.estimate
    surprise = -NormalDist().inv_cdf(max(p_value / 2, sys.float_info.min))
    return max(_square_ratio(reach, abs(effect.estimate)), _square_ratio(z_value(), surprise))


def _growth_until_within(effect: Interval, margin: float) -> float:
    """By which factor n has to grow until the interval lies within the margin."""
    below = _square_ratio(effect.estimate - effect.low, margin + effect.estimate)
    above = _square_ratio(effect.high - effect.estimate, margin - effect.estimate)
    return max(below, above)


def _square_ratio(width: float, room: float) -> float:
    """The growth in n that shrinks `width` to `room`; infinite when there is no room."""
    if not room > 0:
        return math.inf
    ratio = width / room
    return ratio * ratio
