"""Charts of a comparison, its arms under their short names."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import TYPE_CHECKING

from workbench import charts
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.comparison.findings import short_names
from workbench.workspace.comparison.repeats import Repeats

if TYPE_CHECKING:
    import altair as alt


def mean_chart(comparison: Comparison, metric: str) -> alt.LayerChart:
    """The arms' means of a metric with their intervals."""
    import pandas as pd

    info = comparison.info(metric)
    frame = pd.DataFrame(_means(comparison, metric))
    return charts.arm_means(frame, title=info.title, kind=info.kind, unit=info.unit)


def cost_chart(comparison: Comparison, metric: str, across: charts.Across = "cost") -> alt.LayerChart:
    """What a hundred answers cost, or how long one takes, against a metric."""
    import pandas as pd

    info = comparison.info(metric)
    frame = pd.DataFrame(_means(comparison, metric))
    frame["cost_per_100"] = pd.Series([arm.cost_per_hundred for arm in comparison.arms], dtype="float64")
    frame["seconds"] = pd.Series([arm.p50_ms for arm in comparison.arms], dtype="float64") / 1000
    return charts.cost_quality(
        frame, title=info.title, across=across, kind=info.kind, unit=info.unit, direction=info.direction
    )


def repeats_chart(comparison: Comparison, found: Sequence[Repeats]) -> alt.LayerChart:
    """How many of its repeats an example passed, arm by arm."""
    import pandas as pd

    names, asked = short_names(comparison.arms), comparison.run.repeats
    rows = [
        {"arm": names[one.arm], "passed": f"{count} of {asked}", "examples": examples}
        for one in found
        for count, examples in one.passed.items()
    ]
    return charts.repeats_passed(pd.DataFrame(rows), times=asked)


def time_chart(comparison: Comparison) -> alt.LayerChart:
    """How long the arms take to answer."""
    import pandas as pd

    names = short_names(comparison.arms)
    rows = [{"arm": names[arm.label], "p50": arm.p50_ms, "p95": arm.p95_ms} for arm in comparison.arms]
    return charts.latency(pd.DataFrame(rows))


def change_chart(comparison: Comparison, arm: str, metric: str) -> alt.LayerChart:
    """Arm minus baseline for every example that both have a score for."""
    import pandas as pd

    info = comparison.info(metric)
    before, after = (comparison.values.get((label, metric), {}) for label in (comparison.baseline, arm))
    rows = [(example, fmean(after[example]) - fmean(before[example])) for example in before if example in after]
    frame = pd.DataFrame(rows, columns=["example", "difference"])
    return charts.score_changes(frame, title=info.title, direction=info.direction, kind=info.kind, unit=info.unit)


def _means(comparison: Comparison, metric: str) -> list[dict[str, object]]:
    names = short_names(comparison.arms)
    return [
        {"arm": names[arm.label], "mean": mean.mean, "low": mean.low, "high": mean.high, "n": mean.n}
        for arm in comparison.arms
        for mean in [comparison.drawn(arm, metric)]
    ]
