"""How results show themselves in a notebook: tables and charts."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from workbench.stats.numbers import duration, money
from workbench.workspace.comparison.charts import mean_chart
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
    counts = f"{s.done:,} of {s.planned:,} done, {s.failed:,} failed"
    took = f"cost {money(s.cost_usd)}, {duration(1000 * s.seconds)}"
    display(HTML(f"<p><b>Run {escape(s.run)}</b>: {escape(f'{counts}, {took}')}</p>"))
    show_comparison(run.compare())


def show_comparison(comparison: Comparison) -> None:
    """Display the verdict, the table of arms, and the headline metric's chart."""
    from IPython.display import HTML, display

    display(HTML(comparison_html(comparison)))
    if comparison.headline:
        display(mean_chart(comparison, comparison.headline))


def show_estimate(estimate: Estimate) -> None:
    """Display the totals of a run that was not started, what is not known of it, and its arms."""
    from IPython.display import HTML, display

    display(HTML(estimate_html(estimate)))
