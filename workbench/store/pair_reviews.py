"""Which of two answers people prefer. The newest of a reviewer on an item counts, all stay."""

from __future__ import annotations

from dataclasses import fields

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
    rows = s.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM pair_reviews WHERE queue = ? "  # noqa: S608 (names of fields)
        "QUALIFY row_number() OVER (PARTITION BY first_trial, second_trial, reviewer, hidden_repeat "
        "ORDER BY created_at DESC, rowid DESC) = 1 ORDER BY created_at, first_trial, second_trial, reviewer",
        [queue],
    )
    return [review for row in rows if (review := PairReview(*row)).choice is not None]


def history(s: Session, queue: str) -> list[PairReview]:
    """Everything that was ever said in a queue, withdrawals included, in the order in which it was stored."""
    rows = s.rows(
        f"SELECT {', '.join(_COLUMNS)} FROM pair_reviews WHERE queue = ? ORDER BY rowid",  # noqa: S608
        [queue],
    )
    return [PairReview(*row) for row in rows]
