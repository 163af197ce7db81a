"""Versions of judges: what a judge was when it scored, numbered 1, 2, 3 by name like prompts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbench.hashing import canonical_json
from workbench.store.session import Session

_COLUMNS = ("name", "number", "hash", "content", "created_at")


def register(s: Session, name: str, version: str, content: Mapping[str, Any], at: datetime) -> int:
    """The number of a judge's version, given to it when it is seen for the first time. Call it in a transaction."""
    known = s.row("SELECT number FROM judge_versions WHERE name = ? AND hash = ? LIMIT 1", [name, version])
    if known is not None:
        return int(known[0])
    last = s.row("SELECT coalesce(max(number), 0) FROM judge_versions WHERE name = ?", [name])
    number = 1 if last is None else int(last[0]) + 1
    s.insert("judge_versions", _COLUMNS, [(name, number, version, canonical_json(content), at)])
    return number


def numbers(s: Session) -> dict[tuple[str, str], int]:
    """The numbers of all versions, by name and hash."""
    return {
        (name, version): number for name, version, number in s.rows("SELECT name, hash, number FROM judge_versions")
    }


def content(s: Session, name: str, number: int) -> str | None:
    """What a version told its model, as JSON; None when there is no such version."""
    row = s.row("SELECT content FROM judge_versions WHERE name = ? AND number = ?", [name, number])
    return None if row is None else str(row[0])
