"""A comparison example by example, and by slices of the golden set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal

from workbench.domain.dataset import Example
from workbench.stats.summary import MeanResult, mean_with_interval
from workbench.workspace.comparison import Comparison

Change = Literal["worse", "better", "same", "failed", "unscored"]
CHANGES: tuple[Change, ...] = ("worse", "better", "same", "failed", "unscored")


@dataclass(frozen=True)
class ExampleChange:
    """How one example fared in an arm against the baseline."""

    example: Example
    before: float | None
    """The baseline's mean score over repeats; None without one."""
    after: float | None
    change: Change
    """`failed`: no answer came in one of the arms; `unscored`: one of them has no score."""


@dataclass(frozen=True)
class Slice:
    """The examples that share a tag."""

    tag: str
    examples: int
    means: Mapping[str, MeanResult]
    """By arm label; an arm without a score in the slice has a mean of None."""


def example_changes(
    comparison: Comparison, examples: Sequence[Example], arm: str, metric: str, *, failed: Collection[str]
) -> list[ExampleChange]:
    """Every example of the run, what got worse first, then by how much, then by id.

    `failed` are the ids of examples without an answer in the baseline or the arm.
    """
    before, after = (comparison.values.get((label, metric), {}) for label in (comparison.baseline, arm))
    upward = _upward(comparison, metric)

    def line(example: Example) -> ExampleChange:
        old = fmean(before[example.id]) if example.id in before else None
        new = fmean(after[example.id]) if example.id in after else None
        if old is not None and new is not None:
            gain = (new - old) * upward
            return ExampleChange(example, old, new, "better" if gain > 0 else "worse" if gain < 0 else "same")
        return ExampleChange(example, old, new, "failed" if example.id in failed else "unscored")

    def order(change: ExampleChange) -> tuple[int, float, str]:
        gain = 0.0 if change.before is None or change.after is None else (change.after - change.before) * upward
        return CHANGES.index(change.change), gain if change.change == "worse" else -gain, change.example.id

    return sorted(map(line, examples), key=order)


def slices(comparison: Comparison, examples: Sequence[Example], metric: str) -> list[Slice]:
    """The mean of every arm for every tag, the largest slices first."""
    info = comparison.arms[0].metrics[metric].info
    clusters = {example.id: example.cluster for example in examples if example.cluster is not None}
    sizes = Counter(tag for example in examples for tag in set(example.tags))
    found = []
    for tag, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        members = {example.id for example in examples if tag in example.tags}
        means = {
            arm.label: mean_with_interval(
                {e: v for e, v in comparison.values.get((arm.label, metric), {}).items() if e in members},
                kind=info.kind,
                clusters=clusters,
            )
            for arm in comparison.arms
        }
        found.append(Slice(tag, size, means))
    return found


def _upward(comparison: Comparison, metric: str) -> int:
    return 1 if comparison.arms[0].metrics[metric].info.direction == "higher" else -1
