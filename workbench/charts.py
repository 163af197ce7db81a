"""Charts for the app and for notebooks: a pandas frame in, an Altair chart out.

Every chart stands on a light or a dark page: the background is transparent, text takes the page's colours, and what a
page's theme leaves black (subtitles, labels in the plot) is a grey that can be read on both. Colours are three of
Okabe and Ito's, which colour-blind readers tell apart, and never carry meaning alone.

What is unknown (NaN or None) is not drawn and named in the subtitle, never drawn as 0. A frame with nothing to draw
gives a chart that says so, so callers need no second case. Data travels inside the chart; nothing is fetched.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.domain.score import Direction, Kind

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

ACCENT = "#0072B2"
"""Values, and examples that got better."""
WORSE = "#D55E00"
NEUTRAL = "#7a7a7a"
"""Ties, the frontier and text that no theme colours: 4.2 to 1 or more against white and against a dark page."""

WIDTH = 560
ROW = 36
"""Height of an arm's row, in pixels."""
NOTICE = 90
"""Height of a chart without data. Streamlit fits the title into it."""
LABELLED_EXAMPLES = 40
"""Beyond so many bars their names are in the tooltip only."""
SIZE_BARS = 20
SMALL = 130
"""Height of a chart that stands beside what it is about."""
DAYS_NAMED = 3
"""Of more days it is said how many they are."""
SUBTITLE_COLUMNS = 90
TICKS = 5
"""Marks on a value axis, about: as many as are read, not as many as fit."""

PERCENT = ".0%"
MONEY = "$,.3~r"
"""Three significant digits, because costs per 100 answers lie between a thousandth of a cent and hundreds of dollars."""
AMOUNT = ",.3~r"

Row = Mapping[str, Any]


def arm_means(frame: pd.DataFrame, *, title: str, kind: Kind = "share", unit: str = "") -> alt.LayerChart:
    """One dot with its interval per arm, for one metric.

    `frame` has columns arm, mean, low, high, n, in the order to draw; low and high may be missing (too few examples).
    `title` is the metric's; shares and pass rates are drawn as percents, numbers in their `unit`.
    """
    import altair as alt

    rows, unknown = _known(frame, ["arm", "mean", "low", "high", "n"], needed="mean")
    if not rows:
        return _notice(title, "No scores yet.")
    number_format = _format(kind, unit)
    axis, scale = _value_axis(kind, unit), _value_scale()
    base = alt.Chart(alt.InlineData(values=rows)).encode(y=_arm_axis(), tooltip=_mean_tooltips(number_format))
    ranges = base.mark_rule(strokeWidth=2, color=ACCENT, opacity=0.55).encode(
        x=alt.X("low:Q", title=axis, scale=scale, axis=alt.Axis(format=number_format, tickCount=TICKS)), x2="high:Q"
    )
    dots = base.mark_point(filled=True, size=110, opacity=1, color=ACCENT).encode(
        x=alt.X("mean:Q", title=axis, scale=scale, axis=alt.Axis(format=number_format, tickCount=TICKS))
    )
    notes = ["Dots are means; lines are where the true mean likely is (95%).", _not_drawn("no score", unknown)]
    return _finish([ranges, dots], title, notes, height=alt.Step(ROW))


