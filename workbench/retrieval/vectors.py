"""The vector index: the one module that imports Chroma.

Chroma is used embedded and with vectors that we computed: no embedding function is configured, none is ever called,
and no text is stored in it. A folder is written once by `write` and only read after that. Opening one makes Chroma
update its SQLite file (bookkeeping of its own), so the folder must be writable; vectors stay as they are.
"""

from __future__ import annotations

import math
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.index import Chunk
from workbench.errors import IntegrityError, StoreError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_COLLECTION = "chunks"
_BATCH = 2000
"""Chunks added at once; Chroma takes 5,461 at most."""
_MOST_NAMES = 10_000
"""Names in one filter; SQLite takes 32,766 values in a statement."""
_EXACT = 2_000
"""So many vectors are compared one by one, in a millisecond, instead of by the graph: the graph misses some, most of
all among vectors that are nearly the same, and under a filter that lets few through."""
_SETS_KEPT = 4
"""Filters whose vectors are kept in memory, 12 MB each at most where vectors have 1,536 numbers."""
_SCORE_DIGITS = 6
"""Further digits of a cosine differ between processors."""

_HINDERED = ("disk I/O error", "disk is full", "readonly database", "unable to open database", "database is locked")
_ROOM = "Make room on the disk, and the folder writable: opening an index writes a little, too."

# A small graph searched widely: on 10,000 lexical vectors it is built in half the time of one of twice the neighbours
# searched a third as widely, and finds as many of the true top 50 (96 to 99 %). It does not reach far beyond that size:
# of 100,000 lexical vectors of generated text it found 47 %. One thread builds the same graph every time.
_HNSW = {
    "space": "cosine",
    "ef_construction": 40,
    "ef_search": 1200,
    "max_neighbors": 16,
    "num_threads": 1,
    "batch_size": 2,
}
_LEAST_SYNC = 2
_SYNCS = 5
"""How often the graph is written to the disk while it grows, at most: it is written as a whole each time."""


def write(folder: Path, chunks: Sequence[Chunk], vectors: NDArray[np.float32], on_batch: Callable[[int], None]) -> None:
    """Write chunks and their vectors into a new folder; `on_batch` hears how many are written so far."""
    from chromadb.errors import ChromaError

    try:
        with _client(folder) as client:
            bounds, sync = _batches(len(chunks))
            hnsw = {**_HNSW, "sync_threshold": max(sync, _LEAST_SYNC)}
            collection = client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": hnsw})
            for first, end in pairwise(bounds):
                batch = chunks[first:end]
                rows = {
                    "ids": [chunk.id for chunk in batch],
                    "embeddings": vectors[first:end],
                    "metadatas": [{"document": chunk.document} for chunk in batch],
                }
                collection.add(**rows)
                if len(chunks) == 1:
                    # One entry alone is below the least threshold, and each reader would write it to the disk.
                    collection.update(**rows)
                on_batch(end)
            written = collection.count()
    except ChromaError as error:
        raise StoreError(
            f"Chroma could not write the index in {str(folder)!r}: {error}", hint=_ROOM if _of_the_disk(error) else None
        ) from error
    if written != len(chunks):
        raise StoreError(f"Chroma wrote {written} of {len(chunks)} chunks in {str(folder)!r}.")


