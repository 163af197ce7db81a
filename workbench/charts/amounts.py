"""Spend by day, and sizes of chunks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.charts.drawing import ACCENT, MONEY, TICKS, finish, notice

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

SIZE_BARS = 20
SMALL = 130
"""Height of a chart that stands beside what it is about."""
DAYS_NAMED = 3
"""Of more days it is said how many they are."""


def spend_by_day(frame: pd.DataFrame) -> alt.LayerChart:
    """What answers cost, day by day.

    `frame` has columns day (a date), cost_usd (unknown is NaN); several rows of one day are added up.
    """
    import altair as alt
    import pandas as pd

    title = "Spend by day"
    if frame.empty:
        return notice(title, "Nothing spent yet.")
    # Midnight without a zone is read as local time and shown as such: the day stays the day everywhere.
    days = pd.to_datetime(frame["day"]).dt.strftime("%Y-%m-%dT00:00:00")
    known = frame["cost_usd"].notna()
    unpriced = sorted({day[:10] for day in days[~known]})
    where = f": {', '.join(unpriced)}" if len(unpriced) <= DAYS_NAMED else f", on {len(unpriced)} days"
    notes = [f"Answers of unknown cost are left out{where}." if unpriced else ""]
    sums = frame.loc[known, "cost_usd"].astype(float).groupby(days[known]).sum()
    if sums.empty:
        return notice(title, "No answer has a known cost.", notes)
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
    return finish([bars], title, notes, height=240)


def chunk_sizes(sizes: Sequence[int], *, limit: int) -> alt.LayerChart:
    """How long the chunks of an index are, in tokens: how many there are of about each length up to `limit`."""
    import altair as alt

    title = "How long the chunks are"
    if not sizes:
        return notice(title, "No chunks yet.")
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
    return finish([bars], title, [], height=SMALL)
