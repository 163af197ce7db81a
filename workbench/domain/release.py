"""Releases: approved versions and what their approval rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from workbench.domain.environment import EnvironmentStep
from workbench.hashing import content_hash

Ahead = Literal["workbench", "repository", "both"]
"""Which side has what the other lacks."""


@dataclass(frozen=True)
class Evidence:
    """What an approval rests on, by hash. None: there was no such thing."""

    prompt_hash: str
    run: str | None = None
    run_hash: str | None = None
    """Of the answers that the run holds of the version."""
    dataset: str | None = None
    dataset_hash: str | None = None
    indexes: Mapping[str, str] = field(default_factory=dict)
    """Index name to fingerprint."""
    judges: Mapping[str, str] = field(default_factory=dict)
    """Judge name to version."""
    gate: str | None = None
    gate_hash: str | None = None
    gate_outcome: str | None = None
    audit_head: str = ""
    """Hash of the audit entry that records the approval."""
    audit_length: int = 0
    """Entries in the audit log then, that one included."""

    @property
    def basis(self) -> str:
        """Hash of everything it names but the place in the audit log: what two signatures have in common."""
        return content_hash(replace(self, audit_head="", audit_length=0))


@dataclass(frozen=True)
class SignOff:
    """One person's yes."""

    by: str
    at: datetime
    note: str = ""
    override: str = ""
    """Why, although the gate did not pass; empty where it did."""
    without_run: str = ""
    """Why, although no run asked the version; empty where one did."""


@dataclass(frozen=True)
class Release:
    """An approved prompt version."""

    prompt: str
    number: int
    """The prompt version."""
    version: str
    """The release's own version, such as 1.3.0: the artifact's file name."""
    approver: str
    """Whose signature was the last that was wanted."""
    self_approved: bool
    """True when author and approver are the same person, which `[people] approvers` forbids."""
    note: str
    evidence: Evidence
    created_at: datetime
    document: Mapping[str, Any] = field(default_factory=dict)
    """The full evidence, frozen at approval: per-example scores and answers, from which figures are recomputed."""
    approvals: tuple[SignOff, ...] = ()
    """Everybody's, in the order in which they signed."""
    changelog: str = ""

    @property
    def overrides(self) -> tuple[str, ...]:
        """Reasons that were given for approving although the gate did not pass."""
        return tuple(signed.override for signed in self.approvals if signed.override)


@dataclass(frozen=True)
class Artifact:
    """What is exported of a release: everything the files are made of, so that the same input gives the same bytes."""

    release: Release
    prompt_text: str
    """The prompt file as it is written without the release's own fields."""
    prompt_hash: str
    evaluation: Mapping[str, Any]
    """Short figures for a reader of the prompt file: per metric mean, n and interval."""
    steps: tuple[EnvironmentStep, ...] = ()
    """What was put into the environments of the prompt so far, whichever release."""
    dataset_text: str | None = None
    """The golden set's rows, where they are wanted beside the rest."""


@dataclass(frozen=True)
class Difference:
    """One thing `verify` found."""

    path: str
    problem: str
    ahead: Ahead | None = None
    """Whether the project or the files have what the other lacks; None where the files alone were looked at."""
