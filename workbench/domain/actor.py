"""Who does something."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Role = Literal["engineer", "reviewer", "approver"]
ALL_ROLES: frozenset[Role] = frozenset({"engineer", "reviewer", "approver"})


@dataclass(frozen=True)
class Actor:
    """A person or program acting in the workbench."""

    name: str
    """Shown in histories and the audit log; compared for four-eyes approval."""
    roles: frozenset[Role] = field(default=ALL_ROLES)
    """What the actor may do. On one's own laptop: everything."""
    signed_in: bool = False
    """True when an identity provider vouches for the name, false when it was only declared."""
