"""What judges were taught: lessons numbered by judge, checks of them, and which are in force. Only ever appended to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workbench.domain.lessons import Lessons, LessonsCheck, LessonsVersion
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_COLUMNS = ("judge", "number", "lessons", "version", "run", "taught", "source", "created_at", "created_by")
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM judge_lessons "  # noqa: S608 (names of columns)


def add(s: Session, kept: LessonsVersion) -> None:
    """Keep lessons under their number."""
    row = (kept.judge, kept.number, encode(kept.lessons), kept.version, kept.run, list(kept.taught), kept.source)
    s.insert("judge_lessons", _COLUMNS, [(*row, kept.created_at, kept.created_by)])


def of_judge(s: Session, judge: str) -> list[LessonsVersion]:
    """All lessons of a judge, the newest first."""
    return [_kept(row) for row in s.rows(_SELECT + "WHERE judge = ? ORDER BY number DESC", [judge])]


def add_check(s: Session, check: LessonsCheck) -> None:
    """Keep how lessons did."""
    columns = ("judge", "lessons", "content", "created_at")
    s.insert("judge_lesson_checks", columns, [(check.judge, check.lessons, encode(check), check.created_at)])


def checks(s: Session, judge: str) -> list[LessonsCheck]:
    """How all lessons of a judge did, the newest check first."""
    rows = s.rows(
        "SELECT content FROM judge_lesson_checks WHERE judge = ? ORDER BY created_at DESC, rowid DESC", [judge]
    )
    return [decode(LessonsCheck, content) for (content,) in rows]


def put_in_force(s: Session, judge: str, number: int | None, *, at: datetime, by: str) -> None:
    """From now on these lessons count; with None, the judge without any."""
    s.insert("judge_lessons_in_force", ("judge", "lessons", "created_at", "created_by"), [(judge, number, at, by)])


def in_force(s: Session) -> dict[str, Lessons]:
    """By judge the lessons that count; judges without any are left out."""
    newest = (
        "SELECT judge, lessons AS number FROM judge_lessons_in_force "
        "QUALIFY row_number() OVER (PARTITION BY judge ORDER BY created_at DESC, rowid DESC) = 1"
    )
    rows = s.rows(f"SELECT judge, lessons FROM judge_lessons JOIN ({newest}) USING (judge, number) ORDER BY judge")  # noqa: S608 (written above)
    return {judge: decode(Lessons, text) for judge, text in rows}


def taught(s: Session, judge: str) -> Mapping[str, frozenset[str]]:
    """By the judge's version the answers whose labels taught it."""
    rows = s.rows("SELECT version, taught FROM judge_lessons WHERE judge = ?", [judge])
    found: dict[str, frozenset[str]] = {}
    for version, trials in rows:
        found[version] = found.get(version, frozenset()) | frozenset(trials)
    return found


def _kept(row: tuple[Any, ...]) -> LessonsVersion:
    judge, number, lessons, version, run, taught_by, source, created_at, created_by = row
    given = decode(Lessons, lessons)
    return LessonsVersion(judge, number, given, version, run, tuple(taught_by), source, created_at, created_by)
