"""Reviews: what people said. The newest of a reviewer on a trial counts, all stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any

from workbench.domain.review import Criterion, Review, Span
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_COLUMNS = tuple(field.name for field in fields(Review))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM reviews "  # noqa: S608 (names of fields)
_ENCODED: dict[str, Any] = {"criteria": tuple[Criterion, ...], "tags": tuple[str, ...], "spans": tuple[Span, ...]}


def append(s: Session, review: Review) -> None:
    """Store a verdict, or with the verdict None the withdrawal of the reviewer's earlier one."""
    append_all(s, [review])


def append_all(s: Session, given: Sequence[Review]) -> None:
    """Store verdicts in one batch, as `append` each."""
    s.insert("reviews", _COLUMNS, [tuple(_stored(review, name) for name in _COLUMNS) for review in given])


def _stored(review: Review, name: str) -> Any:
    value = getattr(review, name)
    return encode(value) if name in _ENCODED else value


def of_run(s: Session, run: str) -> list[Review]:
    """The verdicts of a run that count, oldest first, without withdrawn ones and hidden repeats.

    Of every reviewer the newest on each trial: one among those for estimates and one among those to learn from, and
    one among those that settle a disagreement. One that was withdrawn in its queue leaves those of others standing.
    """
    return _counted(s, "run = ? AND NOT hidden_repeat", "trial_id, reviewer, purpose, gold", [run])


def of_queue(s: Session, queue: str) -> list[Review]:
    """The verdicts given in a queue that count, oldest first; an item's hidden repeat is one of its own."""
    return _counted(s, "queue = ?", "trial_id, reviewer, hidden_repeat", [queue])


def history(s: Session, trial_id: str) -> list[Review]:
    """Everything that was ever said of a trial, withdrawals included, oldest first."""
    return _reviews(s.rows(_SELECT + "WHERE trial_id = ? ORDER BY created_at, rowid", [trial_id]))


def reviewed_runs(s: Session) -> set[str]:
    """Runs of which anything was ever said. Cheap."""
    return {run for (run,) in s.rows("SELECT DISTINCT run FROM reviews")}


def counts(s: Session, run: str) -> dict[str, int]:
    """How many trials of a run each reviewer has judged."""
    rows = {(review.reviewer, review.trial_id) for review in of_run(s, run) if not review.gold}
    found: dict[str, int] = {}
    for reviewer, _ in rows:
        found[reviewer] = found.get(reviewer, 0) + 1
    return found


def _counted(s: Session, which: str, one_each: str, params: Sequence[Any]) -> list[Review]:
    sql = f"""
        WITH said AS (
            SELECT *, rowid AS place FROM reviews WHERE {which}
            QUALIFY row_number() OVER (PARTITION BY {one_each}, queue ORDER BY created_at DESC, rowid DESC) = 1
        )
        SELECT {", ".join(_COLUMNS)} FROM said WHERE verdict IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY {one_each} ORDER BY created_at DESC, place DESC) = 1
        ORDER BY created_at, trial_id, reviewer
        """  # noqa: S608 (names of columns)
    return _reviews(s.rows(sql, params))


def _reviews(rows: Sequence[tuple[Any, ...]]) -> list[Review]:
    return [
        Review(
            *(_decoded(name, value) if name in _ENCODED else value for name, value in zip(_COLUMNS, row, strict=True))
        )
        for row in rows
    ]


@lru_cache(maxsize=4096)
def _decoded(name: str, text: str) -> Any:
    """What a column holds. Most verdicts hold the same: nothing, or a tag that many have."""
    return decode(_ENCODED[name], text)
