"""What a number of further answers will add up to, judged by earlier ones.

Two kinds of earlier answers are told apart. Those of the *same* source (this prompt version, on this model, on this
golden set) are a sample of what is to come: the total of m further examples lies within

    count x (mean ± t x sd x sqrt(1/m + 1/k))

with k the number of earlier examples and t Student's quantile at k - 1 degrees of freedom: 1/k is for the mean, which
is not known exactly, 1/m for the chance in the new answers. Repeats of an example are no further examples, so k and m
count examples. Those of a *kindred* source (another version, another golden set) say only in what range an average is
plausible: from their 5th to their 95th percentile, and never narrower than a third less to half more than their mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.errors import InputError
from workbench.stats.quantiles import t_value

LEAST = 3
"""Examples without which nothing is concluded from their spread."""
KIN_FACTOR = 1.5
FEW_ALIKE = 0.3
"""The standard deviation that one example would be given, as a share of its value. It fades with further ones."""


@dataclass(frozen=True)
class Spread:
    """What earlier values were like: one value per answer, all positive or zero."""

    n: int
    """Answers."""
    examples: int
    """Different examples among them."""
    mean: float
    sd: float
    """Standard deviation of the answers; 0 where there is one."""
    p5: float
    p95: float


@dataclass(frozen=True)
class Range:
    """An amount that is not known yet: at least, most likely, at most."""

    low: float
    expected: float | None
    """None when nothing says where between the ends it lies."""
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.high or not self.low <= self.middle <= self.high:
            raise InputError(f"{self.low:g} to {self.high:g} with {self.expected} between them is no range.")

    @property
    def middle(self) -> float:
        """What is expected, or half-way between the ends."""
        return (self.low + self.high) / 2 if self.expected is None else self.expected

    def __add__(self, other: Range) -> Range:
        """The sum, as if both were off in the same direction: never too narrow, whatever they have in common."""
        known = self.expected is not None and other.expected is not None
        return Range(self.low + other.low, self.middle + other.middle if known else None, self.high + other.high)

    def scaled(self, by: Range | float) -> Range:
        """The product with an amount, certain or itself a range; both are at least 0."""
        other = exactly(by) if isinstance(by, (int, float)) else by
        known = self.expected is not None and other.expected is not None
        return Range(self.low * other.low, self.middle * other.middle if known else None, self.high * other.high)

    def at_most(self, limit: float | None) -> Range:
        """Cut off at a limit that cannot be exceeded; None: no limit."""
        if limit is None or self.high <= limit:
            return self
        expected = None if self.expected is None else min(self.expected, limit)
        return Range(min(self.low, limit), expected, limit)

    def at_least(self, limit: Range) -> Range:
        """The larger of two amounts, neither of which depends on the other."""
        known = self.expected is not None and limit.expected is not None
        expected = max(self.middle, limit.middle) if known else None
        return Range(max(self.low, limit.low), expected, max(self.high, limit.high))


ZERO = Range(0.0, 0.0, 0.0)


def exactly(value: float) -> Range:
    """An amount that is known."""
    return Range(value, value, value)


def total_of_same(spread: Spread, *, count: int, examples: int) -> Range:
    """The total of `count` further answers to `examples` examples, from the same source. See the module.

    Raises InputError for fewer than 3 earlier examples.
    """
    if spread.examples < LEAST:
        raise InputError(f"{spread.examples} earlier examples say too little; {LEAST} are needed.")
    if count == 0:
        return ZERO
    # A few that happen to be alike do not show that all are.
    sd = math.hypot(spread.sd, FEW_ALIKE * spread.mean / math.sqrt(spread.examples))
    half = t_value(spread.examples - 1) * sd * math.sqrt(1 / max(1, examples) + 1 / spread.examples)
    # An average lies within the range of single values: Student's t alone would go below what any answer had.
    low = max(spread.mean - half, min(spread.p5, spread.mean) * (1 - FEW_ALIKE))
    return Range(low, spread.mean, spread.mean + half).scaled(count)


def total_of_kin(spread: Spread, *, count: int) -> Range:
    """The total of `count` answers of a kindred source. See the module."""
    low = min(spread.p5, spread.mean / KIN_FACTOR)
    return Range(low, spread.mean, max(spread.p95, spread.mean * KIN_FACTOR)).scaled(count)


def lasting(calls: Range, *, longest: Range, at_once: int) -> Range:
    """How long calls take that are made `at_once` at a time.

    `calls` is the time of all of them one after another, `longest` that of a slow one: each place is busy for its
    share, and the last call to end is one of the slow ones.
    """
    share = calls.scaled(1 / at_once)
    tail = longest.scaled((at_once - 1) / at_once)
    expected = None if share.expected is None else share.expected + tail.middle / 2
    return Range(share.low, expected, share.high + tail.high)
