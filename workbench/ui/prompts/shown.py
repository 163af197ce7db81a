"""What a column of the page shows: a version or a draft."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.prompt import PromptContent
from workbench.ui.components import address
from workbench.workspace.prompts.drafting import DraftFields

DRAFT = "draft-"
"""Begins the choice of a draft; the slot follows."""
DIFFERENCES = "differences"
"""In the address: whether differences are shown."""


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


def differences_wanted() -> bool:
    """Whether the columns, and the answers in them, are to show what differs."""
    return address.read(DIFFERENCES) == "true"
