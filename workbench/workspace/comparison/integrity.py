"""How much of a run stands behind its figures: what was planned, and what is missing, replayed or out of date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.run import RunSummary, StopReason
from workbench.stats.numbers import counted
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.comparison.example_marks import Mark
from workbench.workspace.comparison.findings import short_names

STOPPED: Mapping[StopReason, str] = {
    "budget": "stopped at the budget",
    "provider": "stopped because a provider failed",
    "cancel": "stopped by hand",
}


@dataclass(frozen=True)
class Fact:
    """One count of a run."""

    text: str
    mark: Mark | None = None
    """The mark of the examples that it counts; None where there is no list of them."""
    arm: str | None = None
    """The label of the arm that it counts in; None: all arms."""


def integrity(comparison: Comparison, metric: str, summary: RunSummary) -> Sequence[Fact]:
    """The counts of a run in the order to read them: planned, done, failed, unscored, stale, replayed, stopped."""
    arms = comparison.arms
    done, planned = sum(arm.done for arm in arms), sum(arm.planned for arm in arms)
    failed = {arm.label: arm.failed for arm in arms}
    unscored = {arm.label: arm.metrics[metric].unscored for arm in arms}
    replayed = {arm.label: arm.replayed for arm in arms}
    stale = sum(one.left_out for one in comparison.judged if one.name == metric)
    return [
        Fact(f"{comparison.dataset_examples:,} examples x {comparison.run.repeats}"),
        Fact(f"{done:,} of {planned:,} answers done"),
        *(_counted(comparison, "failed", failed) or [Fact("0 failed")]),
        *(_counted(comparison, "unscored", unscored) or [Fact("0 answers unscored")]),
        *([Fact(f"{stale:,} scored by an older version", "stale")] if stale else []),
        *_counted(comparison, "replayed", replayed),
        *_ended(comparison, summary),
    ]


def _counted(comparison: Comparison, mark: Mark, counts: Mapping[str, int]) -> list[Fact]:
    """One fact where both arms have as many, else one for each arm that has any, so that an imbalance is seen."""
    total = sum(counts.values())
    if not total:
        return []
    if len(counts) <= 2 and len(set(counts.values())) == 1:
        return [Fact(f"{_answers(total, mark)} {mark}", mark)]
    names = short_names(comparison.arms)
    return [
        Fact(f"{_answers(count, mark)} {mark} in {names[arm]}", mark, arm) for arm, count in counts.items() if count
    ]


def _answers(count: int, mark: Mark) -> str:
    """A count with its unit where figures beside it count examples: those have an n of scored ones."""
    return counted(count, "answer") if mark == "unscored" else f"{count:,}"


def _ended(comparison: Comparison, summary: RunSummary) -> list[Fact]:
    if summary.settled_at is not None:
        asked = summary.settled_at.examples
        return [Fact(f"stopped early, after {asked:,} of {comparison.dataset_examples:,} examples")]
    if summary.stopped_by is not None:
        return [Fact(STOPPED[summary.stopped_by])]
    missing = summary.planned - summary.done - summary.failed
    return [Fact(f"{missing:,} not asked yet")] if missing > 0 else []
