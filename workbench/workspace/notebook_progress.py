"""A run's progress in a notebook: a bar that is drawn again and again in the same place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from html import escape

from workbench.stats.numbers import duration, money
from workbench.workspace.runs.progress import Progress


def progress_bar() -> Callable[[Progress], None] | None:
    """What draws a bar below the cell that runs; None outside a notebook."""
    if not _in_notebook():
        return None
    from IPython.display import HTML, display

    shown = display(HTML(""), display_id=True)

    def draw(progress: Progress) -> None:
        shown.update(HTML(bar_html(progress)))

    return draw


def bar_html(progress: Progress) -> str:
    """The bar, and how far the run is in words: answers, money, time left, what holds it up."""
    ended = progress.done + progress.failed
    said = [f"{ended:,} of {progress.planned:,}"]
    if progress.failed:
        said.append(f"{progress.failed:,} failed")
    if progress.cost_usd is not None:
        said.append(money(progress.cost_usd))
    if progress.left_s is not None and not progress.finished:
        said.append(f"{duration(1000 * progress.left_s)} left")
    said += [f"{lane.model}: {lane.waiting}" for lane in progress.lanes if lane.waiting and not progress.finished]
    value = f'value="{ended}" max="{max(progress.planned, 1)}"'
    return f'<progress {value} style="width:20rem"></progress> {escape(" · ".join(said))}'


def _in_notebook() -> bool:
    """Whether a kernel runs this: a terminal's IPython, which shows no HTML, has none."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None or not hasattr(ipython, "get_ipython") else ipython.get_ipython()
    return shell is not None and hasattr(shell, "kernel")
