"""Stored scores of one metric, sorted by arm and example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.stats.samples import ScoresByExample

if TYPE_CHECKING:
    import pandas as pd


def by_arm(frame: pd.DataFrame, metric: str) -> Mapping[str, ScoresByExample]:
    """The values of a metric by arm label, then example id, from a run's frame of scores.

    Unscored answers have none, and neither have those that only an older version of the metric scored.
    """
    found: dict[str, dict[str, list[float]]] = {}
    known = frame[(frame["metric"] == metric) & frame["value"].notna() & ~frame["stale"]]
    for arm, example, value in zip(known["arm"], known["example_id"], known["value"], strict=True):
        found.setdefault(arm, {}).setdefault(example, []).append(float(value))
    return found
