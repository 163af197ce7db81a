"""Gates as they were: every content that a gate had, numbered, with why it was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workbench.domain.gate import Gate, GateVersion
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_SELECT = """
SELECT name, number, content, fixed_at, fixed_by,
       (SELECT last(reason ORDER BY r.rowid) FROM gate_reasons r WHERE r.name = v.name AND r.number = v.number) AS reason
FROM gate_versions v
"""


def fix(s: Session, name: str, gate: Gate, *, at: datetime, by: str) -> tuple[GateVersion, bool]:
    """The newest version of a gate, which is this content; and whether it was made just now. Call it in a transaction.

    A gate that is changed back is a new version too: it is in force from then on.
    """
    known = versions(s, name)
    if known and known[-1].hash == gate.hash:
        return known[-1], False
    number = len(known) + 1
    columns = ("name", "number", "hash", "content", "fixed_at", "fixed_by")
    s.insert("gate_versions", columns, [(name, number, gate.hash, encode(gate), at, by)])
    return GateVersion(name, number, gate, at, by), True


def versions(s: Session, name: str) -> list[GateVersion]:
    """All versions of a gate, oldest first; empty when it was never seen."""
    return [_version(row) for row in s.rows(_SELECT + "WHERE name = ? ORDER BY number", [name])]


def give_reason(s: Session, version: GateVersion, reason: str, *, at: datetime, by: str) -> None:
    """Keep why a version was made after a run that it judges had begun. A later reason counts, the earlier stays."""
    columns = ("name", "number", "reason", "given_at", "given_by")
    s.insert("gate_reasons", columns, [(version.name, version.number, reason, at, by)])


def _version(row: tuple[Any, ...]) -> GateVersion:
    name, number, content, fixed_at, fixed_by, reason = row
    return GateVersion(name, number, decode(Gate, content), fixed_at, fixed_by, reason or "")
