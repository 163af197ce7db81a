"""Runs as lists show them: a state with its icon and word, and names that tell runs apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from workbench.domain.run import RunInfo, RunStatus, StopReason, parts_of
from workbench.workspace.runs.runs import RunLine

STATES: Mapping[RunStatus, tuple[str, str]] = {
    "running": ("▶", "going on"),
    "interrupted": ("‖", "interrupted"),
    "cancelled": ("■", "stopped"),
    "done": ("✓", "done"),
}
"""Sign and word of each state; the sign is never alone."""
NAMES_SHOWN = 3


STOPPED: Mapping[StopReason, str] = {
    "budget": "stopped at the budget",
    "provider": "stopped, a provider failed",
    "cancel": "stopped",
}


def word(line: RunLine) -> str:
    """The state of a run in words, with what stopped it."""
    if line.status == "interrupted" and line.summary.stopped_by is not None:
        return STOPPED[line.summary.stopped_by]
    early = ", stopped early" if line.status == "done" and line.summary.settled_at is not None else ""
    return STATES[line.status][1] + early


def state(line: RunLine) -> str:
    """The state of a run in a sign and words; a finished run with failures says so."""
    if line.status == "done" and line.summary.failed:
        return f"! {word(line)}, {line.summary.failed:,} failed"
    return f"{STATES[line.status][0]} {word(line)}"


def when(at: datetime) -> str:
    """A stored time, which is UTC, on this machine's clock."""
    return at.replace(tzinfo=UTC).astimezone().strftime("%d %b %Y, %H:%M")


def arms(labels: Sequence[str]) -> str:
    """The arms of a run on one line: versions, the models that they were asked on, and what else tells them apart."""
    versions, models, variants = (list(dict.fromkeys(parts)) for parts in zip(*map(parts_of, labels), strict=True))
    named = [variant for variant in variants if variant]
    return f"{_some(versions)} on {_some(models)}" + (f" with {_some(named)}" if named else "")


def title(info: RunInfo) -> str:
    """A run in a list of runs: when, what, and its id."""
    return f"{when(info.created_at)} · {arms(info.arms)} · {info.dataset}@{info.dataset_version} · {info.id}"


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(names[:NAMES_SHOWN])
    return f"{shown} and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else shown
