"""A reviewer's way through the answers of a run: what is next, what came before, how much is left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from workbench.domain.review import PairReview, Review, Verdict

FEWEST_TIMED = 3
"""Fewer verdicts than this say nothing about somebody's pace."""


@dataclass(frozen=True)
class QueueItem:
    """One answer, or two side by side, waiting for a verdict. It does not say who wrote it."""

    trial_id: str
    example_id: str
    review: Review | PairReview | None
    """This reviewer's newest review of it, unless it was withdrawn."""
    key: str = ""
    """Its name in its queue; the trial's where it is in none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.key or self.trial_id)

    @property
    def verdict(self) -> Verdict | None:
        """This reviewer's verdict so far; None, too, for a pair."""
        return self.review.verdict if isinstance(self.review, Review) else None

    @property
    def judged(self) -> bool:
        """Whether this reviewer has said something of it."""
        return self.review is not None


@dataclass(frozen=True)
class ReviewProgress:
    """How far a reviewer is."""

    total: int
    passed: int
    failed: int
    unsure: int
    remaining_ms: float | None
    """Time for the rest at the reviewer's own pace; None while too few verdicts were timed."""
    compared: int = 0
    """Pairs on which a choice was made."""

    @property
    def judged(self) -> int:
        """Items with a verdict or a choice."""
        return self.passed + self.failed + self.unsure + self.compared

    @property
    def left(self) -> int:
        """Items without one."""
        return self.total - self.judged


def progress(queue: Sequence[QueueItem]) -> ReviewProgress:
    """Count a queue. The pace is the median time per verdict, which a coffee break does not change."""
    verdicts = Counter(item.verdict for item in queue if item.verdict is not None)
    times = [item.review.seconds for item in queue if item.review is not None and item.review.seconds is not None]
    compared = sum(isinstance(item.review, PairReview) for item in queue)
    left = len(queue) - verdicts.total() - compared
    return ReviewProgress(
        total=len(queue),
        passed=verdicts["pass"],
        failed=verdicts["fail"],
        unsure=verdicts["unsure"],
        remaining_ms=1000 * left * median(times) if len(times) >= FEWEST_TIMED else None,
        compared=compared,
    )


def place(queue: Sequence[QueueItem], key: str) -> int | None:
    """Where an answer stands in the queue, from 0; None when it is not there."""
    return next((at for at, item in enumerate(queue) if item.key == key), None)


def first(queue: Sequence[QueueItem], *, unreviewed: bool) -> QueueItem | None:
    """Where to start: the first answer, or the first without a verdict."""
    return next((item for item in queue if not unreviewed or not item.judged), None)


def following(queue: Sequence[QueueItem], key: str, *, unreviewed: bool) -> QueueItem | None:
    """The answer after this one; None after the last.

    With `unreviewed`, the next without a verdict, coming round to those passed over until none is left.
    """
    at = place(queue, key)
    if at is None:
        return first(queue, unreviewed=unreviewed)
    if unreviewed:
        return first([*queue[at + 1 :], *queue[:at]], unreviewed=True)
    return queue[at + 1] if at + 1 < len(queue) else None


def preceding(queue: Sequence[QueueItem], key: str) -> QueueItem | None:
    """The answer before this one in the queue's order; None at the beginning."""
    at = place(queue, key)
    return queue[at - 1] if at else None
