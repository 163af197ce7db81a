"""Reviews: what people said. The newest of a reviewer on a trial counts, all stay."""

from __future__ import annotations

from collections import Counter

from workbench.domain.review import Review
from workbench.store.session import Session

_COLUMNS = ("trial_id", "run", "reviewer", "verdict", "note", "created_at", "seconds")
_SELECT = "SELECT trial_id, run, reviewer, verdict, note, created_at, seconds FROM reviews "


def append(s: Session, review: Review) -> None:
    """Store a verdict, or with the verdict None the withdrawal of the reviewer's earlier one."""
    s.insert("reviews", _COLUMNS, [tuple(getattr(review, column) for column in _COLUMNS)])


def of_run(s: Session, run: str) -> list[Review]:
    """The verdicts of a run that count, oldest first: each reviewer's newest on each trial, without withdrawn ones."""
    newest = (
        "WHERE run = ? QUALIFY row_number() OVER (PARTITION BY trial_id, reviewer ORDER BY created_at DESC, rowid DESC)"
        " = 1 ORDER BY created_at, trial_id, reviewer"
    )
    found = [Review(*row) for row in s.rows(_SELECT + newest, [run])]
    return [review for review in found if review.verdict is not None]


def history(s: Session, trial_id: str) -> list[Review]:
    """Everything that was ever said of a trial, withdrawals included, oldest first."""
    return [Review(*row) for row in s.rows(_SELECT + "WHERE trial_id = ? ORDER BY created_at, rowid", [trial_id])]


def counts(s: Session, run: str) -> dict[str, int]:
    """How many trials of a run each reviewer has judged."""
    return dict(Counter(review.reviewer for review in of_run(s, run)))
