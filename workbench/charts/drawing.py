"""What all charts share: colours, sizes, axes, and a frame around what is drawn."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.domain.score import Kind

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
SUBTITLE_COLUMNS = 90
TICKS = 5
"""Marks on a value axis, about: as many as are read, not as many as fit."""
PERCENT = ".0%"
MONEY = "$,.3~r"
"""Three significant digits, because costs per 100 answers lie between a thousandth of a cent and hundreds of dollars."""
AMOUNT = ",.3~r"
Row = Mapping[str, Any]


def known(frame: pd.DataFrame, columns: Sequence[str], *, needed: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows whose `needed` value is known, as plain values with None for unknown, and the first column of the others."""
    kept = frame.loc[frame[needed].notna(), list(columns)].astype(object)
    rows = kept.where(kept.notna(), None).to_dict("records")
    return [{str(name): value for name, value in row.items()} for row in rows], [
        str(name) for name in frame.loc[frame[needed].isna(), columns[0]]
    ]


def value_format(kind: Kind, unit: str) -> str:
    """The axis and tooltip format of a metric's values."""
    if kind != "number":
        return PERCENT
    return MONEY if unit == "USD" else AMOUNT


def value_axis(kind: Kind, unit: str) -> str | None:
    """The title of an axis of a metric's values; percents need none."""
    if kind != "number":
        return None
    return {"USD": "US dollars", "ms": "Milliseconds", "s": "Seconds"}.get(unit, unit or None)


def value_scale() -> alt.Scale:
    """Room around the values, but no rounding up: a share axis must not reach 105%."""
    import altair as alt

    return alt.Scale(zero=False, nice=False, padding=14)


def arm_axis() -> alt.Y:
    """Arms in the order given, with room for a name such as handbook-answer@4:gpt-4o-mini."""
    import altair as alt

    return alt.Y("arm:N", sort=None, title=None, axis=alt.Axis(labelLimit=280))


def mean_tooltips(number_format: str) -> list[alt.Tooltip]:
    """An arm's mean with its interval and the examples behind it."""
    import altair as alt

    return [
        alt.Tooltip("arm:N", title="Arm"),
        alt.Tooltip("mean:Q", title="Mean", format=number_format),
        alt.Tooltip("low:Q", title="Likely from", format=number_format),
        alt.Tooltip("high:Q", title="Likely to", format=number_format),
        alt.Tooltip("n:Q", title="Examples", format=","),
    ]


def not_drawn(why: str, names: Sequence[str]) -> str:
    """Names what is left out and why; empty where nothing is."""
    return f"Not drawn, {why}: {', '.join(names)}." if names else ""


def finish(layers: Sequence[alt.Chart], title: str, notes: Sequence[str], *, height: int | alt.Step) -> alt.LayerChart:
    """Layers on top of each other, with a title, notes under it, a size and a background that lets the page through."""
    import altair as alt

    lines = [line for note in notes if note for line in textwrap.wrap(note, SUBTITLE_COLUMNS)]
    heading = alt.TitleParams(text=title, subtitle=lines, anchor="start", subtitleColor=NEUTRAL)
    chart = alt.LayerChart(layer=list(layers))
    return chart.properties(title=heading, width=WIDTH, height=height, background="transparent")


def notice(title: str, text: str, notes: Sequence[str] = ()) -> alt.LayerChart:
    """A chart that says in its subtitle why there is nothing to see."""
    import altair as alt

    blank = alt.Chart(alt.InlineData(values=[{}])).mark_point(opacity=0)
    return finish([blank], title, [text, *notes], height=NOTICE)
