"""The vector index: the one module that imports Chroma.

Chroma is used embedded and with vectors that we computed: no embedding function is configured, none is ever called,
and no text is stored in it. A folder is written once by `write` and only read after that. Opening one makes Chroma
update its SQLite file (bookkeeping of its own), so the folder must be writable; vectors stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
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
_SCORE_DIGITS = 6
"""Further digits of a cosine differ between processors."""

# Chosen for recall: on 6,000 lexical vectors 99.9 % of the true top 50 were found. One thread builds the same graph
# every time. The least threshold makes every batch reach the disk, so that opening has nothing left to write.
_HNSW = {
    "space": "cosine",
    "ef_construction": 200,
    "ef_search": 400,
    "max_neighbors": 32,
    "num_threads": 1,
    "batch_size": 2,
    "sync_threshold": 2,
}


def write(folder: Path, chunks: Sequence[Chunk], vectors: NDArray[np.float32], on_batch: Callable[[int], None]) -> None:
    """Write chunks and their vectors into a new folder; `on_batch` hears how many are written so far."""
    from chromadb.errors import ChromaError

    try:
        with _client(folder) as client:
            collection = client.create_collection(_COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW})
            for first in range(0, len(chunks), _BATCH):
                batch = chunks[first : first + _BATCH]
                rows = {
                    "ids": [chunk.id for chunk in batch],
                    "embeddings": vectors[first : first + len(batch)],
                    "metadatas": [{"document": chunk.document} for chunk in batch],
                }
                collection.add(**rows)
                if len(chunks) == 1:
                    # One entry alone is below the least threshold, and each reader would write it to the disk.
                    collection.update(**rows)
                on_batch(first + len(batch))
            written = collection.count()
    except ChromaError as error:
        raise StoreError(f"Chroma could not write the index in {str(folder)!r}: {error}") from error
    if written != len(chunks):
        raise StoreError(f"Chroma wrote {written} of {len(chunks)} chunks in {str(folder)!r}.")


class VectorSearch:
    """The vectors of one index, opened. Safe to use from several threads."""

    def __init__(self, folder: Path, chunks: int) -> None:
        """Open the vectors of so many chunks. Raises IntegrityError when the folder does not hold these."""
        from chromadb.errors import ChromaError

        self._folder = folder
        self._size = chunks
        client = None
        try:
            client = _client(folder)
            self._collection: Any = client.get_collection(_COLLECTION, embedding_function=None)
            found = self._collection.count()
        except ChromaError as error:
            if client is not None:
                client.close()
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
        """Chunk ids and cosine similarities of the nearest chunks, at most `count`, of these documents (None: all)."""
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

    def close(self) -> None:
        """Let go of the folder. The object is not used afterwards."""
        self._client.close()


def _client(folder: Path) -> Any:
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(path=str(folder), settings=Settings(anonymized_telemetry=False))