def _batches(count: int) -> tuple[list[int], int]:
    """Where batches of entries begin and end, and after how many entries the graph goes to the disk.

    That is after every so many batches, the last one among them, so that whoever opens the index has nothing to write.
    """
    batches = math.ceil(count / _BATCH)
    together = math.ceil(batches / _SYNCS)
    batches = math.ceil(batches / together) * together
    bounds = [count * number // batches for number in range(batches + 1)]
    return bounds, together * (count // batches)


@dataclass(frozen=True)
class _Set:
    """Vectors held in memory, of length 1."""

    ids: Sequence[str]
    vectors: NDArray[np.float32]


class VectorSearch:
    """The vectors of one index, opened. Safe to use from several threads."""

    def __init__(self, folder: Path, documents: Sequence[str]) -> None:
        """Open the vectors of chunks of these documents, one name for each chunk.

        Raises IntegrityError when the folder does not hold so many, StoreError when the disk hinders it.
        """
        from chromadb.errors import ChromaError

        self._folder = folder
        self._size = chunks = len(documents)
        self._sizes = Counter(documents)
        self._sets: OrderedDict[Collection[str] | None, _Set] = OrderedDict()
        self._lock = threading.Lock()
        client = None
        try:
            client = _client(folder)
            self._collection: Any = client.get_collection(_COLLECTION, embedding_function=None)
            found = self._collection.count()
        except ChromaError as error:
            if client is not None:
                client.close()
            if _of_the_disk(error):
                raise StoreError(f"{str(folder)!r} cannot be opened: {error}.", hint=_ROOM) from error
            raise IntegrityError(
                f"{str(folder)!r} is not a readable vector index: {error}", hint="Delete the index and build it again."
            ) from error
        self._client = client
        if found != chunks:
            self.close()
            raise IntegrityError(
                f"{str(folder)!r} holds {found} of {chunks} vectors.", hint="Delete the index and build it again."
            )

    def nearest(
        self, vector: NDArray[np.float32], count: int, documents: Collection[str] | None
    ) -> list[tuple[str, float]]:
        """Chunk ids and cosine similarities of the nearest chunks, at most `count`, of these documents (None: all).

        All chunks can be reached where there are few, or where a filter lets few through; of many, most.
        """
        names = None if documents is None else frozenset(documents)
        size = self._size if names is None else sum(self._sizes[name] for name in names)
        if size <= _EXACT:
            return self._exactly(vector, count, names)
        found = self._by_graph(vector, count, names)
        few = names is not None and len(found) < min(count, size)
        return self._exactly(vector, count, names) if few else found

    def close(self) -> None:
        """Let go of the folder. The object is not used afterwards."""
        self._client.close()

    def _exactly(
        self, vector: NDArray[np.float32], count: int, documents: frozenset[str] | None
    ) -> list[tuple[str, float]]:
        """Compare with every vector; equal similarities in the order of the index."""
        import numpy as np

        chunks = self._set(documents)
        # Not `@`: several searches at once would each wait for the threads that a BLAS shares among them.
        products = np.einsum("ij,j->i", chunks.vectors, vector)
        scores = np.round(products.astype(np.float64), _SCORE_DIGITS)
        best = np.argsort(-scores, kind="stable")[:count]
        return [(chunks.ids[at], float(scores[at])) for at in best]

    def _set(self, documents: frozenset[str] | None) -> _Set:
        """The vectors of these documents, read once."""
        with self._lock:
            known = self._sets.pop(documents, None) or self._read(documents)
            self._sets[documents] = known
            while len(self._sets) > _SETS_KEPT:
                self._sets.popitem(last=False)
            return known

    def _read(self, documents: frozenset[str] | None) -> _Set:
        import numpy as np
        from chromadb.errors import ChromaError

        where: Any = None
        if documents is not None and len(documents) <= _MOST_NAMES:
            where = {"document": {"$in": sorted(documents)}}
        try:
            found = self._collection.get(where=where, include=["embeddings", "metadatas"])
        except ChromaError as error:
            raise StoreError(f"Chroma could not read {str(self._folder)!r}: {error}") from error
        held = [
            at
            for at, metadata in enumerate(found["metadatas"])
            if documents is None or metadata["document"] in documents
        ]
        vectors = np.asarray(found["embeddings"], dtype=np.float32)[held]
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return _Set([found["ids"][at] for at in held], vectors / np.maximum(lengths, np.finfo(np.float32).tiny))

    def _by_graph(
        self, vector: NDArray[np.float32], count: int, documents: frozenset[str] | None
    ) -> list[tuple[str, float]]:
        """Ask Chroma."""
        from chromadb.errors import ChromaError

        where: Any = None
        wanted = min(count, self._size)
        if documents is not None and len(documents) <= _MOST_NAMES:
            where = {"document": {"$in": sorted(documents)}}
        elif documents is not None:
            wanted = self._size
        try:
            found = self._collection.query(
                query_embeddings=[vector], n_results=wanted, where=where, include=["distances", "metadatas"]
            )
        except ChromaError as error:
            raise StoreError(f"Chroma could not search {str(self._folder)!r}: {error}") from error
        rows = zip(found["ids"][0], found["distances"][0], found["metadatas"][0], strict=True)
        return [
            (chunk_id, round(1.0 - float(distance), _SCORE_DIGITS))
            for chunk_id, distance, metadata in rows
            if documents is None or metadata["document"] in documents
        ][:count]


def _of_the_disk(error: Exception) -> bool:
    """Whether Chroma was hindered from reading or writing: nothing is wrong then with what the folder holds."""
    return any(words in str(error) for words in _HINDERED)


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
