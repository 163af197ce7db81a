"""The schema's history: an append-only list of functions. A function's name is its id in the file.

No table has an index, a primary key or a foreign key. DuckDB 1.5 and 2.0 have fatal bugs in their index code, rows
are only ever appended, and one writer thread in the one process that has the file open can look before it appends.
Where several rows speak of the same thing the newest counts. JSON stands in VARCHAR columns, written by `codec`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from workbench.errors import StoreError, StoreTooNewError
from workbench.store.session import Session

Migration = Callable[[Session], None]


def m001_first_tables(s: Session) -> None:
    """Everything the first version stores."""
    for table in _FIRST_TABLES:
        s.execute(f"CREATE TABLE {table}")


def m002_spend(s: Session) -> None:
    """What answers cost is told apart from what was spent on them; reserved spend has rows of its own."""
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


def m003_verdict_times(s: Session) -> None:
    """How long a judge's model took is kept, so that the time of a run with judges can be told before it."""
    s.execute("ALTER TABLE scores ADD COLUMN latency_ms DOUBLE")


def m004_measured_retrieval(s: Session) -> None:
    """Embeddings that are kept, what a scan found in an index's documents, and how well an index was measured to find."""
    for table in _RETRIEVAL_TABLES:
        s.execute(f"CREATE TABLE {table}")
    s.execute("ALTER TABLE spend_apart ADD COLUMN run VARCHAR")


def m005_imported_runs(s: Session) -> None:
    """Runs that another tool carried out, which need not say how long an answer took."""
    s.execute("ALTER TABLE runs ADD COLUMN imported_from VARCHAR")
    s.execute("ALTER TABLE runs ADD COLUMN imported_digest VARCHAR")
    s.execute("ALTER TABLE trial_outputs ALTER COLUMN latency_ms DROP NOT NULL")
    s.execute("ALTER TABLE trial_failures ALTER COLUMN elapsed_ms DROP NOT NULL")


def m006_judge_versions(s: Session) -> None:
    """Judges are numbered like prompts, each vote of several is kept, and so are verdicts on pairs of answers."""
    for table in _JUDGE_TABLES:
        s.execute(f"CREATE TABLE {table}")
    s.execute("ALTER TABLE scores ADD COLUMN votes VARCHAR")


MIGRATIONS: tuple[Migration, ...] = (
    m001_first_tables,
    m002_spend,
    m003_verdict_times,
    m004_measured_retrieval,
    m005_imported_runs,
    m006_judge_versions,
)
"""Only ever appended to: what a released program has applied cannot be changed."""


def apply(
    s: Session,
    *,
    at: datetime,
    stop_before: str | None = None,
    migrations: Sequence[Migration] = MIGRATIONS,
) -> None:
    """Bring the open file up to date; `at` is recorded as the time. The session is in no transaction.

    Each change and its record share a transaction. Tests stop before a migration to plant rows of the older schema.
    Raises StoreTooNewError when the file knows a migration that this program does not, StoreError when it holds
    other tables; both before anything is written.
    """
    known = [migration.__name__ for migration in migrations]
    recorded = _recorded(s)
    if not set(recorded) <= set(known):
        raise StoreTooNewError(
            f"{_path(s)} was written by a newer version of this program. It was not touched.",
            hint="Update the program to open it.",
        )
    for migration in migrations:
        if migration.__name__ == stop_before:
            return
        if migration.__name__ not in recorded:
            with s.transaction():
                s.execute("CREATE TABLE IF NOT EXISTS schema_migrations (id VARCHAR, applied_at TIMESTAMP)")
                migration(s)
                s.insert("schema_migrations", ("id", "applied_at"), [(migration.__name__, at)])


def _recorded(s: Session) -> list[str]:
    """Ids of the migrations that the file went through; none for a new file."""
    tables = [name for (name,) in s.rows("SELECT table_name FROM duckdb_tables() WHERE NOT internal")]
    if "schema_migrations" in tables:
        return [name for (name,) in s.rows("SELECT id FROM schema_migrations")]
    if tables:
        raise StoreError(
            f"{_path(s)} is a DuckDB database of something else: it holds {', '.join(sorted(tables)[:5])}. "
            "It was not touched.",
            hint="Move it away to start an empty store.",
        )
    return []


def _path(s: Session) -> str:
    row = s.row("SELECT path FROM duckdb_databases() WHERE database_name = current_database()")
    return "The store" if row is None else str(row[0])


