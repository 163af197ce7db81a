"""Approval: a version is asked for, signed by as many people as the team wants, sent back, or not asked for any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

StepKind = Literal["requested", "signed", "rejected", "withdrawn", "approved"]
_CLOSING: frozenset[StepKind] = frozenset({"rejected", "withdrawn", "approved"})
"""What ends a request; steps after it belong to the next one."""


@dataclass(frozen=True)
class ApprovalStep:
    """One thing that somebody did about the approval of a version. Append-only."""

    prompt: str
    number: int
    kind: StepKind
    by: str
    at: datetime
    note: str = ""
    """Why: the changelog of a request, the note of a signature, the reason of a rejection or a withdrawal."""
    run: str | None = None
    """The run that the request or signature names."""
    gate: str | None = None
    """The gate that the request names; None: the project's own."""
    basis: str = ""
    """Hash of all that a signature rests on: signatures on different things do not add up."""
    override: str = ""
    """Why it was signed although the gate did not pass; empty where it did."""
    without_run: str = ""
    """Why it was signed although no run asked the version; empty where one did."""


def of_last(steps: Sequence[ApprovalStep]) -> Sequence[ApprovalStep]:
    """Of a version's steps, those since it was asked for last, its end included."""
    start = 0
    for place, step in enumerate(steps[:-1]):
        if step.kind in _CLOSING:
            start = place + 1
    return steps[start:]


def pending(steps: Sequence[ApprovalStep]) -> Sequence[ApprovalStep]:
    """Of a version's steps, those of a request that still waits; empty when none does."""
    last = of_last(steps)
    return [] if not last or last[-1].kind in _CLOSING else last


def signatures(steps: Sequence[ApprovalStep], basis: str) -> Sequence[ApprovalStep]:
    """The signatures on this basis among the steps of a request, one per person, the newest of each."""
    by_name = {step.by: step for step in steps if step.kind == "signed" and step.basis == basis}
    return list(by_name.values())
