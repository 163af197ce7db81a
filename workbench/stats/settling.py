"""What would settle an undecided comparison sooner: further examples, or further repeats of those that are there."""

from __future__ import annotations

import math
from dataclasses import dataclass

from workbench.stats.numbers import point_count
from workbench.stats.paired import PairResult
from workbench.stats.power import Noise

MOST_MORE_REPEATS = 20
"""Nobody repeats still more often; what needs more is left to further examples."""


@dataclass(frozen=True)
class MoreRepeats:
    """What repeating the same examples more often would bring."""

    more: int | None
    """Further repeats of every example in each arm that would settle it; None when repeating cannot, or not with 20."""
    answers: int
    """Further answers that they take of each arm; 0 when repeating cannot settle it."""
    answers_of_examples: int
    """Further answers of each arm that the needed examples take instead."""
    half_width: float
    """Half the present interval."""
    floor: float
    """Half the interval that is left however often the same examples are repeated."""
    possible: bool
    """Whether any number of repeats would settle it."""

    @property
    def sentence(self) -> str:
        """In plain English."""
        if self.more is None and self.possible:
            return (
                f"Repeating the same examples would settle it only with more than {MOST_MORE_REPEATS} further repeats."
            )
        if self.more is None:
            return (
                "Repeating the same examples cannot settle it: that can at most shrink the interval from "
                f"±{point_count(self.half_width)} to ±{point_count(self.floor)} points."
            )
        repeats = f"{self.more:,} more {'repeat' if self.more == 1 else 'repeats'} of every example"
        if self.answers < self.answers_of_examples:
            return (
                f"Sooner: {repeats}, {self.answers:,} more answers of each arm instead of {self.answers_of_examples:,}."
            )
        return f"{repeats[0].upper()}{repeats[1:]} would take longer: {self.answers:,} more answers of each arm."


def more_repeats(result: PairResult, noise: Noise | None, repeats: int) -> MoreRepeats | None:
    """What more than the present `repeats` would bring; None where it is settled or nothing is known of the noise.

    For shares and pass or fail. As `needed_examples` it reads the present interval: the half-width shrinks with the
    square root of the variance of an example's difference, of which repeats average out only a part.
    """
    if noise is None or result.needed_examples is None or result.low is None or result.high is None:
        return None
    variance = noise.variance(repeats)
    if result.ratio is not None or not variance:
        return None
    half_width = (result.high - result.low) / 2
    wanted = variance * result.n / (result.n + result.needed_examples)
    more: int | None = None
    if wanted > noise.between:
        further = math.ceil(noise.within / (wanted - noise.between)) - repeats
        more = max(1, further) if further <= MOST_MORE_REPEATS else None
    return MoreRepeats(
        more=more,
        answers=0 if more is None else more * result.n,
        answers_of_examples=result.needed_examples * repeats,
        half_width=half_width,
        floor=half_width * math.sqrt(noise.between / variance),
        possible=wanted > noise.between,
    )
