"""Failure modes: steps of experts, and what each made of modes, notes and judges' questions."""

from __future__ import annotations

from workbench.store.session import Session

_FAILURE_TABLES = (
    """failure_steps (
        number INTEGER NOT NULL,
        action VARCHAR NOT NULL,
        summary VARCHAR NOT NULL,
        made_by VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        undoes INTEGER,
        scope VARCHAR
    )""",
    """failure_modes (
        step INTEGER NOT NULL,
        mode VARCHAR NOT NULL,
        name VARCHAR NOT NULL,
        description VARCHAR NOT NULL,
        state VARCHAR NOT NULL,
        merged_into VARCHAR
    )""",
    """failure_assignments (
        step INTEGER NOT NULL,
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        reviewer VARCHAR NOT NULL,
        modes VARCHAR NOT NULL,
        said VARCHAR NOT NULL
    )""",
    """failure_questions (
        step INTEGER NOT NULL,
        mode VARCHAR NOT NULL,
        judge VARCHAR NOT NULL,
        question VARCHAR NOT NULL,
        began_judge BOOLEAN NOT NULL
    )""",
    """failure_proposals (
        scope VARCHAR NOT NULL,
        grouped_by VARCHAR NOT NULL,
        note_groups VARCHAR NOT NULL,
        made_by VARCHAR NOT NULL,
        made_at TIMESTAMP NOT NULL,
        model VARCHAR,
        cost_usd DOUBLE
    )""",
)


def m008_failure_modes(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    for table in _FAILURE_TABLES:
        s.execute(f"CREATE TABLE {table}")
