"""A file of any age becomes one of today, whole or not at all."""

from __future__ import annotations

from datetime import datetime

import duckdb
import pytest

from workbench.errors import StoreError, StoreTooNewError
from workbench.store import reviews
from workbench.store.migrations.applying import apply
from workbench.store.migrations.history import MIGRATIONS
from workbench.store.session import Session

AT = datetime.fromisoformat("2026-01-02T03:04:05")
OLDEST = MIGRATIONS[0].__name__


@pytest.fixture
def empty():
    connection = duckdb.connect()
    yield Session(connection)
    connection.close()


def m900_more(s: Session) -> None:
    s.execute("ALTER TABLE reviews ADD COLUMN colour VARCHAR")


def m901_breaks(s: Session) -> None:
    s.execute("CREATE TABLE half_done (a INTEGER)")
    s.execute("INSERT INTO reviews (trial_id) VALUES ('no other column')")


def second_migration() -> str | None:
    names = [migration.__name__ for migration in MIGRATIONS]
    return names[1] if len(names) > 1 else None


def tables(s: Session) -> set[str]:
    return {name for (name,) in s.rows("SELECT table_name FROM duckdb_tables()")}


def test_rows_of_the_oldest_schema_survive_every_later_migration(empty):
    apply(empty, at=AT, stop_before=second_migration())
    assert empty.rows("SELECT id, applied_at FROM schema_migrations") == [(OLDEST, AT)]
    kept = planted(empty)
    assert set(kept) == tables(empty) - {"schema_migrations"}
    apply(empty, at=AT, migrations=(*MIGRATIONS, m900_more))
    for table, (columns, row) in kept.items():
        assert empty.rows(f"SELECT {columns} FROM {table}") == [row]
    assert empty.row("SELECT colour FROM reviews") == (None,)


def planted(s: Session) -> dict[str, tuple[str, tuple]]:
    """One row in every table, with a value of the right type in every column."""
    values = {"VARCHAR": "a", "INTEGER": 1, "BIGINT": 2, "DOUBLE": 0.5, "BOOLEAN": True, "TIMESTAMP": AT}
    found = {}
    for table in tables(s) - {"schema_migrations"}:
        columns = s.rows(
            "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
        )
        names, row = [name for name, _ in columns], tuple(values[kind] for _, kind in columns)
        s.insert(table, names, [row])
        found[table] = (", ".join(names), row)
    return found


def test_a_migration_that_fails_in_the_middle_leaves_nothing(empty):
    apply(empty, at=AT)
    before = tables(empty)
    with pytest.raises(duckdb.Error):
        apply(empty, at=AT, migrations=(*MIGRATIONS, m900_more, m901_breaks))
    recorded = [name for (name,) in empty.rows("SELECT id FROM schema_migrations")]
    assert recorded[-1] == "m900_more"
    assert tables(empty) == before
    assert empty.rows("SELECT * FROM reviews") == []


def test_applying_again_changes_nothing(empty):
    apply(empty, at=AT)
    apply(empty, at=datetime.fromisoformat("2027-01-01"))
    assert empty.rows("SELECT DISTINCT applied_at FROM schema_migrations") == [(AT,)]


def test_a_schema_of_a_newer_program_is_refused(empty):
    apply(empty, at=AT, migrations=(*MIGRATIONS, m900_more))
    with pytest.raises(StoreTooNewError, match="newer version of this program"):
        apply(empty, at=AT)


def test_a_database_of_something_else_is_refused_and_left_alone(empty):
    empty.execute("CREATE TABLE invoices (a INTEGER)")
    with pytest.raises(StoreError, match="holds invoices"):
        apply(empty, at=AT)
    assert tables(empty) == {"invoices"}


def test_ids_are_unique_and_in_order():
    names = [migration.__name__ for migration in MIGRATIONS]
    assert names == sorted(set(names))


def test_what_was_spent_before_it_was_told_apart_is_what_answers_cost(empty):
    apply(empty, at=AT, stop_before="m002_spend")
    planted(empty)
    apply(empty, at=AT)
    assert empty.row("SELECT spent_usd, cost_usd FROM trial_outputs") == (0.5, 0.5)
    assert empty.row("SELECT arm, model FROM scores") == ("a", None)


def test_a_verdict_from_before_queues_may_enter_rates_and_its_guidelines_are_not_known(empty):
    apply(empty, at=AT, stop_before="m007_review_queues")
    columns = ("trial_id", "run", "reviewer", "verdict", "note", "created_at")
    empty.insert("reviews", columns, [("t1", "r1", "ada", "pass", "", AT)])
    apply(empty, at=AT)
    (review,) = reviews.of_run(empty, "r1")
    assert (review.purpose, review.queue, review.rubric, review.tags, review.gold) == (
        "estimate",
        None,
        None,
        (),
        False,
    )
