"""The vector index: the one module that imports Chroma.

Chroma is used embedded and with vectors that we computed: no embedding function is configured, none is ever called,
and no text is stored in it. A folder is written once by `write` and only read after that. Opening one makes Chroma
update its SQLite file (bookkeeping of its own), so the folder must be writable; vectors stay as they are.

Beside Chroma's files lie the vectors row by row. Up to 500,000 of them are compared one by one, which misses none and
takes 3 ms for 10,000 and 35 ms for 100,000; Chroma's graph is for more.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Sequence
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
_ROWS_FILE = "rows.npy"
_EXACT = 500_000
"""So many vectors are compared one by one instead of by the graph, which misses some: most of all of very many, among
vectors that are nearly the same, and under a filter that lets few through."""
_SCORE_DIGITS = 6
"""Further digits of a cosine differ between processors."""

_HINDERED = ("disk I/O error", "disk is full", "readonly database", "unable to open database", "database is locked")
_ROOM = "Make room on the disk, and the folder writable: opening an index writes a little, too."
_AGAIN = "Delete the index and build it again."

# A small graph searched widely: on 10,000 lexical vectors it is built in half the time of one of twice the neighbours
# searched a third as widely, and finds as many of the true top 50 (96 to 99 %). Of 100,000 lexical vectors of generated
# text it found 47 %, which is why so many are compared one by one. One thread builds the same graph every time.
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
    import numpy as np
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
        raise StoreError(
            f"Chroma wrote {written} of {len(chunks)} chunks in {str(folder)!r}.", hint="Build the index again."
        )
    np.save(folder / _ROWS_FILE, vectors, allow_pickle=False)


def _batches(count: int) -> tuple[list[int], int]:
    """Where batches of entries begin and end, and after how many entries the graph goes to the disk.

    That is after every so many batches, the last one among them, so that whoever opens the index has nothing to write.
    """
    batches = math.ceil(count / _BATCH)
    together = math.ceil(batches / _SYNCS)
    batches = math.ceil(batches / together) * together
    bounds = [count * number // batches for number in range(batches + 1)]
    return bounds, together * (count // batches)


class VectorSearch:
    """The vectors of one index, opened. Safe to use from several threads."""

    def __init__(self, folder: Path, chunks: Sequence[Chunk]) -> None:
        """Open the vectors of these chunks.

        Raises IntegrityError when the folder does not hold so many, StoreError when the disk hinders it.
        """
        from chromadb.errors import ChromaError

        self._folder = folder
        self._chunks = chunks
        self._sizes = Counter(chunk.document for chunk in chunks)
        self._rows = _rows(folder, len(chunks))
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
            raise IntegrityError(f"{str(folder)!r} is not a readable vector index: {error}", hint=_AGAIN) from error
        self._client = client
        if found != len(chunks):
            self.close()
            raise IntegrityError(f"{str(folder)!r} holds {found} of {len(chunks)} vectors.", hint=_AGAIN)

    def nearest(
        self, vector: NDArray[np.float32], count: int, documents: Collection[str] | None
    ) -> list[tuple[str, float]]:
        """Chunk ids and cosine similarities of the nearest chunks, at most `count`, of these documents (None: all).

        None is missed up to 500,000 chunks, nor where a filter lets fewer through than are asked for; of more, some are.
        """
        names = None if documents is None else frozenset(documents)
        size = len(self._chunks) if names is None else sum(self._sizes[name] for name in names)
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

        # Not `@`: several searches at once would each wait for the threads that a BLAS shares among them.
        products = np.einsum("ij,j->i", self._rows, vector)
        scores = np.round(products.astype(np.float64), _SCORE_DIGITS)
        if documents is not None:
            scores[[chunk.document not in documents for chunk in self._chunks]] = -np.inf
        best = np.argsort(-scores, kind="stable")[:count]
        return [(self._chunks[at].id, float(scores[at])) for at in best if scores[at] > -np.inf]

    def _by_graph(
        self, vector: NDArray[np.float32], count: int, documents: frozenset[str] | None
    ) -> list[tuple[str, float]]:
        """Ask Chroma."""
        from chromadb.errors import ChromaError

        where: Any = None
        wanted = min(count, len(self._chunks))
        if documents is not None and len(documents) <= _MOST_NAMES:
            where = {"document": {"$in": sorted(documents)}}
        elif documents is not None:
            wanted = len(self._chunks)
        try:
            found = self._collection.query(
                query_embeddings=[vector], n_results=wanted, where=where, include=["distances", "metadatas"]
            )
        except ChromaError as error:
            raise StoreError(
                f"Chroma could not search {str(self._folder)!r}: {error}", hint=_ROOM if _of_the_disk(error) else _AGAIN
            ) from error
        rows = zip(found["ids"][0], found["distances"][0], found["metadatas"][0], strict=True)
        return [
            (chunk_id, round(1.0 - float(distance), _SCORE_DIGITS))
            for chunk_id, distance, metadata in rows
            if documents is None or metadata["document"] in documents
        ][:count]


def _rows(folder: Path, chunks: int) -> NDArray[np.float32]:
    """The vectors row by row, read from the disk as they are needed. Raises IntegrityError when they are not there."""
    import numpy as np

    try:
        rows: NDArray[np.float32] = np.load(folder / _ROWS_FILE, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise IntegrityError(f"The vectors in {str(folder)!r} cannot be read: {error}", hint=_AGAIN) from error
    if rows.ndim != 2 or len(rows) != chunks or rows.dtype != np.float32:
        raise IntegrityError(f"{str(folder)!r} holds {len(rows)} of {chunks} vectors.", hint=_AGAIN)
    return rows


def _of_the_disk(error: Exception) -> bool:
    """Whether Chroma was hindered from reading or writing: nothing is wrong then with what the folder holds."""
    return any(words in str(error) for words in _HINDERED)


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
