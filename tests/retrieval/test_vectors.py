from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.index import Chunk
from workbench.errors import IntegrityError, StoreError
from workbench.retrieval import vectors
from workbench.retrieval.vectors import VectorSearch, write

COUNT = 600


def built(folder: Path, rows):
    """An index of these vectors: a document for every ten of them."""
    rows = np.asarray(rows, dtype=np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    write(folder / "chroma", chunks_of(len(rows)), rows, lambda _: None)
    return VectorSearch(folder / "chroma", chunks_of(len(rows))), rows


def chunks_of(count):
    return [Chunk(f"c{at:04}", f"d{at // 10:03}", at % 10, "", 0, 1) for at in range(count)]


def at_random(count=COUNT):
    return np.random.default_rng(7).normal(size=(count, 32))


def nearly_the_same(count=COUNT):
    return np.ones((count, 32)) + np.random.default_rng(7).normal(size=(count, 32)) * 1e-4


@pytest.mark.parametrize("make", [at_random, nearly_the_same])
def test_few_vectors_are_compared_one_by_one_so_that_none_is_missed(tmp_path, make):
    search, rows = built(tmp_path, make())
    found = search.nearest(rows[3], COUNT, None)

    scores = np.round((rows @ rows[3]).astype(np.float64), 6)
    assert [chunk_id for chunk_id, _ in found] == [f"c{at:04}" for at in np.argsort(-scores, kind="stable")]
    assert dict(found) == pytest.approx({f"c{at:04}": scores[at] for at in range(COUNT)}, abs=2e-6)
    assert search.nearest(rows[3], 5, None) == found[:5]
    search.close()


@pytest.mark.parametrize("exact", [0, 15, vectors._EXACT])
@pytest.mark.parametrize("make", [at_random, nearly_the_same])
def test_under_a_filter_all_that_pass_it_are_found_and_no_other(tmp_path, monkeypatch, make, exact):
    monkeypatch.setattr(vectors, "_EXACT", exact)
    search, rows = built(tmp_path, make())
    for names in ({"d007"}, {"d000", "d059"}, {f"d{at:03}" for at in range(0, 60, 3)}):
        found = search.nearest(rows[-1], COUNT, names)
        assert {f"d{int(chunk_id[1:]) // 10:03}" for chunk_id, _ in found} == names
        assert len(found) == len({chunk_id for chunk_id, _ in found}) == 10 * len(names)
    search.close()


def test_the_graph_finds_the_nearest_of_many(tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "_EXACT", 0)
    search, rows = built(tmp_path, at_random(1500))
    scores = rows @ rows[:20].T
    for query in range(20):
        nearest = {f"c{at:04}" for at in np.argsort(-scores[:, query])[:10]}
        assert len(nearest & {chunk_id for chunk_id, _ in search.nearest(rows[query], 10, None)}) >= 9
    search.close()


@pytest.mark.parametrize("content", [None, b"", b"no numbers", "few"])
def test_vectors_that_are_not_those_of_the_index_are_named(tmp_path, content):
    search, rows = built(tmp_path, at_random(20))
    search.close()
    file = tmp_path / "chroma" / vectors._ROWS_FILE
    file.unlink()
    if content == "few":
        np.save(file, rows[:7])
    elif content is not None:
        file.write_bytes(content)
    with pytest.raises(IntegrityError, match=r"vectors"):
        VectorSearch(tmp_path / "chroma", chunks_of(20))


def test_a_folder_that_may_not_be_written_is_no_damage(tmp_path):
    search, _ = built(tmp_path, at_random(20))
    search.close()
    database = tmp_path / "chroma" / "chroma.sqlite3"
    assert vectors._of_the_disk(OSError("attempt to write a readonly database"))
    assert not vectors._of_the_disk(OSError("file is not a database"))
    database.unlink()
    database.symlink_to(tmp_path / "nowhere" / "chroma.sqlite3")
    with pytest.raises(StoreError, match="cannot be opened"):
        VectorSearch(tmp_path / "chroma", chunks_of(20))


@given(count=st.integers(1, 300_000))
def test_batches_cover_all_and_the_last_one_reaches_the_disk(count):
    bounds, sync = vectors._batches(count)
    sizes = [end - first for first, end in pairwise(bounds)]
    assert (bounds[0], bounds[-1]) == (0, count)
    assert all(0 < size <= vectors._BATCH for size in sizes)
    waiting, written = 0, 0
    for size in sizes:
        waiting += size
        if waiting >= sync:
            waiting, written = 0, written + 1
    assert waiting == 0
    assert written <= vectors._SYNCS


@pytest.mark.parametrize("size", [1, 2, 3, 7, 11, 50])
def test_opening_an_index_of_many_batches_writes_nothing_but_a_lock(tmp_path, monkeypatch, size):
    monkeypatch.setattr(vectors, "_BATCH", 2)
    search, rows = built(tmp_path, at_random(size))
    search.close()
    before = graph_files(tmp_path)
    monkeypatch.setattr(vectors, "_EXACT", 0)
    again = VectorSearch(tmp_path / "chroma", chunks_of(size))
    assert len(again.nearest(rows[0], size, None)) == size
    again.close()
    assert graph_files(tmp_path) == before


def graph_files(folder: Path):
    """What lies beside the database: the graph."""
    return {
        path.name: path.read_bytes()
        for path in (folder / "chroma").rglob("*")
        if path.is_file() and path.suffix == ".bin"
    }
