"""Searching an opened index: by vectors, by keywords, or by both."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from workbench.domain.index import Chunk, IndexInfo, RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.errors import InputError, NotFoundError, UnavailableError
from workbench.retrieval import embedders, filters, lexical
from workbench.retrieval.contents import IndexFolder
from workbench.retrieval.embedders import EmbedderSource
from workbench.retrieval.keywords import KeywordSearch, best
from workbench.retrieval.vectors import VectorSearch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_POOL = 100
"""How many chunks each search gives to the fusion, and the least that are asked for, so that ties are all seen and, up to
this many, a longer list begins like a shorter one."""
_RANK_OFFSET = 60
"""The constant of reciprocal rank fusion (Cormack, Clarke and Buettcher 2009)."""
_DENSE_WEIGHT: Mapping[str, float] = {lexical.NAME: 0.2}
"""What the dense ranks count beside the keyword ranks, by embedder; 1 for all others. The lexical one sees the same
words as the keyword search, with less precision: it is there for mistyped words and other forms of them."""


@dataclass(frozen=True)
class _Hit:
    at: int
    """Position in the index."""
    score: float
    fit: float


_Found = list[_Hit]
"""Best first."""


class ChromaRetriever:
    """One index, opened for reading; safe to use from several threads.

    Vectors and keyword index are loaded when first searched.
    """

    def __init__(
        self, folder: IndexFolder, info: IndexInfo, chunks: Sequence[Chunk], embedding: EmbedderSource = embedders
    ) -> None:
        """Open an index's folder.

        Raises OutdatedIndexError when an older version of this program built it, and IntegrityError when the embedder in
        it is not the one the index names.
        """
        embedders.require_current(info)
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

        Scores are cosine similarities (`dense`), BM25 scores (`bm25`) or sums of reciprocal ranks (`hybrid`), where the
        keyword search counts pairs of neighbouring words too. Chunks that have nothing in common with the query (a
        score of 0 or less) are not found; so fewer than `k` may come, and for a blank query none. What `filter` may
        hold, `filters` says.

        Chunks whose `fit` is below `min_score` are left out. A fit is the cosine similarity (`dense`), the BM25 score
        as a part of the highest that the query's words could give (`bm25`), or the greater of the two (`hybrid`, where
        sums of ranks would not tell whether anything fits). Raises InputError for settings that cannot be followed.
        """
        if settings.search not in self._searches:
            raise NotFoundError("search mode", settings.search, self._searches)
        if settings.rerank is not None:
            raise UnavailableError(
                f"The reranker {settings.rerank!r} cannot be asked here.", hint="Search through the project."
            )
        if settings.k < 1:
            raise InputError(f"k is {settings.k}; it must be 1 or more.")
        if settings.min_score is not None and settings.min_score > 1:
            raise InputError(
                f"min_score is {settings.min_score:g}, but no chunk fits by more than 1.",
                hint="Set it between 0 and 1, or to null.",
            )
        documents = filters.matching(self.metadata, settings.filter) if settings.filter else None
        if not query.strip() or (documents is not None and not documents):
            return ()
        found = self._searches[settings.search](query, settings.k, documents)
        least = settings.min_score
        kept = [hit for hit in found if least is None or hit.fit >= least]
        return tuple(
            RetrievedChunk(self.chunks[hit.at], rank, hit.score, fit=hit.fit)
            for rank, hit in enumerate(kept[: settings.k], start=1)
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
                self._vectors = VectorSearch(self._folder.vectors, self.chunks)
            return self._vectors

    def open_keywords(self) -> KeywordSearch:
        """The keyword index, read at the first call. Raises IntegrityError when it is not that of the index."""
        with self._lock:
            if self._keywords is None:
                self._keywords = KeywordSearch.load(self._folder.keywords, len(self.chunks))
            return self._keywords

    def close(self) -> None:
        """Let go of the folder. The retriever is not used afterwards."""
        with self._lock:
            if self._vectors is not None:
                self._vectors.close()
                self._vectors = None

    def _dense(self, query: str, count: int, documents: Collection[str] | None) -> _Found:
        vector = self._embedder.embed([query], query=True)[0]
        nearest = self.open_vectors().nearest(vector, max(count, _POOL), documents)
        return _ordered(_Hit(self._at[chunk_id], score, score) for chunk_id, score in nearest)

    def _bm25(self, query: str, count: int, documents: Collection[str] | None) -> _Found:
        matches = self.open_keywords().match(query)
        scores = best(self._among(documents, matches.words), max(count, _POOL))
        return [_Hit(at, score, matches.share(at)) for at, score in scores]

    def _hybrid(self, query: str, count: int, documents: Collection[str] | None) -> _Found:
        pool = max(count, _POOL)
        dense = {hit.at: hit.fit for hit in self._dense(query, pool, documents)[:pool]}
        matches = self.open_keywords().match(query)
        keywords = [at for at, _ in best(self._among(documents, matches.with_pairs), pool)]
        fused: defaultdict[int, float] = defaultdict(float)
        for weight, found in ((_DENSE_WEIGHT.get(self.info.settings.embedder, 1.0), dense), (1.0, keywords)):
            for rank, at in enumerate(found, start=1):
                fused[at] += weight / (_RANK_OFFSET + rank)
        return _ordered(_Hit(at, score, max(dense.get(at, 0.0), matches.share(at))) for at, score in fused.items())

    def _among(self, documents: Collection[str] | None, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """The scores of chunks of these documents; 0 for others."""
        import numpy as np

        if documents is None:
            return scores
        return np.where([chunk.document in documents for chunk in self.chunks], scores, 0.0)


def _ordered(found: Iterable[_Hit]) -> _Found:
    # Positions follow document names and the order within a document.
    return sorted((hit for hit in found if hit.score > 0), key=lambda hit: (-hit.score, hit.at))
