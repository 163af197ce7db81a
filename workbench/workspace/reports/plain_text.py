"""Comparisons as plain text: what a terminal and `print` show."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.stats.numbers import money
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.reports.report import figure_text, median_time, search_time


def figure_rows(comparison: Comparison, *, naive: bool = False) -> list[Sequence[str]]:
    """The figures with measures down and arms across, so that they fit a terminal; each row begins with its measure.

    `naive` as for `figure_text`.
    """
    arms, infos = comparison.arms, comparison.arms[0].metrics
    return [
        *(
            (infos[name].info.title, *(figure_text(arm.metrics[name], naive=naive) for arm in arms))
            for name in comparison.quality
        ),
        ("Cost of 100 answers", *(money(arm.cost_per_hundred) for arm in arms)),
        ("Median time", *(median_time(arm) for arm in arms)),
        *([("Median search time", *map(search_time, arms))] if comparison.searched else []),
        ("Answered", *(f"{arm.done} of {arm.planned}" for arm in arms)),
    ]


def comparison_text(comparison: Comparison) -> str:
    """The verdict and the table of arms."""
    rows = [("", *(arm.label for arm in comparison.arms)), *figure_rows(comparison)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join([comparison.verdict, "", *lines])
