"""Releases: approved versions and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Evidence:
    """What an approval rests on, by hash. None: there was no such thing."""

    prompt_hash: str
    run: str | None = None
    dataset: str | None = None
    dataset_hash: str | None = None
    index_fingerprint: str | None = None
    judges: Mapping[str, str] = field(default_factory=dict)
    """Judge name to version."""
    audit_head: str = ""
    """Hash of the audit entry that records the approval."""
    audit_length: int = 0
    """Entries in the audit log then, that one included."""


@dataclass(frozen=True)
class Release:
    """An approved prompt version."""

    prompt: str
    number: int
    """The prompt version."""
    version: str
    """The release's own version, such as 1.3.0: the artifact's file name."""
    approver: str
    self_approved: bool
    """True when author and approver are the same person, which `[people] approvers` forbids."""
    note: str
    evidence: Evidence
    created_at: datetime
    document: Mapping[str, Any] = field(default_factory=dict)
    """The full evidence, frozen at approval: per-example scores and answers, from which figures are recomputed."""


@dataclass(frozen=True)
class Artifact:
    """What is exported of a release: everything the files are made of, so that the same input gives the same bytes."""

    release: Release
    prompt_text: str
    """The prompt file as it is written without the release's own fields."""
    prompt_hash: str
    evaluation: Mapping[str, Any]
    """Short figures for a reader of the prompt file: per metric mean, n and interval."""


@dataclass(frozen=True)
class Difference:
    """One thing `verify` found."""

    path: str
    problem: str
