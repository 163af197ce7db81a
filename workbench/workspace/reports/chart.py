"""Quality against cost or time as an inline SVG, for reports that load and run nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from workbench.charts import frontier
from workbench.domain.score import MetricInfo
from workbench.stats.numbers import duration, money, of_kind
from workbench.workspace.comparison.comparison import ArmFigure, Comparison
from workbench.workspace.comparison.findings import short_names

WIDTH, HEIGHT = 680, 340
LEFT, RIGHT, TOP, BOTTOM = 70, 20, 20, 48
TICKS = 5
MARK = 7
"""Half the width of an arm's mark."""


@dataclass(frozen=True)
class _Axis:
    """A scale from values to pixels, with round marks."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> Sequence[float]:
        step = _round_step((self.high - self.low) / TICKS)
        first = math.ceil(self.low / step)
        return [n * step for n in range(first, math.floor(self.high / step) + 1)]


def trade_off_html(comparison: Comparison, metric: str) -> str:
    """The chart with a sentence on how to read it; or why there is none. Cost, or time where cost tells nothing."""
    costs = {arm.label: arm.cost_per_hundred for arm in comparison.arms}
    times = {arm.label: arm.p50_ms for arm in comparison.arms}
    if any(costs.values()):
        return _drawn(comparison, metric, costs, "Cost of 100 answers", by_time=False)
    free = "No arm costs anything" if 0 in costs.values() else "What the arms cost is not known"
    if any(times.values()):
        return f"<p>{free}, so quality is drawn against time.</p>" + _drawn(
            comparison, metric, times, "Median time to answer", by_time=True
        )
    return f"<p>{free}, and neither are their times: there is nothing to weigh quality against.</p>"


def _drawn(comparison: Comparison, metric: str, taken: Mapping[str, float | None], title: str, *, by_time: bool) -> str:
    info, names = comparison.info(metric), short_names(comparison.arms)
    scored = {arm.label: (arm, taken[arm.label], arm.metrics[metric].mean.mean) for arm in comparison.arms}
    rows: list[dict[str, Any]] = [
        {"arm": arm, "taken": x, "mean": y} for arm, x, y in scored.values() if x is not None and y is not None
    ]
    if not any(row["taken"] for row in rows):
        return "<p>No arm has both a score and something that it takes.</p>"
    best = frontier(rows, "taken", info.direction)
    x_axis = _Axis(0, 1.05 * max(row["taken"] for row in rows), LEFT, WIDTH - RIGHT)
    y_axis = _value_axis([row["arm"] for row in rows], metric, info)
    marks = "".join(
        _mark(
            row["arm"],
            (x_axis.at(row["taken"]), y_axis.at(row["mean"])),
            y_axis,
            metric,
            names[row["arm"].label],
            best=row in best,
        )
        for row in rows
    )
    line = _steps([(x_axis.at(row["taken"]), y_axis.at(row["mean"])) for row in best])
    told = escape("; ".join(f"{names[row['arm'].label]}: {of_kind(row['mean'], info.kind, info.unit)}" for row in rows))
    unknown = [names[label] for label in scored if label not in {row["arm"].label for row in rows}]
    note = f" Not drawn, unknown: {escape(', '.join(unknown))}." if unknown else ""
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)} against '
        f'{escape(info.title)}. {told}">{_grid(x_axis, y_axis, info, by_time=by_time)}{line}{marks}'
        f'<text x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 8}" text-anchor="middle">{escape(title)}</text></svg>'
        f"<figcaption>{escape(info.title)}: higher on the page is more. Diamonds, joined by the dashed line: no other arm "
        f"beats them on both. Circles: another arm is as good or better and takes less. Upright lines: where the true mean "
        f"likely is (95%).{note}</figcaption></figure>"
    )


def _value_axis(arms: Sequence[ArmFigure], metric: str, info: MetricInfo) -> _Axis:
    means = [arm.metrics[metric].mean for arm in arms]
    values = [v for mean in means for v in (mean.mean, mean.low, mean.high) if v is not None]
    low, high = min(values), max(values)
    room = (high - low or abs(high) or 1) * 0.12
    low, high = low - room, high + room
    if info.kind != "number":
        low, high = max(low, -0.02), min(high, 1.02)
    return _Axis(low, high, HEIGHT - BOTTOM, TOP)


def _grid(x_axis: _Axis, y_axis: _Axis, info: MetricInfo, *, by_time: bool) -> str:
    lines = [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y_axis.at(v):.1f}" y2="{y_axis.at(v):.1f}"/>'
        f'<text x="{LEFT - 8}" y="{y_axis.at(v) + 4:.1f}" text-anchor="end">{escape(of_kind(v, info.kind, info.unit))}</text>'
        for v in y_axis.ticks
        if v >= 0 or info.kind == "number"
    ]
    lines += [
        f'<text x="{x_axis.at(v):.1f}" y="{HEIGHT - BOTTOM + 20}" text-anchor="middle">'
        f"{escape(duration(v) if by_time else money(v))}</text>"
        for v in x_axis.ticks
    ]
    return "".join(lines)


def _mark(arm: ArmFigure, at: tuple[float, float], y_axis: _Axis, metric: str, name: str, *, best: bool) -> str:
    mean, (x, y) = arm.metrics[metric].mean, at
    interval = ""
    if mean.low is not None and mean.high is not None:
        interval = f'<line class="range" x1="{x:.1f}" x2="{x:.1f}" y1="{y_axis.at(mean.low):.1f}" y2="{y_axis.at(mean.high):.1f}"/>'
    shape = f'<circle class="beaten" cx="{x:.1f}" cy="{y:.1f}" r="{MARK - 1}"/>'
    if best:
        corners = f"{x:.1f},{y - MARK:.1f} {x + MARK:.1f},{y:.1f} {x:.1f},{y + MARK:.1f} {x - MARK:.1f},{y:.1f}"
        shape = f'<polygon class="best" points="{corners}"/>'
    left = x > WIDTH / 2
    label = f'<text x="{x + (-12 if left else 12):.1f}" y="{y - 8:.1f}" text-anchor="{"end" if left else "start"}">'
    return f"{interval}{shape}{label}{escape(name)}</text>"


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """The frontier: what a little more cost buys only from the next arm on."""
    if len(points) < 2:
        return ""
    path = f"M{points[0][0]:.1f},{points[0][1]:.1f}" + "".join(f"H{x:.1f}V{y:.1f}" for x, y in points[1:])
    return f'<path class="frontier" d="{path}"/>'


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 and 10 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next((step * power for step in (1, 2, 2.5, 5) if step * power >= rough), 10 * power)
