"""What a column of the page shows: a version or a draft."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.prompt import PromptContent
from workbench.workspace.prompts.drafting import DraftFields

DRAFT = "draft-"
"""Begins the choice of a draft; the slot follows."""


@dataclass(frozen=True)
class Shown:
    """A column as it was drawn."""

    key: str
    """Tells it from every other version and draft."""
    label: str
    fields: DraftFields
    content: PromptContent | None
    """None while a draft cannot be asked: something in it is wrong."""
    model: str | None = None
    """The model to try it on; None: its own."""
    reference: str | None = None
    """`NAME@N` of a version; None for a draft."""


def slot_of(choice: str) -> str | None:
    """The slot of a chosen draft; None for a version."""
    return choice.removeprefix(DRAFT) if choice.startswith(DRAFT) else None
