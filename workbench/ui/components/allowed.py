"""What somebody may not do here is shown, and cannot be pressed; it says why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.domain.actor import Role
from workbench.errors import NotAllowedError
from workbench.ui.components.text import plain
from workbench.workspace import Workbench


def refusal(wb: Workbench, role: Role | Sequence[Role], doing: str) -> str | None:
    """Why the person at this browser may not do something, as Markdown; None where they may."""
    try:
        wb.context.require(role, doing)
    except NotAllowedError as error:
        return plain(f"{error.message} {error.hint or ''}".strip())
    return None


def for_role(wb: Workbench, role: Role | Sequence[Role], doing: str) -> dict[str, Any]:
    """Options of a button for those with a role, or one of several: for others it is off, and its help says why.

    `doing` completes "may not", such as 'save a prompt'. The use case refuses all the same.
    """
    reason = refusal(wb, role, doing)
    return {} if reason is None else {"disabled": True, "help": reason}
