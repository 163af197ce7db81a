"""How saving is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.workspace.prompts.prompts import Saved


def saved_json(saved: Saved) -> dict[str, Any]:
    """The document of every `add --json`."""
    return {
        "name": saved.name,
        "version": saved.version,
        "hash": saved.hash,
        "created": saved.created,
        **({"notes": list(saved.notes)} if saved.notes else {}),
    }


def saved_text(saved: Saved) -> str:
    """The sentence of every `add`."""
    label = f"{saved.name}@{saved.version}"
    said = f"Saved {label}." if saved.created else f"That is {label} already; nothing new was stored."
    return " ".join([said, *saved.notes])
