"""Releases and where they were exported to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.domain.release import Evidence, Release
from workbench.errors import NotFoundError
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_COLUMNS = ("prompt", "number", "version", "approver", "self_approved", "note", "evidence", "created_at", "document")
_SELECT = "SELECT prompt, number, version, approver, self_approved, note, evidence, created_at, document FROM releases "


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


def add_export(
    s: Session,
    prompt: str,
    version: str,
    directory: str,
    files: Mapping[str, str],
    *,
    at: datetime,
    actor: str,
) -> None:
    """Record that a release's files were written; `files` is path to tagged hash."""
    s.insert(
        "exports",
        ("prompt", "version", "directory", "files", "happened_at", "actor"),
        [(prompt, version, directory, encode(files), at, actor)],
    )


def exports(s: Session, prompt: str) -> list[Export]:
    """Every export of a prompt, oldest first."""
    rows = s.rows(
        "SELECT prompt, version, directory, files, happened_at, actor FROM exports WHERE prompt = ? ORDER BY rowid",
        [prompt],
    )
    return [
        Export(name, version, directory, decode(dict[str, str], files), at, actor)
        for name, version, directory, files, at, actor in rows
    ]


def _release(row: tuple[Any, ...]) -> Release:
    prompt, number, version, approver, self_approved, note, evidence, created_at, document = row
    return Release(
        prompt=prompt,
        number=number,
        version=version,
        approver=approver,
        self_approved=self_approved,
        note=note,
        evidence=decode(Evidence, evidence),
        created_at=created_at,
        document=decode(dict[str, Any], document),
    )
