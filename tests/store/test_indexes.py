"""What an index was built from is kept with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.index import Document, IndexInfo, IndexSettings
from workbench.errors import NotFoundError
from workbench.hashing import content_hash
from workbench.store import indexes

NOON = datetime.fromisoformat("2026-01-02T12:00:00")


def built(fingerprint="f1", name="handbook", **fields) -> IndexInfo:
    return IndexInfo(name, fingerprint, IndexSettings(), "1", documents=2, chunks=5, created_at=NOON, **fields)


def document(name: str, text: str) -> Document:
    return Document(name, text, (), content_hash(text), {"title": name})


def test_any_index_is_read_as_it_was_added(undone, values_of):
    @settings(max_examples=30)
    @given(values_of(IndexInfo), st.lists(values_of(Document), max_size=3))
    def check(info, drawn):
        documents = [replace(one, hash=content_hash(one.text)) for one in drawn]
        with undone() as s:
            indexes.add(s, info, documents)
            assert indexes.get(s, info.name) == info == indexes.by_fingerprint(s, info.fingerprint)
            assert indexes.documents(s, info.fingerprint) == tuple(documents)

    check()


def test_the_newest_of_a_name_counts_and_older_ones_stay(session):
    indexes.add(session, built("f1"), [document("a.md", "one")])
    indexes.add(session, built("f2"), [document("a.md", "two")])
    indexes.add(session, built("f9", name="atlas"), [])
    assert [info.fingerprint for info in indexes.versions(session, "handbook")] == ["f1", "f2"]
    assert indexes.get(session, "handbook").fingerprint == "f2"
    assert [(info.name, info.fingerprint) for info in indexes.latest(session)] == [("atlas", "f9"), ("handbook", "f2")]
    assert indexes.documents(session, "f1") == (document("a.md", "one"),)


def test_going_back_to_an_earlier_index_makes_it_the_newest(session):
    for fingerprint in ("f1", "f2", "f1", "f1"):
        indexes.add(session, built(fingerprint), [document("a.md", fingerprint)])
    assert [info.fingerprint for info in indexes.versions(session, "handbook")] == ["f1", "f2", "f1"]
    assert indexes.documents(session, "f1") == (document("a.md", "f1"),)


def test_documents_are_read_by_name_where_only_some_are_wanted(session):
    built_from = [document(name, f"text of {name}") for name in ("b.md", "a.md", "c.md")]
    indexes.add(session, built("f1"), built_from)
    assert indexes.documents(session, "f1", {"a.md", "b.md", "gone.md"}) == tuple(built_from[:2])
    assert indexes.documents(session, "f1", []) == ()


def test_equal_texts_are_stored_once(session):
    indexes.add(session, built("f1"), [document("a.md", "same"), document("b.md", "same")])
    indexes.add(session, built("f2"), [document("a.md", "same"), document("c.md", "other")])
    assert session.row("SELECT count(*) FROM texts") == (2,)
    assert [one.name for one in indexes.documents(session, "f1")] == ["a.md", "b.md"]


def test_what_is_not_there_is_named_with_what_is(session):
    indexes.add(session, built(), [])
    with pytest.raises(NotFoundError, match="Did you mean 'handbook'"):
        indexes.get(session, "hanbook")
    with pytest.raises(NotFoundError, match="f7"):
        indexes.by_fingerprint(session, "f7")
    with pytest.raises(NotFoundError, match="f7"):
        indexes.documents(session, "f7")
