"""How long a judge's model took is kept, so that the time of a run with judges can be told before it."""

from __future__ import annotations

from workbench.store.session import Session


def m003_verdict_times(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    s.execute("ALTER TABLE scores ADD COLUMN latency_ms DOUBLE")
