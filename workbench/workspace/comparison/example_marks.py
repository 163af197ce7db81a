"""What happened to the answers to an example, which a person may want to look up: the lists behind the run's counts."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

    from workbench.workspace.comparison.comparison import Comparison

Mark = Literal["flaky", "failed", "unscored", "stale", "replayed"]
"""`flaky`: asked several times, and not always scored alike; `failed`: no answer came to one of its questions;
`unscored`: one of its answers has no score; `stale`: one was scored by an older version of the measure; `replayed`: one
is an earlier run's."""
MARKS: tuple[Mark, ...] = ("flaky", "failed", "unscored", "stale", "replayed")


def marks(
    comparison: Comparison, arm: str, metric: str, trials: pd.DataFrame, scores: pd.DataFrame
) -> Mapping[str, frozenset[Mark]]:
    """The marks of every example that has any, from what was stored of the baseline and an arm.

    `trials` and `scores` are the run's frames, the latter of this metric alone.
    """
    arms = [comparison.baseline, arm]
    asked, scored = trials[trials["arm"].isin(arms)], scores[scores["arm"].isin(arms)]
    found: Mapping[Mark, Collection[str]] = {
        "flaky": flaky(comparison, arms, metric),
        "failed": set(asked.loc[asked["status"] == "failed", "example_id"]),
        "unscored": set(scored.loc[scored["value"].isna(), "example_id"]),
        "stale": set(scored.loc[scored["stale"].astype(bool), "example_id"]),
        "replayed": set(asked.loc[asked["cache_hit"].astype(bool), "example_id"]),
    }
    examples = {example for marked in found.values() for example in marked}
    return {example: frozenset(mark for mark, marked in found.items() if example in marked) for example in examples}


def flaky(comparison: Comparison, arms: Sequence[str], metric: str) -> set[str]:
    """The examples whose repeats are not all scored alike in one of the arms.

    Of numbers, such as times, none: those are never quite alike.
    """
    if comparison.info(metric).kind == "number":
        return set()
    return {
        example
        for label in arms
        for example, values in comparison.values.get((label, metric), {}).items()
        if min(values) != max(values)
    }
