"""What judges are taught by experts' critiques, how they did with it, and which of it is in force."""

from __future__ import annotations

from workbench.store.session import Session

_TABLES = (
    """judge_lessons (
        judge VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        lessons VARCHAR NOT NULL,
        version VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        taught VARCHAR[] NOT NULL,
        source VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        created_by VARCHAR NOT NULL
    )""",
    """judge_lesson_checks (
        judge VARCHAR NOT NULL,
        lessons INTEGER NOT NULL,
        content VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL
    )""",
    """judge_lessons_in_force (
        judge VARCHAR NOT NULL,
        lessons INTEGER,
        created_at TIMESTAMP NOT NULL,
        created_by VARCHAR NOT NULL
    )""",
)


def m009_judge_alignment(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    for table in _TABLES:
        s.execute(f"CREATE TABLE {table}")
