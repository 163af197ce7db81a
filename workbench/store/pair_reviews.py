"""Which of two answers people prefer. The newest of a reviewer on an item counts, all stay."""

from __future__ import annotations

from dataclasses import fields
from typing import Literal

from workbench.domain.review import PairReview
from workbench.store.session import Session

_FIELDS = tuple(field.name for field in fields(PairReview))
_COLUMNS = tuple("left_answer" if name == "left" else name for name in _FIELDS)
"""`left` is a word of SQL."""


def append(s: Session, review: PairReview) -> None:
    """Store a choice, or with None the withdrawal of the reviewer's earlier one."""
    s.insert("pair_reviews", _COLUMNS, [tuple(getattr(review, name) for name in _FIELDS)])


def of_queue(s: Session, queue: str) -> list[PairReview]:
    """The choices made in a queue that count, oldest first, without withdrawn ones; a hidden repeat is one of its own."""
    return _counted(s, "queue", queue)


def of_run(s: Session, run: str) -> list[PairReview]:
    """The same of all queues of a run; who chose in two of them chose twice."""
    return _counted(s, "run", run)


def history(s: Session, queue: str) -> list[PairReview]:
    """Everything that was ever said in a queue, withdrawals included, in the order in which it was stored."""
    rows = s.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM pair_reviews WHERE queue = ? ORDER BY rowid",  # noqa: S608
        [queue],
    )
    return [PairReview(*row) for row in rows]


def _counted(s: Session, of: Literal["queue", "run"], name: str) -> list[PairReview]:
    rows = s.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM pair_reviews WHERE {of} = ? "  # noqa: S608 (names of columns)
        "QUALIFY row_number() OVER (PARTITION BY queue, first_trial, second_trial, reviewer, hidden_repeat "
        "ORDER BY created_at DESC, rowid DESC) = 1 ORDER BY created_at, first_trial, second_trial, reviewer",
        [name],
    )
    return [review for row in rows if (review := PairReview(*row)).choice is not None]
