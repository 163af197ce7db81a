"""How many things a queue holds, in words: how many come twice is told, and never which."""

from __future__ import annotations

from workbench.domain.review_queue import ReviewQueue
from workbench.stats.numbers import counted


def things(queue: ReviewQueue, count: int) -> str:
    """So many answers, or pairs of answers."""
    return counted(count, "pair" if queue.form == "pair" else "answer")


def with_repeats(queue: ReviewQueue, items: int, repeats: int) -> str:
    """How many different ones there are, and how many of them come twice. `items` counts both times."""
    twice = f", {repeats:,} of them twice, to see how steady you are" if repeats else ""
    return f"{things(queue, items - repeats)}{twice}"
