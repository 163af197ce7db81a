"""Embeddings are kept by embedder and text."""

import pytest

from workbench.store import embeddings


def test_vectors_come_back_as_they_were_by_embedder_and_text(store):
    store.write(lambda s: embeddings.add(s, "a", {"one": b"\x00\xff\x01\x02", "two": b"1234"}))
    store.write(lambda s: embeddings.add(s, "b", {"one": b"5678"}))

    assert store.read(lambda s: embeddings.find(s, "a", ["two", "one", "three", "one"])) == {
        "one": b"\x00\xff\x01\x02",
        "two": b"1234",
    }
    assert store.read(lambda s: embeddings.find(s, "b", ["one", "two"])) == {"one": b"5678"}
    assert store.read(lambda s: embeddings.known(s, "a", ["one", "three"])) == {"one"}
    assert store.read(lambda s: embeddings.find(s, "a", [])) == {}


def test_a_vector_that_is_kept_stays_as_it_is_and_is_stored_once(store):
    store.write(lambda s: embeddings.add(s, "a", {"one": b"1234"}))
    store.write(lambda s: embeddings.add(s, "a", {"one": b"5678", "two": b"9abc"}))

    assert store.read(lambda s: s.rows("SELECT text_hash, vector FROM embeddings ORDER BY text_hash")) == [
        ("one", b"1234"),
        ("two", b"9abc"),
    ]


@pytest.mark.parametrize("count", [1, 3, 7])
def test_more_texts_than_fit_one_query_are_all_found(store, monkeypatch, count):
    monkeypatch.setattr(embeddings, "_SLICE", 3)
    vectors = {f"text {number}": bytes([number] * 4) for number in range(count)}
    store.write(lambda s: embeddings.add(s, "a", vectors))

    assert store.read(lambda s: embeddings.find(s, "a", vectors)) == vectors
    assert store.read(lambda s: embeddings.known(s, "a", vectors)) == set(vectors)