def cost_quality(
    frame: pd.DataFrame, *, title: str, kind: Kind = "share", unit: str = "", direction: Direction = "higher"
) -> alt.LayerChart:
    """Cost of 100 answers against quality, with intervals, and the frontier of arms that no other beats on both.

    `frame` has columns arm, cost_per_100 (US dollars; unknown is NaN), mean, low, high, n. `title` is the metric's.
    """
    import altair as alt

    columns = ["arm", "cost_per_100", "mean", "low", "high", "n"]
    scored, unscored = _known(frame, columns, needed="mean")
    rows, unpriced = _known(frame[frame["mean"].notna()], columns, needed="cost_per_100")
    heading = f"Cost against {title}"
    notes = [_not_drawn("cost unknown", unpriced), _not_drawn("no score", unscored)]
    if not rows:
        return _notice(heading, "No arm has a known cost." if scored else "No scores yet.", notes)
    number_format = _format(kind, unit)
    dearest = max(row["cost_per_100"] for row in rows)
    drawn = [{**row, "right_half": row["cost_per_100"] > dearest / 2} for row in rows]
    x = alt.X(
        "cost_per_100:Q",
        title="US dollars per 100 answers",
        scale=alt.Scale(zero=True),
        axis=alt.Axis(format=MONEY, tickCount=TICKS),
    )
    scale, axis = _value_scale(), alt.Axis(format=number_format)
    y = alt.Y("mean:Q", title=_value_axis(kind, unit), scale=scale, axis=axis)
    cost = alt.Tooltip("cost_per_100:Q", title="Cost of 100 answers", format=MONEY)
    base = alt.Chart(alt.InlineData(values=drawn)).encode(x=x, tooltip=[*_mean_tooltips(number_format), cost])
    ranges = base.mark_rule(strokeWidth=2, color=ACCENT, opacity=0.4).encode(
        y=alt.Y("low:Q", title=_value_axis(kind, unit), scale=scale, axis=axis), y2="high:Q"
    )
    dots = base.mark_point(filled=True, size=110, opacity=1, color=ACCENT).encode(y=y)
    # Labels grow towards the middle, so that none is cut off at an edge.
    labels = base.mark_text(
        color=NEUTRAL,
        dy=-10,
        align=alt.ExprRef("datum.right_half ? 'right' : 'left'"),
        dx=alt.ExprRef("datum.right_half ? -8 : 8"),
    ).encode(y=y, text="arm:N")
    layers = [ranges, dots, labels]
    frontier = _frontier(rows, direction)
    if len(frontier) > 1:
        line = alt.Chart(alt.InlineData(values=frontier)).encode(x=x, y=y)
        layers.insert(0, line.mark_line(color=NEUTRAL, strokeDash=[4, 3], interpolate="step-after"))
        notes.insert(0, "The dashed line joins arms that no other beats on both.")
    return _finish(layers, heading, notes, height=380)


def latency(frame: pd.DataFrame) -> alt.LayerChart:
    """How long answers take: per arm a bar from the median to the 95th percentile.

    `frame` has columns arm, p50, p95, in milliseconds, in the order to draw.
    """
    import altair as alt

    title = "Time to answer"
    rows, unknown = _known(frame, ["arm", "p50", "p95"], needed="p50")
    if not rows:
        return _notice(title, "No answers yet.")
    seconds = [{"arm": row["arm"], "p50": _seconds(row["p50"]), "p95": _seconds(row["p95"])} for row in rows]
    base = alt.Chart(alt.InlineData(values=seconds)).encode(
        y=_arm_axis(),
        x=alt.X("p50:Q", title="Seconds", scale=alt.Scale(zero=True), axis=alt.Axis(format=AMOUNT)),
        tooltip=[
            alt.Tooltip("arm:N", title="Arm"),
            alt.Tooltip("p50:Q", title="Half within, seconds", format=AMOUNT),
            alt.Tooltip("p95:Q", title="95% within, seconds", format=AMOUNT),
        ],
    )
    bars = base.mark_bar(size=12, color=ACCENT, opacity=0.45).encode(x2="p95:Q")
    medians = base.mark_tick(size=20, thickness=3, color=ACCENT)
    notes = ["Half of the answers came by the mark, 95% by the end of the bar.", _not_drawn("no time", unknown)]
    return _finish([bars, medians], title, notes, height=alt.Step(ROW))


