"""The environments file: which release stands where, with the steps that led there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from workbench.domain.environment import ENVIRONMENTS, EnvironmentStep, pointers


@dataclass(frozen=True)
class EnvironmentsFile:
    """What the file says."""

    standing: Mapping[str, str | None]
    history: Sequence[Mapping[str, Any]]


def document(steps: Sequence[EnvironmentStep]) -> dict[str, Any]:
    """The file's content: the same steps, the same file."""
    return {"environments": dict(pointers(steps)), "history": [_step(step) for step in steps]}


def read(data: bytes) -> EnvironmentsFile:
    """What a file says. Raises ValueError with the reason when it is none."""
    try:
        loaded = yaml.safe_load(data)
    except yaml.YAMLError as error:
        raise ValueError(f"it is not YAML any more: {error}") from error
    standing = loaded.get("environments") if isinstance(loaded, Mapping) else None
    history = loaded.get("history") if isinstance(loaded, Mapping) else None
    if not isinstance(standing, Mapping) or not all(at is None or isinstance(at, str) for at in standing.values()):
        raise ValueError("it names no environments")
    if not isinstance(history, list) or not all(isinstance(step, Mapping) for step in history):
        raise ValueError("it has no history")
    return EnvironmentsFile(standing, history)


def contradiction(file: EnvironmentsFile) -> str | None:
    """Where the pointers are not what the history led to, in words; None where they are."""
    led_to: dict[Any, Any] = dict.fromkeys(ENVIRONMENTS)
    for step in file.history:
        led_to[step.get("environment")] = step.get("version")
    for name in [*led_to, *file.standing]:
        said, is_ = led_to.get(name), file.standing.get(name)
        if said != is_:
            return f"says that {is_ or 'nothing'} stands in {name}, and its history that {said or 'nothing'} does"
    return None


def _step(step: EnvironmentStep) -> dict[str, Any]:
    return {
        "environment": step.environment,
        "version": step.version,
        "action": step.kind,
        "by": step.by,
        "at": step.at.isoformat(timespec="seconds") + "Z",
        **({"reason": step.reason} if step.reason else {}),
        **({"audit": {"length": step.audit_length, "head": step.audit_head}} if step.audit_length else {}),
    }
