"""Failure modes: every step of an expert adds rows with what is so from then on; a step that is undone does not count."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workbench.domain.failure_mode import (
    Assignment,
    EditAction,
    FailureMode,
    GroupProposal,
    ModeEdit,
    ModeQuestion,
    NoteGroup,
)
from workbench.domain.review import Span
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_STEPS = "SELECT number, action, summary, made_by, made_at, undoes FROM failure_steps "
_MODES = "SELECT mode, name, description, state, merged_into FROM failure_modes WHERE "
_NAMES = "SELECT name, mode FROM failure_modes WHERE "
_ASSIGNMENTS = (
    "SELECT trial_id, run, reviewer, modes, said FROM failure_assignments "
    "WHERE run IN (SELECT unnest(?::VARCHAR[])) AND "
)
_QUESTIONS = "SELECT mode, judge, question, began_judge FROM failure_questions WHERE "
_COUNTS = "step NOT IN (SELECT undoes FROM failure_steps WHERE undoes IS NOT NULL) "


def add_step(
    s: Session,
    action: EditAction,
    summary: str,
    *,
    by: str,
    at: datetime,
    modes: Sequence[FailureMode] = (),
    assignments: Sequence[Assignment] = (),
    question: ModeQuestion | None = None,
    undoes: int | None = None,
    scope: str | None = None,
) -> int:
    """Store a step with the modes and assignments as they are from now on, and return its number.

    `scope` is that of the proposal which the step dismisses.
    """
    row = s.row("SELECT coalesce(max(number), 0) FROM failure_steps")
    number = 1 if row is None else int(row[0]) + 1
    s.insert(
        "failure_steps",
        ("number", "action", "summary", "made_by", "made_at", "undoes", "scope"),
        [(number, action, summary, by, at, undoes, scope)],
    )
    s.insert(
        "failure_modes",
        ("step", "mode", "name", "description", "state", "merged_into"),
        [(number, mode.id, mode.name, mode.description, mode.state, mode.into) for mode in modes],
    )
    s.insert(
        "failure_assignments",
        ("step", "trial_id", "run", "reviewer", "modes", "said"),
        [(number, a.trial_id, a.run, a.reviewer, encode(a.modes), a.said) for a in assignments],
    )
    if question is not None:
        fields = (question.mode, question.judge, question.question, question.began_judge)
        s.insert("failure_questions", ("step", "mode", "judge", "question", "began_judge"), [(number, *fields)])
    return number


def steps(s: Session) -> list[ModeEdit]:
    """All steps, oldest first, those that were undone and those that undid them too."""
    return [ModeEdit(*row) for row in s.rows(_STEPS + "ORDER BY number")]


def modes(s: Session) -> list[FailureMode]:
    """All modes as they are now, merged and retired ones too, in the order in which they began."""
    rows = s.rows(
        _MODES + _COUNTS + "QUALIFY row_number() OVER (PARTITION BY mode ORDER BY step DESC, rowid DESC) = 1 "
        "ORDER BY min(step) OVER (PARTITION BY mode), mode"
    )
    return [FailureMode(*row) for row in rows]


def names_given(s: Session) -> list[tuple[str, str]]:
    """Every name that a mode has, or had before, with its id; the newest last."""
    return [(name, mode) for name, mode in s.rows(_NAMES + _COUNTS + "ORDER BY step, rowid")]


def names_said(s: Session) -> list[str]:
    """What reviewers named as failing, by tags and by labels of marked words, each spelling once, the oldest first."""
    rows = s.rows(
        "SELECT tags, spans FROM reviews WHERE tags <> '[]' OR spans <> '[]' "
        "GROUP BY tags, spans ORDER BY min(created_at), tags, spans"
    )
    said = [name for tags, spans in rows for name in (*decode(tuple[str, ...], tags), *_labels(spans))]
    return list(dict.fromkeys(name for name in said if name.strip()))


def history(s: Session, mode: str) -> list[ModeEdit]:
    """The steps that touched a mode, oldest first."""
    touched = "WHERE number IN (SELECT step FROM failure_modes WHERE mode = ?) ORDER BY number"
    return [ModeEdit(*row) for row in s.rows(_STEPS + touched, [mode])]


def assignments(s: Session, runs: Sequence[str]) -> list[Assignment]:
    """How the notes of these runs are sorted now."""
    rows = s.rows(
        _ASSIGNMENTS
        + _COUNTS
        + "QUALIFY row_number() OVER (PARTITION BY trial_id, reviewer ORDER BY step DESC, rowid DESC) = 1",
        [list(runs)],
    )
    return [
        Assignment(trial, run, reviewer, decode(tuple[str, ...], modes), said)
        for trial, run, reviewer, modes, said in rows
    ]


def questions(s: Session) -> list[ModeQuestion]:
    """What modes were turned into questions of judges, oldest first."""
    rows = s.rows(_QUESTIONS + _COUNTS + "ORDER BY step, rowid")
    return [ModeQuestion(*row) for row in rows]


def question_of(s: Session, step: int) -> ModeQuestion | None:
    """The question that a step gave to a judge; None for other steps."""
    row = s.row(_QUESTIONS + "step = ?", [step])
    return None if row is None else ModeQuestion(*row)


def add_proposal(s: Session, proposal: GroupProposal) -> None:
    """Keep a proposal; it takes the place of the one before for the same runs."""
    s.insert(
        "failure_proposals",
        ("scope", "grouped_by", "note_groups", "made_by", "made_at", "model", "cost_usd"),
        [
            (
                proposal.scope,
                proposal.by,
                encode(proposal.groups),
                proposal.made_by,
                proposal.made_at,
                proposal.model,
                proposal.cost_usd,
            )
        ],
    )


def proposal(s: Session, scope: str) -> GroupProposal | None:
    """The newest proposal for these runs, unless it was dismissed since."""
    row = s.row(
        "SELECT scope, grouped_by, note_groups, made_by, made_at, model, cost_usd FROM failure_proposals p "
        "WHERE scope = $scope AND NOT EXISTS (SELECT 1 FROM failure_steps d WHERE d.scope = p.scope "
        "AND d.made_at >= p.made_at AND d.number NOT IN (SELECT undoes FROM failure_steps WHERE undoes IS NOT NULL)) "
        "ORDER BY made_at DESC, rowid DESC LIMIT 1",
        {"scope": scope},
    )
    if row is None:
        return None
    scope, by, groups, made_by, made_at, model, cost = row
    return GroupProposal(scope, by, decode(tuple[NoteGroup, ...], groups), made_by, made_at, model, cost)


def _labels(spans: str) -> list[str]:
    return [span.label for span in decode(tuple[Span, ...], spans)]