def score_changes(
    frame: pd.DataFrame, *, title: str, direction: Direction = "higher", kind: Kind = "share", unit: str = ""
) -> alt.LayerChart:
    """Which examples got better or worse: one bar per example, worst first.

    `frame` has columns example, difference (arm minus baseline, repeats averaged). `title` is the metric's.
    """
    import altair as alt

    heading = f"{title}, example by example"
    rows, unknown = _known(frame, ["example", "difference"], needed="difference")
    if not rows:
        return _notice(heading, "No example has a score in both arms.")
    sign = 1 if direction == "higher" else -1
    rows = sorted(rows, key=lambda row: (sign * row["difference"], row["example"]))
    size = 1 if kind == "number" else 100
    drawn = [
        {"example": row["example"], "size": size * row["difference"], "change": _change(sign * row["difference"])}
        for row in rows
    ]
    counts = {change: sum(row["change"] == change for row in drawn) for change in ("worse", "same", "better")}
    names = alt.Axis(labelAngle=-60, labelLimit=120) if len(rows) <= LABELLED_EXAMPLES else None
    number_format = f"+{_format(kind, unit)}" if kind == "number" else "+.3~r"
    unit_title = _value_axis(kind, unit) if kind == "number" else "Points"
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
        _not_drawn("no score in both arms", unknown),
    ]
    return _finish(layers, heading, notes, height=300)


def spend_by_day(frame: pd.DataFrame) -> alt.LayerChart:
    """What answers cost, day by day.

    `frame` has columns day (a date), cost_usd (unknown is NaN); several rows of one day are added up.
    """
    import altair as alt
    import pandas as pd

    title = "Spend by day"
    if frame.empty:
        return _notice(title, "Nothing spent yet.")
    # Midnight without a zone is read as local time and shown as such: the day stays the day everywhere.
    days = pd.to_datetime(frame["day"]).dt.strftime("%Y-%m-%dT00:00:00")
    known = frame["cost_usd"].notna()
    unpriced = sorted({day[:10] for day in days[~known]})
    where = f": {', '.join(unpriced)}" if len(unpriced) <= DAYS_NAMED else f", on {len(unpriced)} days"
    notes = [f"Answers of unknown cost are left out{where}." if unpriced else ""]
    sums = frame.loc[known, "cost_usd"].astype(float).groupby(days[known]).sum()
    if sums.empty:
        return _notice(title, "No answer has a known cost.", notes)
    values = [{"day": str(day), "cost_usd": float(cost)} for day, cost in sums.items()]
    bars = (
        alt.Chart(alt.InlineData(values=values))
        .mark_bar(color=ACCENT)
        .encode(
            x=alt.X("day:T", timeUnit="yearmonthdate", title=None, axis=alt.Axis(format="%d %b")),
            y=alt.Y("cost_usd:Q", title="US dollars", axis=alt.Axis(format=MONEY, tickCount=4)),
            tooltip=[
                alt.Tooltip("day:T", timeUnit="yearmonthdate", title="Day", format="%d %b %Y"),
                alt.Tooltip("cost_usd:Q", title="Spent", format=MONEY),
            ],
        )
    )
    return _finish([bars], title, notes, height=240)


