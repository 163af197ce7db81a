"""How far a run is, on the command line: a bar on a terminal, lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from workbench.cli.common import printable, say

if TYPE_CHECKING:
    from workbench.workspace.runs.progress import Progress

BAR_COLUMNS = 20


@contextmanager
def progress_shown() -> Iterator[Callable[[Progress], None]]:
    """A callback that shows a run's progress: a bar on a terminal, a line now and then elsewhere."""
    news = _Stops().news
    if not sys.stderr.isatty():
        shown = -1

        def lines(progress: Progress) -> None:
            nonlocal shown
            for text in news(progress):
                say(f"  {text}")
            quarter = 4 * (progress.done + progress.failed) // max(progress.planned, 1)
            if quarter > shown:
                shown = quarter
                say(f"  {_counts(progress)}")

        yield lines
        return

    from rich.console import Console
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    # What providers say is no markup.
    columns = (BarColumn(BAR_COLUMNS), TextColumn("{task.description}", markup=False))
    with Bar(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("starting", total=None)

        def draw(progress: Progress) -> None:
            waits = [
                f"{lane.model}: {lane.waiting}" for lane in progress.lanes if lane.waiting and lane.state == "open"
            ]
            text = printable(" · ".join([_counts(progress), *waits]))
            for stopped in news(progress):
                bar.console.print(f"  {printable(stopped)}", markup=False, highlight=False)
            bar.update(task, total=progress.planned, completed=progress.done + progress.failed, description=text)

        yield draw


def _counts(progress: Progress) -> str:
    from workbench.stats.numbers import duration, money

    parts = [f"{progress.done} of {progress.planned} done"]
    counts = {"failed": progress.failed, "replayed": progress.cached, "being judged": progress.unjudged}
    parts += [f"{count} {what}" for what, count in counts.items() if count]
    if progress.budget is not None and progress.budget.caps.run_usd is not None:
        parts.append(f"{money(progress.budget.run_usd)} of {money(progress.budget.caps.run_usd)}")
    if progress.left_s is not None:
        parts.append(f"{duration(1000 * progress.left_s)} left")
    return ", ".join(parts)


class _Stops:
    """The models that pause, or are not asked any more, each told once with the reason."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def news(self, progress: Progress) -> list[str]:
        """What was not told yet."""
        words = {"paused": "pauses", "closed": "is not asked any more"}
        stopped = [lane for lane in progress.lanes if lane.state in words and (lane.missing or not lane.planned)]
        texts = [f"{lane.model} {words[lane.state]}: {lane.waiting}" for lane in stopped]
        new = [text for text in texts if text not in self._told]
        self._told.update(new)
        return new
