"""How results show themselves in a notebook: tables and charts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from workbench import charts
from workbench.stats.numbers import money
from workbench.workspace.estimates.table import estimate_html
from workbench.workspace.reports.report import comparison_html

if TYPE_CHECKING:
    from workbench.workspace.comparison.comparison import Comparison
    from workbench.workspace.estimates.estimate import Estimate
    from workbench.workspace.runs.results import Run


def show_run(run: Run) -> None:
    """Display a run's counts and, where there are arms to compare, their comparison."""
    from IPython.display import HTML, display  # there, whenever a notebook calls this

    s = run.summary
    cost = money(s.cost_usd)
    display(
        HTML(
            f"<p><b>Run {escape(s.run)}</b>: {s.done} of {s.planned} done, {s.failed} failed, "
            f"cost {escape(cost)}, {s.seconds:.1f} s</p>"
        )
    )
    show_comparison(run.compare())


def show_comparison(comparison: Comparison) -> None:
    """Display the verdict, the table of arms, and the headline metric's chart."""
    from IPython.display import HTML, display

    display(HTML(comparison_html(comparison)))
    chart = comparison_chart(comparison)
    if chart is not None:
        display(chart)


def show_estimate(estimate: Estimate) -> None:
    """Display the totals of a run that was not started, what is not known of it, and its arms."""
    from IPython.display import HTML, display

    display(HTML(estimate_html(estimate)))


def comparison_chart(comparison: Comparison) -> object | None:
    """The headline metric's means with intervals, one dot per arm."""
    if not comparison.headline:
        return None
    frame = comparison.frame()
    frame = frame[frame["metric"] == comparison.headline]
    if comparison.is_corrected(comparison.headline):
        people = {"corrected": "mean", "corrected_low": "low", "corrected_high": "high"}
        frame = frame.drop(columns=list(people.values())).rename(columns=people)
    info = comparison.arms[0].metrics[comparison.headline].info
    return charts.arm_means(frame, title=info.title, kind=info.kind, unit=info.unit)