def chunk_sizes(sizes: Sequence[int], *, limit: int) -> alt.LayerChart:
    """How long the chunks of an index are, in tokens: how many there are of about each length up to `limit`."""
    import altair as alt

    title = "How long the chunks are"
    if not sizes:
        return _notice(title, "No chunks yet.")
    step = max(1, -(-max(limit, *sizes) // SIZE_BARS))
    counts = Counter((size - 1) // step for size in sizes if size > 0)
    rows = [
        {"from": 1 + bar * step, "to": (bar + 1) * step, "edge": bar * step, "chunks": count}
        for bar, count in sorted(counts.items())
    ]
    bars = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar(color=ACCENT, opacity=0.75, x2Offset=-1)
        .encode(
            x=alt.X("edge:Q", title="Tokens", axis=alt.Axis(format=",d", tickCount=TICKS), scale=alt.Scale(zero=True)),
            x2="to:Q",
            y=alt.Y("chunks:Q", title="Chunks", axis=alt.Axis(format=",d", tickCount=3, tickMinStep=1)),
            y2=alt.YDatum(0),
            tooltip=[
                alt.Tooltip("from:Q", title="Tokens from", format=",d"),
                alt.Tooltip("to:Q", title="Tokens to", format=",d"),
                alt.Tooltip("chunks:Q", title="Chunks", format=",d"),
            ],
        )
    )
    return _finish([bars], title, [], height=SMALL)


def _known(frame: pd.DataFrame, columns: Sequence[str], *, needed: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows whose `needed` value is known, as plain values with None for unknown, and the first column of the others."""
    kept = frame.loc[frame[needed].notna(), list(columns)].astype(object)
    rows = kept.where(kept.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows], [
        str(name) for name in frame.loc[frame[needed].isna(), columns[0]]
    ]


def _frontier(rows: Sequence[Row], direction: Direction) -> list[dict[str, Any]]:
    """From the cheapest arm on, each that is better than all cheaper ones."""
    sign = 1 if direction == "higher" else -1
    best: list[dict[str, Any]] = []
    for row in sorted(rows, key=lambda row: (row["cost_per_100"], -sign * row["mean"])):
        if not best or sign * row["mean"] > sign * best[-1]["mean"]:
            best.append({"cost_per_100": row["cost_per_100"], "mean": row["mean"]})
    return best


def _change(gain: float) -> str:
    if gain == 0:
        return "same"
    return "better" if gain > 0 else "worse"


def _seconds(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else milliseconds / 1000


def _format(kind: Kind, unit: str) -> str:
    """The axis and tooltip format of a metric's values."""
    if kind != "number":
        return PERCENT
    return MONEY if unit == "USD" else AMOUNT


def _value_axis(kind: Kind, unit: str) -> str | None:
    """The title of an axis of a metric's values; percents need none."""
    if kind != "number":
        return None
    return {"USD": "US dollars", "ms": "Milliseconds", "s": "Seconds"}.get(unit, unit or None)


def _value_scale() -> alt.Scale:
    """Room around the values, but no rounding up: a share axis must not reach 105%."""
    import altair as alt

    return alt.Scale(zero=False, nice=False, padding=14)


def _arm_axis() -> alt.Y:
    """Arms in the order given, with room for a name such as handbook-answer@4:gpt-4o-mini."""
    import altair as alt

    return alt.Y("arm:N", sort=None, title=None, axis=alt.Axis(labelLimit=280))


def _mean_tooltips(number_format: str) -> list[alt.Tooltip]:
    import altair as alt

    return [
        alt.Tooltip("arm:N", title="Arm"),
        alt.Tooltip("mean:Q", title="Mean", format=number_format),
        alt.Tooltip("low:Q", title="Likely from", format=number_format),
        alt.Tooltip("high:Q", title="Likely to", format=number_format),
        alt.Tooltip("n:Q", title="Examples", format=","),
    ]


def _not_drawn(why: str, names: Sequence[str]) -> str:
    return f"Not drawn, {why}: {', '.join(names)}." if names else ""


def _finish(layers: Sequence[alt.Chart], title: str, notes: Sequence[str], *, height: int | alt.Step) -> alt.LayerChart:
    """Layers on top of each other, with a title, notes under it, a size and a background that lets the page through."""
    import altair as alt

    lines = [line for note in notes if note for line in textwrap.wrap(note, SUBTITLE_COLUMNS)]
    heading = alt.TitleParams(text=title, subtitle=lines, anchor="start", subtitleColor=NEUTRAL)
    chart = alt.LayerChart(layer=list(layers))
    return chart.properties(title=heading, width=WIDTH, height=height, background="transparent")


def _notice(title: str, text: str, notes: Sequence[str] = ()) -> alt.LayerChart:
    """A chart that says in its subtitle why there is nothing to see."""
    import altair as alt

    blank = alt.Chart(alt.InlineData(values=[{}])).mark_point(opacity=0)
    return _finish([blank], title, [text, *notes], height=NOTICE)
