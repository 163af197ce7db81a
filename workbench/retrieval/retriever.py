"""Searching an opened index: by vectors, by keywords, or by both."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

from workbench.domain.index import Chunk, IndexInfo, RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import InputError, NotFoundError, UnavailableError
from workbench.retrieval import embedders, filters
from workbench.retrieval.chunking import keyword_text
from workbench.retrieval.contents import IndexFolder
from workbench.retrieval.embedders import EmbedderSource
from workbench.retrieval.keywords import KeywordSearch
from workbench.retrieval.vectors import VectorSearch

_POOL = 50
"""How many chunks each search gives to the fusion, and the least that are asked for, so that ties are all seen."""
_RANK_OFFSET = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""

_Found = list[tuple[int, float]]
"""Positions in the index with scores, best first."""


class ChromaRetriever:
    """One index, opened for reading; safe to use from several threads.

    Vectors and keyword index are loaded when first searched.
    """

    def __init__(
        self, folder: IndexFolder, info: IndexInfo, chunks: Sequence[Chunk], embedding: EmbedderSource = embedders
    ) -> None:
        """Open an index's folder. Raises IntegrityError when the embedder in it is not the one the index names."""
        self.info = info
        self.chunks = tuple(chunks)
        self._folder = folder
        self._at = {chunk.id: at for at, chunk in enumerate(self.chunks)}
        self._embedding = embedding
        self._embedder = embedding.load_embedder(info.settings.embedder, folder.embedder, info.embedder_version)
        self._lock = threading.Lock()
        self._vectors: VectorSearch | None = None
        self._keywords: KeywordSearch | None = None
        self._searches: Mapping[str, Callable[[str, int, Collection[str] | None], _Found]] = {
            "dense": self._dense,
            "bm25": self._bm25,
            "hybrid": self._hybrid,
        }

    @property
    def fingerprint(self) -> str:
        """Identity of the index."""
        return self.info.fingerprint

    @cached_property
    def metadata(self) -> Mapping[str, Mapping[str, Any]]:
        """Metadata by document, of those that have a chunk."""
        known = self._folder.metadata()
        return {name: known[name] for name in dict.fromkeys(chunk.document for chunk in self.chunks)}

    def retrieve(self, query: str, settings: RetrievalSettings) -> tuple[RetrievedChunk, ...]:
        """The nearest chunks, best first; equal scores in order of document and position.

        Scores are cosine similarities (`dense`), BM25 scores (`bm25`) or sums of reciprocal ranks (`hybrid`). Chunks
        that have nothing in common with the query (a score of 0 or less) are not found, nor are those below
        `min_score`; so fewer than `k` may come, and for a blank query none. What `filter` may hold, `filters` says.
        Raises InputError for settings that cannot be followed.
        """
        if settings.search not in self._searches:
            raise NotFoundError("search mode", settings.search, self._searches)
        if settings.rerank is not None:
            raise UnavailableError(
                f"The reranker {settings.rerank!r} cannot be asked here.", hint="Search through the project."
            )
        if settings.k < 1:
            raise InputError(f"k is {settings.k}; it must be 1 or more.")
        documents = filters.matching(self.metadata, settings.filter) if settings.filter else None
        if not query.strip() or (documents is not None and not documents):
            return ()
        found = self._searches[settings.search](query, settings.k, documents)
        least = settings.min_score
        kept = [(at, score) for at, score in found if least is None or score >= least]
        return tuple(
            RetrievedChunk(self.chunks[at], rank, score) for rank, (at, score) in enumerate(kept[: settings.k], start=1)
        )

    def embed_by(self, embedding: EmbedderSource) -> None:
        """Have questions embedded by what another source gives: a project's settings may have changed meanwhile."""
        name = self.info.settings.embedder
        if embedding != self._embedding and not embedders.is_built_in(name):
            self._embedder = embedding.load_embedder(name, self._folder.embedder, self.info.embedder_version)
            self._embedding = embedding

    def open_vectors(self) -> VectorSearch:
        """The vectors, opened at the first call. Raises IntegrityError when they are not those of the index."""
        with self._lock:
            if self._vectors is None:
                self._vectors = VectorSearch(self._folder.vectors, len(self.chunks))
            return self._vectors

    def close(self) -> None:
        """Let go of the folder. The retriever is not used afterwards."""
        with self._lock:
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None

    def _dense(self, query: str, count: int, documents: Collection[str] | None) -> _Found:
        vector = self._embedder.embed([query], query=True)[0]
        nearest = self.open_vectors().nearest(vector, max(count, _POOL), documents)
        return self._ordered((self._at[chunk_id], score) for chunk_id, score in nearest)

    def _bm25(self, query: str, count: int, documents: Collection[str] | None) -> _Found:  # noqa: ARG002 - scores all
        scores = self._open_keywords().scores(query)
        return self._ordered(
            (at, score) for at, score in scores if documents is None or self.chunks[at].document in documents
        )

    def _hybrid(self, query: str, count: int, documents: Collection[str] | None) -> _Found:
        pool = max(count, _POOL)
        fused: defaultdict[int, float] = defaultdict(float)
        for search in (self._dense, self._bm25):
            for rank, (at, _) in enumerate(search(query, pool, documents)[:pool], start=1):
                fused[at] += 1.0 / (_RANK_OFFSET + rank)
        return self._ordered(fused.items())

    def _ordered(self, found: Any) -> _Found:
        # Positions follow document names and the order within a document.
        return sorted(((at, score) for at, score in found if score > 0), key=lambda hit: (-hit[1], hit[0]))

    def _open_keywords(self) -> KeywordSearch:
        with self._lock:
            if self._keywords is None:
                self._keywords = KeywordSearch([keyword_text(chunk) for chunk in self.chunks])
            return self._keywords
