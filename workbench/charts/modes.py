"""How often failure modes were seen in each arm."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.charts.arms import ARMS
from workbench.charts.drawing import PERCENT, TICKS, finish, known, mean_tooltips, notice

if TYPE_CHECKING:
    import altair as alt
    import pandas as pd

LINE = 22
"""Height of one arm's line within a mode, in pixels."""
SHAPES = ("circle", "diamond", "square", "triangle-up", "triangle-down", "cross", "triangle-right")
MOST_MODES = 12
"""More make a wall; the table has them all."""


def mode_shares(frame: pd.DataFrame) -> alt.LayerChart:
    """One dot with its interval per failure mode and arm.

    `frame` has columns mode, arm, mean, low, high, n, in the order to draw; low and high may be missing (too few examples).
    """
    import altair as alt

    title = "How often each failure mode was seen"
    rows, _ = known(frame, ["mode", "arm", "mean", "low", "high", "n"], needed="mean")
    if not rows:
        return notice(title, "No note is sorted yet.")
    modes = list(dict.fromkeys(row["mode"] for row in rows))
    arms = list(dict.fromkeys(row["arm"] for row in rows))
    drawn = [row for row in rows if row["mode"] in modes[:MOST_MODES]]
    base = alt.Chart(alt.InlineData(values=drawn)).encode(
        y=alt.Y("mode:N", sort=None, title=None, axis=alt.Axis(labelLimit=220)),
        yOffset=alt.YOffset("arm:N", sort=arms),
        tooltip=[alt.Tooltip("mode:N", title="Failure mode"), *mean_tooltips(PERCENT)],
    )
    scale = alt.Scale(domainMin=0, nice=False, padding=6)
    axis = alt.Axis(format=PERCENT, tickCount=TICKS)
    legend = alt.Legend(orient="top", labelLimit=280)
    colours, shapes = _cycled(ARMS, len(arms)), _cycled(SHAPES, len(arms))
    colour = alt.Color("arm:N", sort=arms, title=None, legend=legend, scale=alt.Scale(domain=arms, range=colours))
    ranges = base.mark_rule(strokeWidth=2, opacity=0.6).encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=axis), x2="high:Q", color=colour
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("mean:Q", title=None, scale=scale, axis=axis),
        color=colour,
        shape=alt.Shape("arm:N", sort=arms, title=None, legend=legend, scale=alt.Scale(domain=arms, range=shapes)),
    )
    left = len(modes) - MOST_MODES
    notes = [
        "Share of reviewed examples; lines are where the true share likely is (95%).",
        f"The {MOST_MODES} most frequent; {left} more are in the table." if left > 0 else "",
    ]
    step = alt.Step(LINE, **{"for": "offset"})
    return finish([ranges, dots], title, notes, height=step)


def _cycled(values: tuple[str, ...], count: int) -> list[str]:
    return [values[at % len(values)] for at in range(count)]
