"""Datasets keep their rows in order, and equal rows once."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.dataset import Example, examples_hash
from workbench.errors import InputError, IntegrityError, NotFoundError
from workbench.store import datasets

NOON = datetime.fromisoformat("2026-01-02T12:00:00")


def rows(*numbers: int) -> tuple[Example, ...]:
    return tuple(Example(id=f"q-{n}", inputs={"question": f"Why {n}?"}) for n in numbers)


def added(s, examples, name="golden", **more):
    return datasets.add(s, name=name, examples=examples, author="ada", created_at=NOON, **more)


def test_a_version_is_read_as_it_was_added(session):
    version, new = added(session, rows(3, 1, 2), source="golden.csv")
    assert new
    assert (version.label, version.size, version.source, version.created_at) == ("golden@1", 3, "golden.csv", NOON)
    assert version.hash == examples_hash(rows(3, 1, 2))
    assert datasets.get(session, "golden") == datasets.get(session, "golden", 1) == version
    assert datasets.examples(session, "golden", 1) == rows(3, 1, 2)


def test_any_rows_survive_in_order(undone, values_of):
    @settings(max_examples=30)
    @given(st.lists(values_of(Example), max_size=3, unique_by=lambda example: example.id))
    def check(examples):
        with undone() as s:
            added(s, examples)
            assert datasets.examples(s, "golden", 1) == tuple(examples)

    check()


def test_the_same_rows_again_give_the_version_that_is_there(session):
    first, _ = added(session, rows(1, 2))
    again, new = added(session, rows(1, 2), source="elsewhere.csv")
    assert (again, new) == (first, False)


def test_another_order_is_another_version(session):
    added(session, rows(1, 2))
    second, new = added(session, rows(2, 1), parent=1)
    assert new
    assert second.label == "golden@2"
    assert datasets.examples(session, "golden", 1) == rows(1, 2)
    assert datasets.examples(session, "golden", 2) == rows(2, 1)


def test_rows_that_versions_share_are_stored_once(session):
    added(session, rows(1, 2, 3))
    added(session, rows(2, 3, 4))
    added(session, rows(1), name="other")
    assert session.row("SELECT count(*) FROM examples") == (4,)


def test_latest_has_the_newest_of_every_dataset_by_name(session):
    added(session, rows(1), name="b")
    added(session, rows(2), name="b")
    added(session, rows(1), name="a")
    assert [version.label for version in datasets.latest(session)] == ["a@1", "b@2"]


def test_two_rows_with_one_id_are_refused_and_nothing_is_stored(session):
    with pytest.raises(InputError, match="share the id 'q-1'"):
        added(session, rows(1, 2, 1))
    assert datasets.versions(session, "golden") == []
    assert session.row("SELECT count(*) FROM examples") == (0,)


def test_what_is_not_there_is_named_with_what_is(session):
    added(session, rows(1))
    with pytest.raises(NotFoundError, match="Did you mean 'golden'"):
        datasets.get(session, "goldn")
    with pytest.raises(NotFoundError, match="There is: golden@1"):
        datasets.examples(session, "golden", 2)


def test_a_lost_row_is_an_error_rather_than_a_smaller_dataset(session):
    added(session, rows(1, 2))
    session.execute("DELETE FROM examples WHERE content LIKE '%q-2%'")
    with pytest.raises(IntegrityError, match="1 of the 2 examples of golden@1"):
        datasets.examples(session, "golden", 1)
