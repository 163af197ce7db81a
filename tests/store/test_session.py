"""Every result is read to its end, and only what a database can hold is stored."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

NOON = datetime.fromisoformat("2026-01-02T12:00:00.000001")


def test_parameters_fill_by_position_by_name_and_as_lists(session):
    assert session.rows("SELECT ?, ?", [1, "a"]) == [(1, "a")]
    assert session.rows("SELECT $b, $a", {"a": 1, "b": None}) == [(None, 1)]
    assert session.rows("SELECT unnest(?::VARCHAR[])", [["x", "y"]]) == [("x",), ("y",)]


def test_a_row_is_the_first_or_none(session):
    assert session.row("SELECT n FROM range(3) t(n) ORDER BY n DESC") == (2,)
    assert session.row("SELECT 1 WHERE false") is None


def test_no_result_stays_open(session):
    session.row("SELECT n FROM range(100000) t(n)")
    session.frame("SELECT n FROM range(100000) t(n)")
    session.execute("SELECT n FROM range(100000) t(n)")
    # An open result would make this fail: the connection would be busy.
    session._cursor.register("view_of_frame", session.frame("SELECT 1 AS one"))


def test_text_has_one_type_whatever_is_missing(session):
    for query in ("SELECT 'a' AS t", "SELECT NULL::VARCHAR AS t", "SELECT 'a' AS t WHERE false"):
        assert session.frame(query)["t"].dtype == "str"


@settings(max_examples=50)
@given(st.text(alphabet=st.characters()))
def test_any_text_can_be_stored_and_looked_up(text):
    # The session is this example's own, for the property says nothing of what was stored before.
    from workbench.store.session import Session

    with duckdb.connect() as connection:
        s = Session(connection)
        s.execute("CREATE TABLE words (word VARCHAR)")
        s.insert("words", ["word"], [(text,)])
        ((stored,),) = s.rows("SELECT word FROM words WHERE word = ?", [text])
        assert len(stored) == len(text)
        assert all(got == asked or "\ud800" <= asked <= "\udfff" for got, asked in zip(stored, text, strict=True))
        assert s.rows("SELECT word FROM words WHERE word IN (SELECT unnest(?))", [[text]]) == [(stored,)]


def test_a_batch_is_stored_in_its_order_with_all_types(session):
    session.execute("CREATE TABLE t (b BOOLEAN, n BIGINT, x DOUBLE, w VARCHAR, at_time TIMESTAMP)")
    rows = [(True, 2**40, 0.1, "ä", NOON), (None,) * 5, (False, -1, -0.5, "", datetime.min)]  # noqa: DTZ901
    session.insert("t", ("b", "n", "x", "w", "at_time"), rows)
    assert session.rows("SELECT * FROM t ORDER BY rowid") == rows
    session.insert("t", ("b", "n", "x", "w", "at_time"), [])
    assert session.row("SELECT count(*) FROM t") == (3,)


def test_columns_may_come_in_another_order_or_be_left_out(session):
    session.execute("CREATE TABLE t (a INTEGER, b INTEGER, c INTEGER)")
    session.insert("t", ("c", "a"), [(3, 1)])
    assert session.row("SELECT a, b, c FROM t") == (1, None, 3)


@pytest.mark.parametrize(
    ("value", "problem"),
    [(math.nan, "no value"), (math.inf, "no value"), (datetime.now(UTC), "time zone")],
    ids=["nan", "infinity", "zoned"],
)
def test_what_the_store_has_no_meaning_for_is_refused_before_anything_is_stored(session, value, problem):
    session.execute("CREATE TABLE t (a INTEGER, b VARCHAR)")
    with pytest.raises(ValueError, match=problem):
        session.insert("t", ("a", "b"), [(1, "x"), (2, value)])
    with pytest.raises(ValueError, match=problem):
        session.rows("SELECT ?", [value])
    assert session.rows("SELECT * FROM t") == []


def test_a_batch_with_a_value_of_the_wrong_type_stores_nothing(session):
    session.execute("CREATE TABLE t (a INTEGER)")
    with pytest.raises(duckdb.Error):
        session.insert("t", ("a",), [(1,), ("one",)])
    assert session.rows("SELECT * FROM t") == []


def test_a_transaction_is_all_or_nothing(session):
    session.execute("CREATE TABLE t (a INTEGER)")

    def half():
        with session.transaction():
            session.insert("t", ("a",), [(1,)])
            raise KeyError

    with pytest.raises(KeyError):
        half()
    with session.transaction():
        session.insert("t", ("a",), [(2,)])
    assert session.rows("SELECT * FROM t") == [(2,)]
