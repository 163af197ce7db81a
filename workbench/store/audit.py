"""The audit log: each entry carries the hash of the one before, so that a change shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from workbench.domain.audit import GENESIS, AuditEntry, entry_hash
from workbench.errors import IntegrityError
from workbench.store.codec import decode, encode
from workbench.store.session import Session, storable

_COLUMNS = ("number", "happened_at", "actor", "action", "subject", "detail", "previous", "hash")
_SELECT = "SELECT number, happened_at, actor, action, subject, detail, previous, hash FROM audit_entries "


def append(s: Session, *, actor: str, action: str, subject: str, detail: Mapping[str, Any], at: datetime) -> AuditEntry:
    """Add an entry to the chain, in the same unit of work as what it speaks of."""
    number, previous = head(s)
    # The hash covers what is stored, not what was given: tuples become lists, text becomes storable.
    stored = encode(detail)
    entry = AuditEntry(
        number=number + 1,
        at=at,
        actor=storable(actor),
        action=storable(action),
        subject=storable(subject),
        detail=decode(dict[str, Any], stored),
        previous=previous,
        hash="",
    )
    entry = replace(entry, hash=entry_hash(entry))
    row = (entry.number, at, entry.actor, entry.action, entry.subject, stored, previous, entry.hash)
    s.insert("audit_entries", _COLUMNS, [row])
    return entry


def entries(s: Session, limit: int | None = None) -> list[AuditEntry]:
    """The chain in its order; with a limit, its last entries."""
    rows = s.rows(_SELECT + "ORDER BY number DESC, rowid DESC LIMIT ?", [limit])
    return [_entry(row) for row in reversed(rows)]


def head(s: Session) -> tuple[int, str]:
    """Number and hash of the last entry; 0 and the genesis hash of an empty log. Exported with every release."""
    row = s.row("SELECT number, hash FROM audit_entries ORDER BY number DESC, rowid DESC LIMIT 1")
    return (0, GENESIS) if row is None else (row[0], row[1])


def hashes(s: Session) -> dict[int, str]:
    """The hash of every entry by its number, for what was sealed by one."""
    return dict(s.rows("SELECT number, hash FROM audit_entries ORDER BY rowid"))


def verify(s: Session) -> list[str]:
    """What is wrong with the chain, in words; nothing when it is intact.

    Entries cut off its end leave a shorter chain that is intact, and so does a log written anew: what releases and
    exports were sealed by tells.
    """
    problems: list[str] = []
    last, link = 0, GENESIS
    for row in s.rows(_SELECT + "ORDER BY number, rowid"):
        number, previous, own_hash = row[0], row[-2], row[-1]
        if number <= last:
            problems.append(f"Entry {number} is there more than once.")
        elif number > last + 1:
            gone = f"Entry {last + 1} is" if number == last + 2 else f"Entries {last + 1} to {number - 1} are"
            problems.append(f"{gone} missing.")
        elif previous != link:
            before = f"entry {last}" if last else "the beginning of the log"
            problems.append(f"Entry {number} does not follow {before}: the link between them is broken.")
        if not _is_unchanged(row):
            problems.append(f"Entry {number} was changed: its content does not fit its hash.")
        last, link = number, own_hash
    return problems


def _is_unchanged(row: tuple[Any, ...]) -> bool:
    try:
        entry = _entry(row)
    except IntegrityError:
        return False
    return entry_hash(entry) == entry.hash


def _entry(row: tuple[Any, ...]) -> AuditEntry:
    number, at, actor, action, subject, detail, previous, own_hash = row
    return AuditEntry(number, at, actor, action, subject, decode(dict[str, Any], detail), previous, own_hash)
