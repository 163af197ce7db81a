"""Bringing a file up to date."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from workbench.errors import StoreError, StoreTooNewError
from workbench.store.migrations.history import MIGRATIONS, Migration
from workbench.store.session import Session


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
    recorded = _recorded_of_ours(s, migrations)
    for migration in migrations:
        if migration.__name__ == stop_before:
            return
        if migration.__name__ not in recorded:
            with s.transaction():
                s.execute("CREATE TABLE IF NOT EXISTS schema_migrations (id VARCHAR, applied_at TIMESTAMP)")
                migration(s)
                s.insert("schema_migrations", ("id", "applied_at"), [(migration.__name__, at)])


@dataclass(frozen=True)
class Due:
    """What a file lacks."""

    first: str
    """The first migration that it did not go through."""
    new: bool
    """Whether there is nothing in it yet."""


def due(s: Session, migrations: Sequence[Migration] = MIGRATIONS) -> Due | None:
    """What the open file lacks; None when it is up to date. Errors are those of `apply`."""
    recorded = _recorded_of_ours(s, migrations)
    lacking = [migration.__name__ for migration in migrations if migration.__name__ not in recorded]
    return Due(lacking[0], new=not recorded) if lacking else None


def _recorded_of_ours(s: Session, migrations: Sequence[Migration]) -> list[str]:
    recorded = _recorded(s)
    if not set(recorded) <= {migration.__name__ for migration in migrations}:
        raise StoreTooNewError(
            f"{_path(s)} was written by a newer version of this program. It was not touched.",
            hint="Update the program to open it.",
        )
    return recorded


def _recorded(s: Session) -> list[str]:
    """Ids of the migrations that the file went through; none for a new file."""
    # Listing the tables takes ten times as long as asking the one that all our files have.
    with contextlib.suppress(duckdb.CatalogException):
        return [name for (name,) in s.rows("SELECT id FROM schema_migrations")]
    tables = [name for (name,) in s.rows("SELECT table_name FROM duckdb_tables() WHERE NOT internal")]
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
