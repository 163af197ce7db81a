"""Requests for approval, signatures and rejections, step by step."""

from __future__ import annotations

from workbench.domain.approval import ApprovalStep
from workbench.store.session import Session

_COLUMNS = (
    "prompt",
    "number",
    "kind",
    "actor",
    "happened_at",
    "note",
    "run",
    "gate",
    "basis",
    "override",
    "without_run",
)
_SELECT = "SELECT prompt, number, kind, actor, happened_at, note, run, gate, basis, override, without_run FROM approval_steps "


def add(s: Session, step: ApprovalStep) -> None:
    """Store a step."""
    row = (
        step.prompt,
        step.number,
        step.kind,
        step.by,
        step.at,
        step.note,
        step.run,
        step.gate,
        step.basis,
        step.override,
        step.without_run,
    )
    s.insert("approval_steps", _COLUMNS, [row])


def steps(s: Session, prompt: str | None = None, number: int | None = None) -> list[ApprovalStep]:
    """Every step about a prompt, or one version of it, or all, oldest first."""
    rows = s.rows(
        _SELECT
        + "WHERE ($prompt IS NULL OR prompt = $prompt) AND ($number IS NULL OR number = $number) ORDER BY rowid",
        {"prompt": prompt, "number": number},
    )
    return [ApprovalStep(*row) for row in rows]
