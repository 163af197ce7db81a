"""What answers cost is told apart from what was spent on them; reserved spend has rows of its own."""

from __future__ import annotations

from workbench.store.session import Session

_SPEND_TABLES = (
    """spend_reservations (
        id VARCHAR NOT NULL,
        run VARCHAR,
        model VARCHAR NOT NULL,
        usd DOUBLE NOT NULL,
        reserved_at TIMESTAMP NOT NULL
    )""",
    """spend_releases (
        id VARCHAR NOT NULL,
        run VARCHAR,
        usd DOUBLE NOT NULL,
        reserved_at TIMESTAMP NOT NULL,
        released_at TIMESTAMP NOT NULL
    )""",
    """spend_apart (
        happened_at TIMESTAMP NOT NULL,
        what VARCHAR NOT NULL,
        prompt VARCHAR,
        use_case VARCHAR,
        model VARCHAR NOT NULL,
        usd DOUBLE
    )""",
)


def m002_spend(s: Session) -> None:
    """Bring the file from the schema before to this one."""
    s.execute("ALTER TABLE trial_outputs ADD COLUMN spent_usd DOUBLE")
    s.execute("UPDATE trial_outputs SET spent_usd = cost_usd")
    s.execute("ALTER TABLE trial_outputs ADD COLUMN input_per_million DOUBLE")
    s.execute("ALTER TABLE trial_outputs ADD COLUMN cached_input_per_million DOUBLE")
    s.execute("ALTER TABLE trial_outputs ADD COLUMN output_per_million DOUBLE")
    s.execute("ALTER TABLE trial_outputs ADD COLUMN cold_start BOOLEAN DEFAULT false")
    s.execute("ALTER TABLE scores ADD COLUMN arm VARCHAR")
    s.execute("ALTER TABLE scores ADD COLUMN model VARCHAR")
    s.execute(
        "UPDATE scores SET arm = o.arm FROM (SELECT trial_id, any_value(arm) AS arm FROM trial_outputs GROUP BY trial_id) o "
        "WHERE o.trial_id = scores.trial_id"
    )
    for table in _SPEND_TABLES:
        s.execute(f"CREATE TABLE {table}")
