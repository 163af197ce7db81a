"""A comparison example by example, and by slices of the golden set."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean
from typing import Literal

from workbench.domain.dataset import Example
from workbench.stats.corrections import benjamini_hochberg
from workbench.stats.paired import PairResult, compare
from workbench.stats.quantiles import LEVEL
from workbench.stats.summary import MeanResult, mean_with_interval
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.comparison.example_marks import Mark

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
    marks: frozenset[Mark] = frozenset()
    """What happened to any of its answers in the two arms."""


@dataclass(frozen=True)
class Slice:
    """The examples that share a tag."""

    tag: str
    examples: int
    means: Mapping[str, MeanResult]
    """By arm label; an arm without a score in the slice has a mean of None."""
    difference: PairResult | None = None
    """The arm that is looked at against the baseline; None in a run of one arm, and where times are not compared."""
    worth_a_look: bool = False
    """Whether the arms differ here by more than looking at so many slices would find by chance. Never a verdict."""


def example_changes(
    comparison: Comparison, examples: Sequence[Example], arm: str, metric: str, marked: Mapping[str, frozenset[Mark]]
) -> list[ExampleChange]:
    """Every example of the run, what got worse first, then by how much, then by id. `marked` are marks by example id."""
    before, after = (comparison.values.get((label, metric), {}) for label in (comparison.baseline, arm))
    upward = comparison.info(metric).upward

    def line(example: Example) -> ExampleChange:
        found = marked.get(example.id, frozenset())
        old = fmean(before[example.id]) if example.id in before else None
        new = fmean(after[example.id]) if example.id in after else None
        if old is not None and new is not None:
            gain = (new - old) * upward
            return ExampleChange(example, old, new, "better" if gain > 0 else "worse" if gain < 0 else "same", found)
        return ExampleChange(example, old, new, "failed" if "failed" in found else "unscored", found)

    def order(change: ExampleChange) -> tuple[int, float, str]:
        gain = 0.0 if change.before is None or change.after is None else (change.after - change.before) * upward
        return CHANGES.index(change.change), gain if change.change == "worse" else -gain, change.example.id

    return sorted(map(line, examples), key=order)


def slices(comparison: Comparison, examples: Sequence[Example], metric: str, arm: str) -> list[Slice]:
    """The mean of every arm for every tag, the largest slices first, and how `arm` differs there from the baseline.

    Which are worth a look is corrected for their number after Benjamini and Hochberg.
    """
    info = comparison.info(metric)
    clusters = {example.id: example.cluster for example in examples if example.cluster is not None}
    members: dict[str, set[str]] = {}
    for example in examples:
        for tag in example.tags:
            members.setdefault(tag, set()).add(example.id)
    found = []
    for tag, ids in sorted(members.items(), key=lambda item: (-len(item[1]), item[0])):
        scored = {one.label: _within(comparison, one.label, metric, ids) for one in comparison.arms}
        means = {
            label: mean_with_interval(values, kind=info.kind, clusters=clusters) for label, values in scored.items()
        }
        difference = None
        if arm != comparison.baseline and not _apart(comparison, arm, metric):
            before, after = scored[comparison.baseline], scored[arm]
            difference = compare(before, after, kind=info.kind, direction=info.direction, clusters=clusters)
        found.append(Slice(tag, len(ids), means, difference))
    return _worth_a_look(found)


def _apart(comparison: Comparison, arm: str, metric: str) -> bool:
    """Whether the arms' times were not measured side by side."""
    pair = comparison.pair(arm, metric)
    return pair is not None and pair.result.verdict == "unknown"


def _within(comparison: Comparison, arm: str, metric: str, ids: Collection[str]) -> dict[str, Sequence[float]]:
    return {e: values for e, values in comparison.values.get((arm, metric), {}).items() if e in ids}


def _worth_a_look(found: Sequence[Slice]) -> list[Slice]:
    tested = [part for part in found if part.difference is not None and part.difference.p_value is not None]
    p_values = [part.difference.p_value for part in tested if part.difference and part.difference.p_value is not None]
    surprising = {part.tag for part, p in zip(tested, benjamini_hochberg(p_values), strict=True) if p < 1 - LEVEL}
    return [replace(part, worth_a_look=part.tag in surprising) for part in found]
