"""Runs that another tool carried out, which need not say how long an answer took."""

from __future__ import annotations

from workbench.store.session import Session


def m005_imported_runs(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    s.execute("ALTER TABLE runs ADD COLUMN imported_from VARCHAR")
    s.execute("ALTER TABLE runs ADD COLUMN imported_digest VARCHAR")
    s.execute("ALTER TABLE trial_outputs ALTER COLUMN latency_ms DROP NOT NULL")
    s.execute("ALTER TABLE trial_failures ALTER COLUMN elapsed_ms DROP NOT NULL")
