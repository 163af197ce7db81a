"""What every use case needs: the project, its store, who acts, and the time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from workbench.domain.actor import ALL_ROLES, Actor, Role
from workbench.domain.clock import SystemClock
from workbench.domain.protocols import Clock
from workbench.errors import InputError, NotAllowedError, StoreBusyError
from workbench.settings import Settings
from workbench.store import audit
from workbench.store.session import Session
from workbench.store.store import Store

T = TypeVar("T")

PATIENT_TRIES = 12
"""Each try waits for the store by itself: together about two minutes."""

STATE_DIRECTORY = ".workbench"
"""Everything the program keeps for itself in a project; git-ignored."""


ROLES_HINT = "Roles are given in workbench.toml, under [people]."


@dataclass(frozen=True)
class Context:
    """One opened project and one actor."""

    root: Path
    settings: Settings
    store: Store
    actor: Actor
    environ: Mapping[str, str]
    clock: Clock = field(default_factory=SystemClock)

    @property
    def state(self) -> Path:
        """The project's state directory."""
        return self.root / STATE_DIRECTORY

    @property
    def index_root(self) -> Path:
        """Where built indexes lie; may be deleted, they are rebuilt from the store."""
        return self.state / "index"

    def read(self, query: Callable[[Session], T]) -> T:
        """Run a query on the store."""
        return self.store.read(query)

    def write(self, change: Callable[[Session], T]) -> T:
        """Carry out a change in one transaction. Raises NotAllowedError for an actor without any role.

        Which role it takes, the use case asks before; this is the wall behind it.
        """
        self.require(tuple(ALL_ROLES), "change anything here")
        return self.store.write(change)

    def keep(self, change: Callable[[Session], T]) -> T:
        """As `write`, for what the program finds out and keeps while somebody only looks."""
        return self.store.write(change)

    def read_patiently(self, query: Callable[[Session], T]) -> T:
        """As `read`, for what a run cannot do without: asked again while another process holds the store."""
        for _ in range(PATIENT_TRIES - 1):
            with suppress(StoreBusyError):
                return self.read(query)
        return self.read(query)

    def write_patiently(self, change: Callable[[Session], T]) -> T:
        """As `write`, for what must not be lost: asked again while another process holds the store."""
        for _ in range(PATIENT_TRIES - 1):
            with suppress(StoreBusyError):
                return self.write(change)
        return self.write(change)

    def record(self, session: Session, action: str, subject: str, **detail: Any) -> None:
        """Append to the audit log, in the transaction of what it records; it says who was signed in."""
        if self.actor.signed_in:
            detail["signed_in"] = True
        audit.append(session, actor=self.actor.name, action=action, subject=subject, detail=detail, at=self.clock.now())

    def require(self, role: Role | Sequence[Role], doing: str) -> None:
        """Refuse when the actor has not the role, or none of several.

        `doing` completes the sentence, such as 'save a prompt'.
        """
        roles: Sequence[Role] = (role,) if isinstance(role, str) else role
        if self.actor.roles.isdisjoint(roles):
            wanted = " or ".join(repr(one) for one in sorted(roles))
            raise NotAllowedError(
                f"{self.actor.name} may not {doing}: that needs the role {wanted}.",
                hint=ROLES_HINT if self.actor.signed_in else None,
            )


def parse_reference(text: str) -> tuple[str, int | None]:
    """Split `NAME@N` into name and number; `NAME` alone means the newest version."""
    name, at, number = text.strip().rpartition("@")
    if not at:
        return text.strip(), None
    if not name or not (number.isascii() and number.isdigit()) or int(number) < 1:
        raise InputError(f"{text!r} is not a version.", hint="Write NAME@N, such as support@3, or NAME for the newest.")
    return name, int(number)
