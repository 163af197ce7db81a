"""Budgets on the command line: the option that sets one, and what is said while it is spent."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from workbench.cli.common import say

if TYPE_CHECKING:
    from workbench.domain.run import RunSummary
    from workbench.workspace import Workbench
    from workbench.workspace.runs.progress import Progress

max_cost_option = click.option(
    "--max-cost",
    "max_cost_usd",
    type=click.FloatRange(0, min_open=True),
    metavar="USD",
    help="Stop before more than so many US dollars are spent.",
)


def alerting(on_progress: Callable[[Progress], None]) -> Callable[[Progress], None]:
    """`on_progress`, which also says once of each budget that most of it is spent."""
    told: set[str] = set()

    def draw(progress: Progress) -> None:
        alerts = {} if progress.budget is None else progress.budget.alerts()
        for which in alerts.keys() - told:
            told.add(which)
            say(alerts[which])
        on_progress(progress)

    return draw


def tell_budget(wb: Workbench, summary: RunSummary, max_cost_usd: float | None) -> None:
    """Say at which budget a run stopped and how it can go on."""
    if summary.stopped_by == "budget":
        say(wb.spending.stopped_at(summary.run, max_cost_usd))
