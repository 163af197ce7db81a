"""Prompt versions: immutable, numbered, one per content and name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from workbench.domain.prompt import PromptContent
from workbench.domain.prompt_version import PromptVersion
from workbench.store.codec import decode, encode
from workbench.store.session import Session
from workbench.store.versions import missing, next_number

_COLUMNS = ("name", "number", "hash", "content", "author", "created_at", "use_case", "changelog", "parent")
_SELECT = "SELECT name, number, hash, content, author, created_at, use_case, changelog, parent FROM prompt_versions "


def add(
    s: Session,
    *,
    name: str,
    content: PromptContent,
    author: str,
    created_at: datetime,
    use_case: str | None = None,
    changelog: str = "",
    parent: int | None = None,
) -> tuple[PromptVersion, bool]:
    """Store a version; true when it is new. Content that `name` has already gives that version back and false.

    Raises NotFoundError for a `parent` that is no version of `name`.
    """
    known = versions(s, name)
    for version in known:
        if version.hash == content.hash:
            return version, False
    number = next_number("prompt", name, [version.number for version in known], parent)
    row = (name, number, content.hash, encode(content), author, created_at, use_case, changelog, parent)
    s.insert("prompt_versions", _COLUMNS, [row])
    return get(s, name, number), True


def get(s: Session, name: str, number: int | None = None) -> PromptVersion:
    """A version, the newest when no number is given. Raises NotFoundError, naming what there is."""
    row = s.row(
        _SELECT + "WHERE name = $name AND ($number IS NULL OR number = $number) ORDER BY number DESC LIMIT 1",
        {"name": name, "number": number},
    )
    if row is None:
        names = [known for (known,) in s.rows("SELECT DISTINCT name FROM prompt_versions ORDER BY name")]
        raise missing("prompt", name, number, names=names, numbers=[version.number for version in versions(s, name)])
    return _version(row)


def versions(s: Session, name: str) -> list[PromptVersion]:
    """All versions of a prompt, oldest first; empty when there is no such prompt."""
    return [_version(row) for row in s.rows(_SELECT + "WHERE name = ? ORDER BY number", [name])]


def latest(s: Session) -> list[PromptVersion]:
    """The newest version of every prompt, by name."""
    newest = "QUALIFY row_number() OVER (PARTITION BY name ORDER BY number DESC) = 1 ORDER BY name"
    return [_version(row) for row in s.rows(_SELECT + newest)]


def _version(row: tuple[Any, ...]) -> PromptVersion:
    name, number, content_hash, content, author, created_at, use_case, changelog, parent = row
    return PromptVersion(
        name=name,
        number=number,
        content=decode(PromptContent, content),
        hash=content_hash,
        author=author,
        created_at=created_at,
        use_case=use_case,
        changelog=changelog,
        parent=parent,
    )
