"""Judges are numbered like prompts, each vote of several is kept, and so are verdicts on pairs of answers."""

from __future__ import annotations

from workbench.store.session import Session

_JUDGE_TABLES = (
    """judge_versions (
        name VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL
    )""",
    """pair_verdicts (
        run VARCHAR NOT NULL,
        judge VARCHAR NOT NULL,
        judge_version VARCHAR NOT NULL,
        first_arm VARCHAR NOT NULL,
        second_arm VARCHAR NOT NULL,
        example_id VARCHAR NOT NULL,
        repeat INTEGER NOT NULL,
        model VARCHAR NOT NULL,
        said VARCHAR,
        said_swapped VARCHAR,
        reason VARCHAR NOT NULL,
        raw VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        cost_usd DOUBLE,
        latency_ms DOUBLE
    )""",
)


def m006_judge_versions(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    for table in _JUDGE_TABLES:
        s.execute(f"CREATE TABLE {table}")
    s.execute("ALTER TABLE scores ADD COLUMN votes VARCHAR")