_FIRST_TABLES = (
    """prompt_versions (
        name VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        use_case VARCHAR,
        changelog VARCHAR NOT NULL,
        parent INTEGER
    )""",
    """drafts (
        prompt VARCHAR NOT NULL,
        author VARCHAR NOT NULL,
        slot VARCHAR NOT NULL,
        fields VARCHAR NOT NULL,
        base INTEGER,
        updated_at TIMESTAMP NOT NULL
    )""",
    """examples (
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL
    )""",
    """dataset_versions (
        name VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        hash VARCHAR NOT NULL,
        size INTEGER NOT NULL,
        author VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        source VARCHAR NOT NULL,
        parent INTEGER
    )""",
    """dataset_examples (
        dataset VARCHAR NOT NULL,
        version INTEGER NOT NULL,
        position INTEGER NOT NULL,
        example_hash VARCHAR NOT NULL
    )""",
    """texts (
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL
    )""",
    """index_documents (
        fingerprint VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        name VARCHAR NOT NULL,
        text_hash VARCHAR NOT NULL,
        sections VARCHAR NOT NULL,
        metadata VARCHAR NOT NULL
    )""",
    """indexes (
        name VARCHAR NOT NULL,
        fingerprint VARCHAR NOT NULL,
        info VARCHAR NOT NULL
    )""",
    """runs (
        id VARCHAR NOT NULL,
        dataset VARCHAR NOT NULL,
        dataset_version INTEGER NOT NULL,
        arms VARCHAR NOT NULL,
        repeats INTEGER NOT NULL,
        planned INTEGER NOT NULL,
        metrics VARCHAR NOT NULL,
        judges VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        created_by VARCHAR NOT NULL,
        plan VARCHAR NOT NULL
    )""",
    """run_examples (
        run VARCHAR NOT NULL,
        position INTEGER NOT NULL,
        example_hash VARCHAR NOT NULL
    )""",
    """run_events (
        run VARCHAR NOT NULL,
        kind VARCHAR NOT NULL,
        happened_at TIMESTAMP NOT NULL,
        seconds DOUBLE,
        stopped_by VARCHAR
    )""",
    """chunks (
        hash VARCHAR NOT NULL,
        content VARCHAR NOT NULL
    )""",
    """trial_outputs (
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        arm VARCHAR NOT NULL,
        example_id VARCHAR NOT NULL,
        repeat INTEGER NOT NULL,
        cell_hash VARCHAR NOT NULL,
        request_key VARCHAR NOT NULL,
        text VARCHAR NOT NULL,
        model VARCHAR NOT NULL,
        finish_reason VARCHAR,
        prompt_tokens BIGINT,
        completion_tokens BIGINT,
        cached_tokens BIGINT,
        latency_ms DOUBLE NOT NULL,
        ttft_ms DOUBLE,
        tool_calls VARCHAR NOT NULL,
        notes VARCHAR NOT NULL,
        retrieved VARCHAR NOT NULL,
        retrieval_ms DOUBLE,
        cost_usd DOUBLE,
        attempts INTEGER NOT NULL,
        started_at TIMESTAMP NOT NULL,
        cache_hit BOOLEAN NOT NULL
    )""",
    """trial_failures (
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        arm VARCHAR NOT NULL,
        example_id VARCHAR NOT NULL,
        repeat INTEGER NOT NULL,
        cell_hash VARCHAR NOT NULL,
        error VARCHAR NOT NULL,
        message VARCHAR NOT NULL,
        retryable BOOLEAN NOT NULL,
        final BOOLEAN NOT NULL,
        attempt INTEGER NOT NULL,
        started_at TIMESTAMP NOT NULL,
        elapsed_ms DOUBLE NOT NULL
    )""",
    """scores (
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        metric VARCHAR NOT NULL,
        metric_version VARCHAR NOT NULL,
        value DOUBLE,
        reason VARCHAR NOT NULL,
        raw VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        cost_usd DOUBLE
    )""",
    """reviews (
        trial_id VARCHAR NOT NULL,
        run VARCHAR NOT NULL,
        reviewer VARCHAR NOT NULL,
        verdict VARCHAR,
        note VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        seconds DOUBLE
    )""",
    """releases (
        prompt VARCHAR NOT NULL,
        number INTEGER NOT NULL,
        version VARCHAR NOT NULL,
        approver VARCHAR NOT NULL,
        self_approved BOOLEAN NOT NULL,
        note VARCHAR NOT NULL,
        evidence VARCHAR NOT NULL,
        created_at TIMESTAMP NOT NULL,
        document VARCHAR NOT NULL
    )""",
    """exports (
        prompt VARCHAR NOT NULL,
        version VARCHAR NOT NULL,
        directory VARCHAR NOT NULL,
        files VARCHAR NOT NULL,
        happened_at TIMESTAMP NOT NULL,
        actor VARCHAR NOT NULL
    )""",
    """audit_entries (
        number INTEGER NOT NULL,
        happened_at TIMESTAMP NOT NULL,
        actor VARCHAR NOT NULL,
        action VARCHAR NOT NULL,
        subject VARCHAR NOT NULL,
        detail VARCHAR NOT NULL,
        previous VARCHAR NOT NULL,
        hash VARCHAR NOT NULL
    )""",
)

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

_RETRIEVAL_TABLES = (
    """embeddings (
        embedder VARCHAR NOT NULL,
        text_hash VARCHAR NOT NULL,
        vector BLOB NOT NULL
    )""",
    """relevances (
        key VARCHAR NOT NULL,
        relevance DOUBLE NOT NULL
    )""",
    """index_scans (
        fingerprint VARCHAR NOT NULL,
        rules VARCHAR NOT NULL,
        findings VARCHAR NOT NULL
    )""",
    """retrieval_evaluations (
        id VARCHAR NOT NULL,
        index_name VARCHAR NOT NULL,
        dataset VARCHAR NOT NULL,
        dataset_version INTEGER NOT NULL,
        created_at TIMESTAMP NOT NULL,
        created_by VARCHAR NOT NULL,
        summary VARCHAR NOT NULL,
        record VARCHAR NOT NULL
    )""",
)

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
