"""What answers take against how good they are, and the frontier of arms that no other beats on both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from workbench.charts.drawing import (
    ACCENT,
    AMOUNT,
    MONEY,
    NEUTRAL,
    TICKS,
    Row,
    finish,
    known,
    mean_tooltips,
    not_drawn,
    notice,
    value_axis,
    value_format,
    value_scale,
)
from workbench.domain.score import Direction, Kind

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

ON_FRONTIER = "on the frontier"
BEATEN = "beaten on both"
Across = Literal["cost", "time"]


@dataclass(frozen=True)
class _Taken:
    """What an answer takes, as an axis."""

    column: str
    heading: str
    axis: str
    format: str
    unknown: str
    none_known: str
    all_zero: str


ACROSS: Mapping[Across, _Taken] = {
    "cost": _Taken(
        column="cost_per_100",
        heading="Cost",
        axis="US dollars per 100 answers",
        format=MONEY,
        unknown="cost unknown",
        none_known="No arm has a known cost.",
        all_zero="No arm costs anything, so cost does not tell them apart.",
    ),
    "time": _Taken(
        column="seconds",
        heading="Time",
        axis="Median seconds per answer",
        format=AMOUNT,
        unknown="time unknown",
        none_known="No arm has a known time.",
        all_zero="No arm takes any time, so time does not tell them apart.",
    ),
}


def cost_quality(
    frame: pd.DataFrame,
    *,
    title: str,
    across: Across = "cost",
    kind: Kind = "share",
    unit: str = "",
    direction: Direction = "higher",
) -> alt.LayerChart:
    """What an answer takes against quality, with intervals, and the frontier of arms that no other beats on both.

    `frame` has columns arm, mean, low, high, n, and what lies `across`: cost_per_100 (US dollars) or seconds; unknown
    is NaN. `title` is the metric's.
    """
    taken = ACROSS[across]
    columns = ["arm", taken.column, "mean", "low", "high", "n"]
    scored, unscored = known(frame, columns, needed="mean")
    rows, untold = known(frame[frame["mean"].notna()], columns, needed=taken.column)
    heading = f"{taken.heading} against {title}"
    notes = [not_drawn(taken.unknown, untold), not_drawn("no score", unscored)]
    if not rows:
        return notice(heading, taken.none_known if scored else "No scores yet.", notes)
    most = max(row[taken.column] for row in rows)
    if not most:
        return notice(heading, taken.all_zero, notes)
    best = frontier(rows, taken.column, direction)
    drawn = [
        {**row, "right_half": row[taken.column] > most / 2, "standing": ON_FRONTIER if row in best else BEATEN}
        for row in rows
    ]
    if len(best) > 1:
        notes.insert(0, "The dashed line is the frontier: no other arm is as good or better and takes less.")
    return finish(_layers(drawn, best, taken, kind=kind, unit=unit), heading, notes, height=380)


def _layers(rows: Sequence[Row], best: Sequence[Row], taken: _Taken, *, kind: Kind, unit: str) -> list[alt.Chart]:
    """The frontier where there is one, then intervals, dots and names of the arms."""
    import altair as alt

    number_format = value_format(kind, unit)
    x = alt.X(
        f"{taken.column}:Q",
        title=taken.axis,
        scale=alt.Scale(zero=True),
        axis=alt.Axis(format=taken.format, tickCount=TICKS),
    )
    scale, axis = value_scale(), alt.Axis(format=number_format)
    y = alt.Y("mean:Q", title=value_axis(kind, unit), scale=scale, axis=axis)
    tip = alt.Tooltip(f"{taken.column}:Q", title=taken.axis, format=taken.format)
    base = alt.Chart(alt.InlineData(values=list(rows))).encode(x=x, tooltip=[*mean_tooltips(number_format), tip])
    ranges = base.mark_rule(strokeWidth=2, color=ACCENT, opacity=0.7).encode(
        y=alt.Y("low:Q", title=value_axis(kind, unit), scale=scale, axis=axis), y2="high:Q"
    )
    dots = base.mark_point(filled=True, size=130, opacity=1).encode(
        y=y,
        color=_standing(alt.Color, [ACCENT, NEUTRAL]),
        shape=_standing(alt.Shape, ["diamond", "circle"]),
    )
    # Labels grow towards the middle, so that none is cut off at an edge.
    labels = base.mark_text(
        color=NEUTRAL,
        dy=-10,
        align=alt.ExprRef("datum.right_half ? 'right' : 'left'"),
        dx=alt.ExprRef("datum.right_half ? -8 : 8"),
    ).encode(y=y, text="arm:N")
    if len(best) < 2:
        return [ranges, dots, labels]
    points = [{taken.column: row[taken.column], "mean": row["mean"]} for row in best]
    line = alt.Chart(alt.InlineData(values=points)).encode(x=x, y=y)
    return [line.mark_line(color=NEUTRAL, strokeDash=[4, 3], interpolate="step-after"), ranges, dots, labels]


def frontier(rows: Sequence[Row], taken: str, direction: Direction) -> list[Row]:
    """From the row that takes least on, each that is better than all that take less: no other beats it on both.

    `taken` names what a row takes, such as its cost; `mean` is how good it is.
    """
    sign = 1 if direction == "higher" else -1
    best: list[Row] = []
    for row in sorted(rows, key=lambda row: (row[taken], -sign * row["mean"])):
        if not best or sign * row["mean"] > sign * best[-1]["mean"]:
            best.append(row)
    return best


def _standing(channel: Callable[..., Any], values: Sequence[str]) -> Any:
    """Whether an arm is on the frontier, by colour or by shape, in one legend."""
    import altair as alt

    scale = alt.Scale(domain=[ON_FRONTIER, BEATEN], range=list(values))
    return channel("standing:N", title=None, scale=scale, legend=alt.Legend(orient="top", labelLimit=320))
