"""Evaluations of retrieval: what was planned, and the result of each way of searching as soon as it is complete.

The first row of an evaluation says what was planned (in `summary`, its `record` empty); every further one holds what one
way found (the way in `summary`, the rankings in `record`). Rows are only ever added, so a killed process loses the way
it was about, and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from workbench.domain.evaluation import EvaluationInfo, Way, WayResult
from workbench.errors import NotFoundError
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_COLUMNS = ("id", "index_name", "dataset", "dataset_version", "created_at", "created_by", "summary", "record")
_PLANNED = ""
"""The record of the row that says what was planned."""


def add(s: Session, info: EvaluationInfo) -> None:
    """Store what is to be measured; nothing happens when it is stored already."""
    if s.row("SELECT 1 FROM retrieval_evaluations WHERE id = ? LIMIT 1", [info.id]) is None:
        _insert(s, info, encode(info), _PLANNED)


def add_result(s: Session, info: EvaluationInfo, result: WayResult) -> None:
    """Store what one way found. Of two results of a way the first counts."""
    _insert(s, info, encode(result.way), encode(result))


def get(s: Session, evaluation: str) -> EvaluationInfo:
    """What was to be measured. Raises NotFoundError."""
    row = s.row("SELECT summary FROM retrieval_evaluations WHERE id = ? AND record = ? LIMIT 1", [evaluation, _PLANNED])
    if row is None:
        raise NotFoundError("evaluation", evaluation, [info.id for info, _ in listed(s)])
    return decode(EvaluationInfo, row[0])


def results(s: Session, evaluation: str) -> tuple[WayResult, ...]:
    """What is known so far, one result for each way that was finished, in the order in which they were."""
    rows = s.rows(
        "SELECT record FROM retrieval_evaluations WHERE id = ? AND record <> ? ORDER BY rowid", [evaluation, _PLANNED]
    )
    found: dict[Way, WayResult] = {}
    for (record,) in rows:
        result = decode(WayResult, record)
        found.setdefault(result.way, result)
    return tuple(found.values())


def finished(s: Session, evaluation: str) -> frozenset[Way]:
    """The ways that have a result; as `results`, without reading what they found."""
    rows = s.rows(
        "SELECT DISTINCT summary FROM retrieval_evaluations WHERE id = ? AND record <> ?", [evaluation, _PLANNED]
    )
    return frozenset(decode(Way, way) for (way,) in rows)


def listed(s: Session, index: str | None = None) -> Sequence[tuple[EvaluationInfo, frozenset[Way]]]:
    """All evaluations, or those of the index of a name, newest first, each with its finished ways."""
    rows = s.rows(
        "SELECT max(summary) FILTER (record = $planned), list(DISTINCT summary) FILTER (record <> $planned) "
        "FROM retrieval_evaluations WHERE $index IS NULL OR index_name = $index "
        "GROUP BY id ORDER BY min(created_at) DESC, min(rowid) DESC",
        {"planned": _PLANNED, "index": index},
    )
    return [
        (decode(EvaluationInfo, summary), frozenset(decode(Way, way) for way in ways or ()))
        for summary, ways in rows
        if summary is not None
    ]


def _insert(s: Session, info: EvaluationInfo, summary: str, record: str) -> None:
    who = (info.created_at, info.created_by)
    s.insert(
        "retrieval_evaluations",
        _COLUMNS,
        [(info.id, info.index, info.dataset, info.dataset_version, *who, summary, record)],
    )
