"""Drafts: what editors hold, kept as it changes. Not facts: the newest replaces what was there."""

from __future__ import annotations

from typing import Any

from workbench.domain.prompt_version import Draft
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_COLUMNS = ("prompt", "author", "slot", "fields", "base", "updated_at")
_SELECT = "SELECT prompt, author, slot, fields, base, updated_at FROM drafts "


def put(s: Session, draft: Draft) -> None:
    """Keep a draft in place of the one that its author had in that slot."""
    discard(s, draft.prompt, draft.author, draft.slot)
    row = (draft.prompt, draft.author, draft.slot, encode(draft.fields), draft.base, draft.updated_at)
    s.insert("drafts", _COLUMNS, [row])


def get(s: Session, prompt: str, author: str, slot: str) -> Draft | None:
    """The author's draft in a slot; None when there is none."""
    row = s.row(_SELECT + "WHERE prompt = ? AND author = ? AND slot = ?", [prompt, author, slot])
    return None if row is None else _draft(row)


def of_author(s: Session, author: str) -> list[Draft]:
    """All drafts of an author, the last touched first."""
    return [
        _draft(row) for row in s.rows(_SELECT + "WHERE author = ? ORDER BY updated_at DESC, prompt, slot", [author])
    ]


def discard(s: Session, prompt: str, author: str, slot: str) -> None:
    """Forget a draft; nothing happens when there is none."""
    s.execute("DELETE FROM drafts WHERE prompt = ? AND author = ? AND slot = ?", [prompt, author, slot])


def _draft(row: tuple[Any, ...]) -> Draft:
    prompt, author, slot, fields, base, updated_at = row
    return Draft(prompt, author, slot, decode(dict[str, Any], fields), base, updated_at)
