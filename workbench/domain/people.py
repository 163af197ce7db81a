"""Who may do what: the people whom a project names, and the roles of somebody who signed in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workbench.domain.actor import ALL_ROLES, Actor, Role

ANYBODY_AT = "*@"
"""Begins an entry that stands for every address of a domain, such as `*@example.org`."""


@dataclass(frozen=True)
class People:
    """`[people]`, by name. Empty lists name nobody: then everybody may."""

    approvers: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    engineers: tuple[str, ...] = ()
    sign_offs: int = 1
    """How many people have to approve a version; above 1 its author is none of them."""
    names: Mapping[str, str] = field(default_factory=dict)
    """By e-mail address in small letters: the name of who is written as `ann <ann@example.org>`."""

    @property
    def nobody_named(self) -> bool:
        """Whether no list names anybody, so that everybody may do everything."""
        return not (self.approvers or self.reviewers or self.engineers)

    def of_role(self, role: Role) -> tuple[str, ...]:
        """Who is named for a role."""
        return {"approver": self.approvers, "reviewer": self.reviewers, "engineer": self.engineers}[role]

    def include(self, role: Role, name: str) -> bool:
        """Whether somebody is named for a role, by name or by the domain of the address."""
        return any(_stands_for(entry, name) for entry in self.of_role(role))

    def signed_in(self, claims: Mapping[str, object]) -> Actor:
        """Who signed in, by what the identity provider vouches for.

        The e-mail address alone decides: a display name is whatever somebody typed. Where anybody is named, who stands
        in no list may look and change nothing, and a role without a list is open to whoever stands in another.
        """
        address = _address(claims)
        if address is None:
            return Actor(_without_address(claims), ALL_ROLES if self.nobody_named else frozenset(), signed_in=True)
        name = self.names.get(address, address)
        return Actor(name, self._roles(name), signed_in=True)

    def _roles(self, name: str) -> frozenset[Role]:
        named = frozenset(role for role in ALL_ROLES if self.include(role, name))
        if not named and not self.nobody_named:
            return frozenset()
        return named | {role for role in ALL_ROLES if not self.of_role(role)}


def _stands_for(entry: str, name: str) -> bool:
    if entry.startswith(ANYBODY_AT):
        return name.count("@") == 1 and name.lower().endswith(entry[1:].lower())
    return entry == name


def _address(claims: Mapping[str, object]) -> str | None:
    """The e-mail address in small letters; None where there is none, or the provider says that nobody checked it."""
    address = claims.get("email")
    if not isinstance(address, str) or claims.get("email_verified") in {False, "false"}:
        return None
    address = address.strip().lower()
    return address if address.isprintable() and address.count("@") == 1 and " " not in address else None


def _without_address(claims: Mapping[str, object]) -> str:
    subject = str(claims.get("sub", "")).strip()
    return f"account {subject}" if subject.isprintable() and subject else "somebody without an address"
