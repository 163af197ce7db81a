"""Scores of one arm, checked and brought to one value per example."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import harmonic_mean

from workbench.domain.score import Kind
from workbench.errors import InputError

ScoresByExample = Mapping[str, Sequence[float]]
"""Example id to the scores of its repeats. An example without a score is absent or has none in its sequence."""


@dataclass(frozen=True)
class Sample:
    """One arm's scores under one metric, in order of example ids."""

    scores: Mapping[str, tuple[float, ...]]
    """Example id to one or more scores."""

    @cached_property
    def means(self) -> dict[str, float]:
        """Each example's mean over its repeats: the unit that everything else counts."""
        return {example: math.fsum(values) / len(values) for example, values in self.scores.items()}

    @property
    def n(self) -> int:
        """How many examples have a score."""
        return len(self.scores)

    @property
    def trials(self) -> int:
        """How many scores there are."""
        return sum(self.counts)

    @property
    def counts(self) -> tuple[int, ...]:
        """Repeats of each example."""
        return tuple(len(values) for values in self.scores.values())

    @property
    def repeated(self) -> bool:
        """Whether asking again told anything: the repeats of some example are not all scored alike."""
        return any(min(values) != max(values) for values in self.scores.values())

    @property
    def all_or_nothing(self) -> bool:
        """Whether every single score is 0 or 1."""
        return all(value in (0, 1) for values in self.scores.values() for value in values)

    def only(self, examples: Sequence[str]) -> Sample:
        """The part of the sample with these examples, in their order."""
        return Sample({example: self.scores[example] for example in examples})


def sample(by_example: ScoresByExample, kind: Kind) -> Sample:
    """Check scores against their kind; examples without any score are left out.

    Raises InputError, naming the example, for a value that is not finite, a pass or fail that is neither 0 nor 1,
    and a share outside 0 to 1.
    """
    for example, values in by_example.items():
        for value in values:
            _check(example, value, kind)
    return Sample({example: tuple(by_example[example]) for example in sorted(by_example) if len(by_example[example])})


def _check(example: str, value: float, kind: Kind) -> None:
    if not math.isfinite(value):
        raise InputError(f"The score of example {example!r} is {value!r}; what is unknown must be left out.")
    if kind == "pass_fail" and value not in (0, 1):
        raise InputError(f"The score of example {example!r} is {value!r}; pass or fail is 1 or 0.")
    if kind == "share" and not 0 <= value <= 1:
        raise InputError(f"The score of example {example!r} is {value!r}; a share lies between 0 and 1.")


def is_pass_fail(kind: Kind, *samples: Sample) -> bool:
    """Whether to treat scores as pass or fail: by their kind, or as shares that are all 0 or 1.

    A judge that only ever says 0 or 1 gives binary data whatever its metric calls itself, and on those Student's t
    promises too much: an interval of width 0 when all pass.
    """
    return kind == "pass_fail" or (kind == "share" and all(part.all_or_nothing for part in samples))


def repeats_of(*samples: Sample) -> float:
    """The harmonic mean of repeats per example: the variance of a mean of unequally repeated examples follows it.

    Where every example's repeats are all scored alike, nothing shows that they are more than copies of one answer, as
    those of a model without chance are. Such a sample counts as asked once, however often it was.
    """
    counts = (count if part.repeated else 1 for part in samples for count in part.counts)
    return float(harmonic_mean(list(counts)))
