"""Runs: their plans, what happened to them, and how far they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from workbench.domain.dataset import Example
from workbench.domain.run import RunInfo, RunPlan, RunSummary, SettledAt, StopReason
from workbench.errors import InputError, IntegrityError, NotFoundError
from workbench.stats.looks import planned_looks
from workbench.store.codec import decode, encode
from workbench.store.datasets import add_examples
from workbench.store.kept_copies import RESTORE_IT
from workbench.store.session import Session

EventKind = Literal[
    "started", "resumed", "cancelled", "stopped", "finished", "settled 1", "settled 2", "settled 3", "reopened"
]
"""`settled N`: stopped early at look N; `reopened`: resumed to ask the rest all the same."""
SETTLED: tuple[EventKind, ...] = ("settled 1", "settled 2", "settled 3")

_COLUMNS = (
    "id",
    "dataset",
    "dataset_version",
    "arms",
    "repeats",
    "planned",
    "metrics",
    "judges",
    "created_at",
    "created_by",
    "plan",
    "imported_from",
    "imported_digest",
)
_SELECT = (
    "SELECT id, dataset, dataset_version, arms, repeats, planned, created_at, created_by, metrics, judges, "
    "imported_from FROM runs "
)


@dataclass(frozen=True)
class RunEvent:
    """One step in a run's life. Append-only."""

    run: str
    kind: EventKind
    at: datetime
    seconds: float | None
    """How long the run was carried out before this step, since it was started or resumed."""
    stopped_by: StopReason | None


def add(
    s: Session, *, run: str, plan: RunPlan, created_at: datetime, created_by: str, digest: str | None = None
) -> None:
    """Store a plan under a new run id. Its examples are kept with it, even if they are a part of their dataset.

    `digest` is that of the files that an imported run comes from.
    Raises InputError when the id is taken.
    """
    if s.row("SELECT 1 FROM runs WHERE id = ? LIMIT 1", [run]) is not None:
        raise InputError(f"There is a run {run!r} already.")
    members = enumerate(add_examples(s, plan.examples))
    s.insert("run_examples", ("run", "position", "example_hash"), [(run, place, member) for place, member in members])
    row = (
        run,
        plan.dataset,
        plan.dataset_version,
        encode([arm.label for arm in plan.arms]),
        plan.repeats,
        plan.size,
        encode(plan.metrics),
        encode(plan.judges),
        created_at,
        created_by,
        encode(replace(plan, examples=())),
        None if plan.imported is None else plan.imported.tool,
        digest,
    )
    s.insert("runs", _COLUMNS, [row])


def plan(s: Session, run: str) -> RunPlan:
    """The whole plan as it was stored. Raises NotFoundError, and IntegrityError when examples are gone."""
    row = s.row("SELECT plan, planned FROM runs WHERE id = ?", [run])
    if row is None:
        raise _unknown(s, run)
    rows = s.rows(
        "SELECT e.content FROM run_examples r JOIN examples e ON e.hash = r.example_hash "
        "WHERE r.run = ? ORDER BY r.position",
        [run],
    )
    restored = replace(decode(RunPlan, row[0]), examples=tuple(decode(Example, text) for (text,) in rows))
    if restored.size != row[1]:
        raise IntegrityError(
            f"The store holds {len(rows)} examples of run {run!r}, which planned {row[1]} trials.", hint=RESTORE_IT
        )
    return restored


def plan_for(s: Session, run: str, example_ids: Sequence[str]) -> RunPlan:
    """As `plan`, with these of its examples alone: of a large run, all of them take seconds to read."""
    row = s.row("SELECT plan FROM runs WHERE id = ?", [run])
    if row is None:
        raise _unknown(s, run)
    rows = s.rows(
        "SELECT e.content FROM run_examples r JOIN examples e ON e.hash = r.example_hash "
        "WHERE r.run = ? AND json_extract_string(e.content, '$.id') IN (SELECT unnest(?::VARCHAR[])) ORDER BY r.position",
        [run, list(example_ids)],
    )
    return replace(decode(RunPlan, row[0]), examples=tuple(decode(Example, text) for (text,) in rows))


def stored(s: Session, run: str) -> tuple[int, ...]:
    """How many answers, failures and scores of a run were stored so far: changes whenever one is. Cheap."""
    counts = s.row(
        "SELECT (SELECT count(*) FROM trial_outputs WHERE run = $run), "
        "(SELECT count(*) FROM trial_failures WHERE run = $run), (SELECT count(*) FROM scores WHERE run = $run)",
        {"run": run},
    )
    return counts or ()


def imported_as(s: Session, digest: str) -> str | None:
    """The newest run that came from the files with this digest; None when they were not imported yet."""
    row = s.row("SELECT id FROM runs WHERE imported_digest = ? ORDER BY created_at DESC LIMIT 1", [digest])
    return None if row is None else str(row[0])


def resolve(s: Session, text: str) -> str:
    """The id of the run that `text` names: the id itself, or the beginning of exactly one.

    Raises InputError when several runs begin so, NotFoundError when none does.
    """
    rows = s.rows("SELECT id FROM runs WHERE starts_with(id, ?) ORDER BY id", [text])
    found: list[str] = [run for (run,) in rows]
    if text in found:
        return text
    if not text or not found:
        raise _unknown(s, text)
    if len(found) > 1:
        raise InputError(
            f"{len(found)} runs begin with {text!r}: {', '.join(found[:5])}{', ...' if len(found) > 5 else ''}.",
            hint="Give more of the id.",
        )
    return found[0]


