"""Gates are kept as they were when runs began, and why they were changed afterwards."""

from __future__ import annotations

from workbench.store.session import Session

_TABLES = (
    """gate_versions (
        name VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL,
        fixed_at TIMESTAMP NOT NULL,
        fixed_by VARCHAR NOT NULL
    )""",
    """gate_reasons (
        name VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        reason VARCHAR NOT NULL,
        given_at TIMESTAMP NOT NULL,
        given_by VARCHAR NOT NULL
    )""",
)


def m010_gates(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    for table in _TABLES:
        s.execute(f"CREATE TABLE {table}")
