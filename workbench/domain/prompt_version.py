"""Prompts as the store keeps them: immutable versions, and drafts of the next.

Apart from their content, so that who only reads an exported prompt does not wait for this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workbench.domain.prompt import PromptContent


@dataclass(frozen=True)
class PromptVersion:
    """An immutable, numbered version of a named prompt."""

    name: str
    number: int
    content: PromptContent
    hash: str
    author: str
    created_at: datetime
    use_case: str | None = None
    changelog: str = ""
    parent: int | None = None
    """The version this one was edited from."""

    @property
    def label(self) -> str:
        """`NAME@N`, as the command line writes it."""
        return f"{self.name}@{self.number}"


@dataclass(frozen=True)
class Draft:
    """An unsaved edit, kept for its author until saved or discarded.

    It holds what the editor holds, which need not be valid yet: `fields` are the editor's texts by name.
    """

    prompt: str
    author: str
    slot: str
    """Which editor it is in, so that one author can keep two drafts of a prompt side by side."""
    fields: Mapping[str, Any]
    base: int | None
    """The version it started from; None for a new prompt."""
    updated_at: datetime
