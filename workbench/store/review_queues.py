"""Review queues: their items, which never change, and who is at work on which of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from workbench.domain.review_queue import QueuePlace, ReviewQueue
from workbench.errors import InputError, NotFoundError
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_ITEM_COLUMNS = tuple(field.name for field in fields(QueuePlace))


@dataclass(frozen=True)
class Claim:
    """A reviewer has an item on the screen, or will have it next."""

    queue: str
    key: str
    reviewer: str
    claimed_at: datetime


def append(s: Session, queue: ReviewQueue, places: Sequence[QueuePlace]) -> None:
    """Store a queue with its items."""
    s.insert(
        "review_queues",
        ("id", "run", "created_at", "document"),
        [(queue.id, queue.run, queue.created_at, encode(queue))],
    )
    s.insert(
        "review_queue_items",
        ("queue", "position", *_ITEM_COLUMNS),
        [(queue.id, at, *(getattr(place, name) for name in _ITEM_COLUMNS)) for at, place in enumerate(places)],
    )


def close(s: Session, queue: str, at: datetime, by: str) -> None:
    """Ask nobody about it any more."""
    s.insert("review_queue_closings", ("queue", "closed_at", "closed_by"), [(queue, at, by)])


def all_queues(s: Session, run: str | None = None) -> list[ReviewQueue]:
    """All queues, or those of one run, the newest first."""
    rows = s.rows(
        "SELECT document, id IN (SELECT queue FROM review_queue_closings) FROM review_queues "
        "WHERE $run IS NULL OR run = $run ORDER BY created_at DESC, rowid DESC",
        {"run": run},
    )
    return [replace(decode(ReviewQueue, document), closed=closed) for document, closed in rows]


def queue(s: Session, text: str) -> ReviewQueue:
    """A queue by its id or the beginning of it. Raises NotFoundError, InputError where several begin so."""
    rows = s.rows(
        "SELECT id, document, id IN (SELECT queue FROM review_queue_closings) FROM review_queues "
        "WHERE starts_with(id, ?)",
        [text],
    )
    exact = [row for row in rows if row[0] == text] or rows
    if not text or not exact:
        raise NotFoundError("review queue", text, [one.id for one in all_queues(s)])
    if len(exact) > 1:
        raise InputError(f"{text!r} could be {' or '.join(row[0] for row in exact)}.", hint="Write more of it.")
    _, document, closed = exact[0]
    return replace(decode(ReviewQueue, document), closed=closed)


def places(s: Session, queue: str) -> list[QueuePlace]:
    """The items of a queue, in the order in which they were drawn."""
    rows = s.rows(
        f"SELECT {', '.join(_ITEM_COLUMNS)} FROM review_queue_items WHERE queue = ? ORDER BY position",  # noqa: S608
        [queue],
    )
    return [QueuePlace(*row) for row in rows]


def place(s: Session, queue: str, key: str) -> QueuePlace:
    """One item. Raises NotFoundError."""
    row = s.row(
        f"SELECT {', '.join(_ITEM_COLUMNS)} FROM review_queue_items WHERE queue = ? AND key = ?",  # noqa: S608
        [queue, key],
    )
    if row is None:
        raise NotFoundError("item of this queue", key)
    return QueuePlace(*row)


def claim(s: Session, claims: Sequence[Claim]) -> None:
    """Note who is at work on what."""
    s.insert(
        "review_claims",
        ("queue", "key", "reviewer", "claimed_at"),
        [(one.queue, one.key, one.reviewer, one.claimed_at) for one in claims],
    )


def claims(s: Session, queue: str, since: datetime) -> list[Claim]:
    """Who was at work on what in a queue since a moment: of every reviewer and item the newest."""
    rows = s.rows(
        "SELECT queue, key, reviewer, max(claimed_at) FROM review_claims WHERE queue = ? AND claimed_at >= ? "
        "GROUP BY queue, key, reviewer",
        [queue, since],
    )
    return [Claim(*row) for row in rows]
