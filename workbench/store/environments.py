"""Which release was put in which environment, step by step."""

from __future__ import annotations

from workbench.domain.environment import EnvironmentStep
from workbench.store.session import Session

_COLUMNS = (
    "prompt",
    "environment",
    "version",
    "kind",
    "actor",
    "happened_at",
    "reason",
    "audit_length",
    "audit_head",
)
_SELECT = (
    "SELECT prompt, environment, version, kind, actor, happened_at, reason, audit_length, audit_head "
    "FROM environment_steps "
)


def add(s: Session, step: EnvironmentStep) -> None:
    """Store a step."""
    row = (
        step.prompt,
        step.environment,
        step.version,
        step.kind,
        step.by,
        step.at,
        step.reason,
        step.audit_length,
        step.audit_head,
    )
    s.insert("environment_steps", _COLUMNS, [row])


def steps(s: Session, prompt: str | None = None) -> list[EnvironmentStep]:
    """Every step of a prompt, or of all, oldest first."""
    rows = s.rows(
        _SELECT + "WHERE $prompt IS NULL OR prompt = $prompt ORDER BY rowid",
        {"prompt": prompt},
    )
    return [EnvironmentStep(*row) for row in rows]
