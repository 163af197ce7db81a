"""What asking the same question several times shows: how often an answer passes, and which examples are flaky."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.comparison.example_marks import flaky


@dataclass(frozen=True)
class Repeats:
    """The repeats of one arm, by one metric."""

    arm: str
    """Its label."""
    examples: int
    """How many have a score for two repeats or more."""
    flaky: int
    """Those of them whose repeats are not all scored alike."""
    passed: Mapping[int, int]
    """Of a pass or fail: how many examples passed so many times, of those with a score for every repeat."""


def repeats(comparison: Comparison, metric: str) -> Sequence[Repeats]:
    """The repeats of every arm; empty where each question was asked once, and of numbers, which always vary."""
    kind, asked = comparison.info(metric).kind, comparison.run.repeats
    if asked < 2 or kind == "number":
        return []
    found = []
    for arm in comparison.arms:
        scored = comparison.values.get((arm.label, metric), {})
        passed = Counter(round(sum(values)) for values in scored.values() if len(values) == asked)
        found.append(
            Repeats(
                arm=arm.label,
                examples=sum(len(values) > 1 for values in scored.values()),
                flaky=len(flaky(comparison, [arm.label], metric)),
                passed={count: passed[count] for count in range(asked + 1)} if kind == "pass_fail" else {},
            )
        )
    return found
