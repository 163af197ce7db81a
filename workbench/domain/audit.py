"""The audit log: who did what, in a chain that shows tampering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.hashing import content_hash

GENESIS = "sha256:" + "0" * 64


@dataclass(frozen=True)
class AuditEntry:
    """One step. Its hash covers its content and the hash of the entry before."""

    number: int
    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]
    previous: str
    hash: str


@dataclass(frozen=True)
class Seal:
    """Where the log had come to when something was approved, promoted or exported: kept outside of the log."""

    length: int
    """Entries then."""
    head: str
    """The hash of the last one."""
    prompt: str
    version: str
    """The release's version, such as 1.3.0."""
    place: str
    """Who says so, for people: a file, or what the store recorded."""


def entry_hash(entry: AuditEntry) -> str:
    """What an entry's hash must be: it covers everything but the hash itself."""
    return content_hash(
        {
            "number": entry.number,
            "at": entry.at.isoformat(timespec="microseconds"),
            "actor": entry.actor,
            "action": entry.action,
            "subject": entry.subject,
            "detail": entry.detail,
            "previous": entry.previous,
        }
    )
