"""Scores and times of arms, and of their examples and repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.drawing import (
    ACCENT,
    AMOUNT,
    NEUTRAL,
    ROW,
    TICKS,
    WORSE,
    arm_axis,
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

ARMS = (NEUTRAL, ACCENT, WORSE, "#56B4E9", "#E69F00", "#CC79A7", "#009E73")
"""Bars that stand side by side for several arms, each with its figure; the colours are Okabe and Ito's."""
LABELLED_EXAMPLES = 40
"""Beyond so many bars their names are in the tooltip only."""


def arm_means(frame: pd.DataFrame, *, title: str, kind: Kind = "share", unit: str = "") -> alt.LayerChart:
    """One dot with its interval per arm, for one metric.

    `frame` has columns arm, mean, low, high, n, in the order to draw; low and high may be missing (too few examples).
    `title` is the metric's; shares and pass rates are drawn as percents, numbers in their `unit`.
    """
    import altair as alt

    rows, unknown = known(frame, ["arm", "mean", "low", "high", "n"], needed="mean")
    if not rows:
        return notice(title, "No scores yet.")
    number_format = value_format(kind, unit)
    axis, scale = value_axis(kind, unit), value_scale()
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=arm_axis(), tooltip=mean_tooltips(number_format))
    ranges = base.mark_rule(strokeWidth=2, color=ACCENT, opacity=0.55).encode(
        x=alt.X("low:Q", title=axis, scale=scale, axis=alt.Axis(format=number_format, tickCount=TICKS)), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=110, opacity=1, color=ACCENT).encode(
        x=alt.X("mean:Q", title=axis, scale=scale, axis=alt.Axis(format=number_format, tickCount=TICKS))
    )
    notes = ["Dots are means; lines are where the true mean likely is (95%).", not_drawn("no score", unknown)]
    return finish([ranges, dots], title, notes, height=alt.Step(ROW))


def latency(frame: pd.DataFrame) -> alt.LayerChart:
    """How long answers take: per arm a bar from the median to the 95th percentile.

    `frame` has columns arm, p50, p95, in milliseconds, in the order to draw.
    """
    import altair as alt

    title = "Time to answer"
    rows, unknown = known(frame, ["arm", "p50", "p95"], needed="p50")
    if not rows:
        return notice(title, "No answers yet.")
    seconds = [{"arm": row["arm"], "p50": _seconds(row["p50"]), "p95": _seconds(row["p95"])} for row in rows]
    base = alt.Chart(alt.InlineData(values=seconds)).encode(
        y=arm_axis(),
        x=alt.X("p50:Q", title="Seconds", scale=alt.Scale(zero=True), axis=alt.Axis(format=AMOUNT)),
        tooltip=[
            alt.Tooltip("arm:N", title="Arm"),
            alt.Tooltip("p50:Q", title="Half within, seconds", format=AMOUNT),
            alt.Tooltip("p95:Q", title="95% within, seconds", format=AMOUNT),
        ],
    )
    bars = base.mark_bar(size=12, color=ACCENT, opacity=0.45).encode(x2="p95:Q")
    medians = base.mark_tick(size=20, thickness=3, color=ACCENT)
    notes = ["Half of the answers came by the mark, 95% by the end of the bar.", not_drawn("no time", unknown)]
    return finish([bars, medians], title, notes, height=alt.Step(ROW))


def repeats_passed(frame: pd.DataFrame, *, times: int) -> alt.LayerChart:
    """How often examples that were asked several times pass: one row of bars per arm.

    `frame` has columns arm, passed (such as `2 of 3`) and examples, in the order to draw.
    """
    import altair as alt

    rows = [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
    base = alt.Chart(alt.InlineData(values=rows)).encode(
        x=alt.X("passed:N", sort=None, title="Repeats that passed", axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("arm:N", sort=None),
        y=alt.Y("examples:Q", title="Examples", axis=alt.Axis(format=",d", tickCount=TICKS, tickMinStep=1)),
        tooltip=[
            alt.Tooltip("arm:N", title="Arm"),
            alt.Tooltip("passed:N", title="Passed"),
            alt.Tooltip("examples:Q", title="Examples", format=","),
        ],
    )
    bars = base.mark_bar().encode(
        color=alt.Color(
            "arm:N", sort=None, title=None, scale=alt.Scale(range=list(ARMS)), legend=alt.Legend(orient="top")
        )
    )
    counts = base.mark_text(dy=-7, color=NEUTRAL).encode(text=alt.Text("examples:Q", format=","))
    notes = [f"Left and right, all {times} repeats agree; what lies between is flaky."]
    return finish([bars, counts], "How often an example passes", notes, height=240)


def score_changes(
    frame: pd.DataFrame, *, title: str, direction: Direction = "higher", kind: Kind = "share", unit: str = ""
) -> alt.LayerChart:
    """Which examples got better or worse: one bar per example, worst first.

    `frame` has columns example, difference (arm minus baseline, repeats averaged). `title` is the metric's.
    """
    import altair as alt

    heading = f"{title}, example by example"
    rows, unknown = known(frame, ["example", "difference"], needed="difference")
    if not rows:
        return notice(heading, "No example has a score in both arms.")
    sign = 1 if direction == "higher" else -1
    rows = sorted(rows, key=lambda row: (sign * row["difference"], row["example"]))
    size = 1 if kind == "number" else 100
    drawn = [
        {"example": row["example"], "size": size * row["difference"], "change": _change(sign * row["difference"])}
        for row in rows
    ]
    counts = {change: sum(row["change"] == change for row in drawn) for change in ("worse", "same", "better")}
    names = alt.Axis(labelAngle=-60, labelLimit=120) if len(rows) <= LABELLED_EXAMPLES else None
    number_format = f"+{value_format(kind, unit)}" if kind == "number" else "+.3~r"
    unit_title = value_axis(kind, unit) if kind == "number" else "Points"
    base = alt.Chart(alt.InlineData(values=drawn)).encode(
        x=alt.X("example:N", sort=None, title=None, axis=names),
        y=alt.Y("size:Q", title=unit_title, axis=alt.Axis(format=number_format)),
        color=alt.Color(
            "change:N",
            title=None,
            scale=alt.Scale(domain=["worse", "same", "better"], range=[WORSE, NEUTRAL, ACCENT]),
            legend=alt.Legend(orient="top"),
        ),
        tooltip=[
            alt.Tooltip("example:N", title="Example"),
            alt.Tooltip("change:N", title="Change"),
            alt.Tooltip("size:Q", title=unit_title or "Difference", format=number_format),
        ],
    )
    # A tie has a bar of no height; the mark at its end shows that it is there.
    layers = [base.mark_bar(), base.mark_tick(thickness=3)]
    notes = [
        "Arm minus baseline: " + ", ".join(f"{count:,} {change}" for change, count in counts.items()) + ".",
        not_drawn("no score in both arms", unknown),
    ]
    return finish(layers, heading, notes, height=300)


def _change(gain: float) -> str:
    if gain == 0:
        return "same"
    return "better" if gain > 0 else "worse"


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000
