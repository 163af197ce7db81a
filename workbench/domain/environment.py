"""Environments: which release stands where, and how it came there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Environment = Literal["dev", "staging", "production"]
ENVIRONMENTS: tuple[Environment, ...] = get_args(Environment)
"""In the order in which a release goes through them."""

StepKind = Literal["approved", "promoted", "rolled back"]
"""An approval puts a release in the first environment; every other step is somebody's own."""


@dataclass(frozen=True)
class EnvironmentStep:
    """A release was put in an environment. Append-only."""

    prompt: str
    environment: Environment
    version: str
    """The release's version, such as 1.3.0."""
    kind: StepKind
    by: str
    at: datetime
    reason: str = ""
    audit_length: int = 0
    """Entries in the audit log once the step was in it; 0 where that was not kept."""
    audit_head: str = ""


def pointers(steps: Sequence[EnvironmentStep]) -> Mapping[Environment, str | None]:
    """The release that stands in each environment, by its version; None where nothing does."""
    standing: dict[Environment, str | None] = dict.fromkeys(ENVIRONMENTS)
    for step in steps:
        standing[step.environment] = step.version
    return standing


def before(steps: Sequence[EnvironmentStep], environment: Environment) -> str | None:
    """What stood in an environment before the release that stands there now: where a rollback leads.

    A rollback takes back a step, so that a second one leads further back and not forth again. None: nothing stood there.
    """
    stood: list[str] = []
    for step in steps:
        if step.environment != environment:
            continue
        if step.kind == "rolled back":
            while stood and stood[-1] != step.version:
                stood.pop()
        if not stood or stood[-1] != step.version:
            stood.append(step.version)
    return stood[-2] if len(stood) > 1 else None


def reached(steps: Sequence[EnvironmentStep], version: str) -> Environment | None:
    """The furthest environment that a release ever stood in; None when it stood nowhere."""
    been = [step.environment for step in steps if step.version == version]
    return max(been, key=ENVIRONMENTS.index, default=None)


def following(environment: Environment | None) -> Environment | None:
    """The environment after this one; the first one after None, None after the last."""
    if environment is None:
        return ENVIRONMENTS[0]
    return next(iter(ENVIRONMENTS[ENVIRONMENTS.index(environment) + 1 :]), None)