def info(s: Session, run: str) -> RunInfo:
    """A run as lists show it. Raises NotFoundError."""
    row = s.row(_SELECT + "WHERE id = ?", [run])
    if row is None:
        raise _unknown(s, run)
    return _info(row)


def latest(s: Session, limit: int = 50) -> list[RunInfo]:
    """The newest runs, newest first."""
    return [_info(row) for row in s.rows(_SELECT + "ORDER BY created_at DESC, rowid DESC LIMIT ?", [limit])]


def add_event(
    s: Session,
    run: str,
    kind: EventKind,
    at: datetime,
    *,
    seconds: float | None = None,
    stopped_by: StopReason | None = None,
) -> None:
    """Record a step in a run's life; `seconds` is how long it was carried out up to this step."""
    s.insert(
        "run_events", ("run", "kind", "happened_at", "seconds", "stopped_by"), [(run, kind, at, seconds, stopped_by)]
    )


def events(s: Session, run: str) -> list[RunEvent]:
    """A run's steps, in the order in which they were recorded."""
    rows = s.rows(
        "SELECT run, kind, happened_at, seconds, stopped_by FROM run_events WHERE run = ? ORDER BY rowid", [run]
    )
    return [RunEvent(*row) for row in rows]


def summary(s: Session, run: str) -> RunSummary:
    """How far a run is, counted from its rows. Raises NotFoundError."""
    return summaries(s, [run])[run]


def summaries(s: Session, runs: Sequence[str]) -> dict[str, RunSummary]:
    """How far these runs are, by id. Raises NotFoundError for one that is not there.

    `done` counts trials with an output, `failed` those without whose attempts are over. The cost is the sum of what
    is known, None when nothing is.
    """
    counted = {}
    for row in s.rows(_SUMMARIES, {"runs": list(runs), "settling": [*SETTLED, "reopened"]}):
        counted[row[0]] = replace(RunSummary(*row[:-1]), settled_at=_settled_at(s, row[0], row[-1]))
    for run in runs:
        if run not in counted:
            raise _unknown(s, run)
    return counted


_SUMMARIES = """
WITH wanted AS (
    SELECT id AS run, planned FROM runs WHERE id IN (SELECT unnest($runs::VARCHAR[]))
), answered AS (
    SELECT run, trial_id, max(cache_hit) AS cached, fsum(spent_usd) AS cost
    FROM trial_outputs WHERE run IN (SELECT run FROM wanted) GROUP BY run, trial_id
), done AS (
    SELECT run, count(*) AS trials, count(*) FILTER (cached) AS cached, round(fsum(cost), 12) AS cost FROM answered GROUP BY run
), failed AS (
    SELECT run, count(DISTINCT trial_id) AS trials
    FROM trial_failures f ANTI JOIN answered USING (run, trial_id)
    WHERE final AND run IN (SELECT run FROM wanted) GROUP BY run
), life AS (
    SELECT run, sum(seconds) AS seconds, last(stopped_by ORDER BY e.rowid) AS stopped_by,
           last(kind ORDER BY e.rowid) FILTER (kind IN (SELECT unnest($settling::VARCHAR[]))) AS settled
    FROM run_events e WHERE run IN (SELECT run FROM wanted) GROUP BY run
)
SELECT run, planned, coalesce(done.trials, 0), coalesce(failed.trials, 0), coalesce(done.cached, 0), done.cost,
       coalesce(life.seconds, 0.0), life.stopped_by, life.settled
FROM wanted LEFT JOIN done USING (run) LEFT JOIN failed USING (run) LEFT JOIN life USING (run)
"""


def confirming(s: Session, run: str) -> str | None:
    """The newest run that asks a run's winner again; None when there is none."""
    row = s.row(
        "SELECT id FROM runs WHERE json_extract_string(plan, '$.confirms') = ? ORDER BY created_at DESC, rowid DESC LIMIT 1",
        [run],
    )
    return None if row is None else str(row[0])


def _settled_at(s: Session, run: str, kind: EventKind | None) -> SettledAt | None:
    if kind not in SETTLED:
        return None
    row = s.row("SELECT count(*) FROM run_examples WHERE run = ?", [run])
    look = planned_looks(0 if row is None else row[0])[SETTLED.index(kind)]
    return SettledAt(look.number, look.examples)


def _unknown(s: Session, run: str) -> NotFoundError:
    return NotFoundError("run", run, [known.id for known in latest(s)])


def _info(row: tuple[Any, ...]) -> RunInfo:
    run, dataset, dataset_version, arms, repeats, planned, created_at, created_by, metrics, judges, imported_from = row
    return RunInfo(
        id=run,
        dataset=dataset,
        dataset_version=dataset_version,
        arms=decode(tuple[str, ...], arms),
        repeats=repeats,
        planned=planned,
        created_at=created_at,
        created_by=created_by,
        metrics=decode(tuple[str, ...], metrics),
        judges=decode(tuple[str, ...], judges),
        imported_from=imported_from,
    )
