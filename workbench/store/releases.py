"""Releases and where they were exported to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.domain.release import Evidence, Release, SignOff
from workbench.errors import NotFoundError
from workbench.store.codec import decode, encode
from workbench.store.session import Session
from workbench.store.unread import Unread

_COLUMNS = (
    "prompt",
    "number",
    "version",
    "approver",
    "self_approved",
    "note",
    "evidence",
    "created_at",
    "document",
    "approvals",
    "changelog",
)
_SELECT = (
    "SELECT prompt, number, version, approver, self_approved, note, evidence, created_at, document, approvals, changelog "
    "FROM releases "
)
_EXPORT_COLUMNS = ("prompt", "version", "directory", "files", "happened_at", "actor", "audit_length", "audit_head")
_EXPORT_SELECT = "SELECT prompt, version, directory, files, happened_at, actor, audit_length, audit_head FROM exports "


@dataclass(frozen=True)
class Export:
    """One writing of a release's files."""

    prompt: str
    version: str
    """The release's version, such as 1.3.0."""
    directory: str
    files: Mapping[str, str]
    """Path within the directory to the tagged hash of the file."""
    at: datetime
    actor: str
    audit_length: int | None = None
    """Entries in the audit log once the export was in it; None where that was not kept."""
    audit_head: str | None = None


def add(s: Session, release: Release) -> None:
    """Store an approved version."""
    row = (
        release.prompt,
        release.number,
        release.version,
        release.approver,
        release.self_approved,
        release.note,
        encode(release.evidence),
        release.created_at,
        encode(release.document),
        encode(release.approvals),
        release.changelog,
    )
    s.insert("releases", _COLUMNS, [row])


def get(s: Session, prompt: str, number: int | None = None) -> Release:
    """The newest release of a prompt, or of its version `number`. Raises NotFoundError."""
    row = s.row(
        _SELECT + "WHERE prompt = $prompt AND ($number IS NULL OR number = $number) ORDER BY rowid DESC LIMIT 1",
        {"prompt": prompt, "number": number},
    )
    if row is not None:
        return _release(row)
    released = [f"{release.prompt}@{release.number}" for release in of_prompt(s, prompt)]
    if released:
        raise NotFoundError("release of", f"{prompt}@{number}", hint=f"There is: {', '.join(released)}.")
    raise NotFoundError("release of", prompt, [release.prompt for release in latest(s)])


def of_prompt(s: Session, prompt: str) -> list[Release]:
    """All releases of a prompt, oldest first."""
    return [_release(row) for row in s.rows(_SELECT + "WHERE prompt = ? ORDER BY rowid", [prompt])]


def latest(s: Session) -> list[Release]:
    """The newest release of every prompt, by name."""
    newest = "QUALIFY row_number() OVER (PARTITION BY prompt ORDER BY rowid DESC) = 1 ORDER BY prompt"
    return [_release(row) for row in s.rows(_SELECT + newest)]


def by_version(s: Session, prompt: str, version: str) -> Release | None:
    """The release of a prompt with this version of its own, such as 1.3.0; None when there is none."""
    row = s.row(_SELECT + "WHERE prompt = ? AND version = ? ORDER BY rowid DESC LIMIT 1", [prompt, version])
    return None if row is None else _release(row)


def every(s: Session) -> list[Release]:
    """All releases of all prompts, oldest first."""
    return [_release(row) for row in s.rows(_SELECT + "ORDER BY rowid")]


def add_export(s: Session, made: Export) -> None:
    """Record that a release's files were written."""
    row = (
        made.prompt,
        made.version,
        made.directory,
        encode(made.files),
        made.at,
        made.actor,
        made.audit_length,
        made.audit_head,
    )
    s.insert("exports", _EXPORT_COLUMNS, [row])


def exports(s: Session, prompt: str | None = None) -> list[Export]:
    """Every export of a prompt, or of all, oldest first."""
    rows = s.rows(
        _EXPORT_SELECT + "WHERE $prompt IS NULL OR prompt = $prompt ORDER BY rowid",
        {"prompt": prompt},
    )
    return [
        Export(name, version, directory, decode(dict[str, str], files), at, actor, length, head)
        for name, version, directory, files, at, actor, length, head in rows
    ]


def _release(row: tuple[Any, ...]) -> Release:
    prompt, number, version, approver, self_approved, note, evidence, created_at, document, approvals, changelog = row
    return Release(
        prompt=prompt,
        number=number,
        version=version,
        approver=approver,
        self_approved=self_approved,
        note=note,
        evidence=decode(Evidence, evidence),
        created_at=created_at,
        document=Unread(document),
        approvals=decode(tuple[SignOff, ...], approvals),
        changelog=changelog,
    )
