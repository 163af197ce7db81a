"""Reranking: what a search found, put into a better order by a model that reads the query and each text together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from workbench.domain.index import RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.protocols import Reranker, Retriever

CANDIDATES = 20
"""How many of the first found are reranked, whatever `k` is, so that a longer list begins like a shorter one."""
UNREADABLE = "the reranker gave no readable relevance, so it kept its place"
NOT_SEEN = f"not among the first {CANDIDATES}, which alone are reranked"


class RerankingRetriever:
    """An index whose results are reranked where the settings name a reranker. Safe to use from several threads."""

    def __init__(self, searched: Retriever, reranker: Callable[[str], Reranker]) -> None:
        """`reranker` finds one by its name."""
        self.searched = searched
        self._reranker = reranker

    @property
    def fingerprint(self) -> str:
        """Identity of the index."""
        return self.searched.fingerprint

    def retrieve(self, query: str, settings: RetrievalSettings) -> tuple[RetrievedChunk, ...]:
        """The nearest chunks, best first.

        With a reranker, scores are its relevances, and `min_score` applies to these. Chunks behind the candidates
        follow in the order of the search, with a score of 0. Raises what search and reranker raise.
        """
        if settings.rerank is None or settings.k < 1:
            return self.searched.retrieve(query, replace(settings, rerank=None))
        wide = replace(unreranked(settings), k=max(settings.k, CANDIDATES))
        found = self.searched.retrieve(query, wide)
        if not found:
            return ()
        reranked = self._reranker(settings.rerank).rerank(query, found[:CANDIDATES])
        behind = (replace(hit, score=0.0, fit=0.0, note=NOT_SEEN) for hit in found[CANDIDATES:])
        least = settings.min_score
        kept = [hit for hit in (*reranked, *behind) if least is None or hit.score >= least]
        return tuple(replace(hit, rank=rank) for rank, hit in enumerate(kept[: settings.k], start=1))


def unreranked(settings: RetrievalSettings) -> RetrievalSettings:
    """The search that a reranker would be given the results of, without its floor, which is one of relevance."""
    return settings if settings.rerank is None else replace(settings, rerank=None, min_score=None)


def by_relevance(chunks: Sequence[RetrievedChunk], relevances: Sequence[float | None]) -> tuple[RetrievedChunk, ...]:
    """Chunks in order of their relevances, equal ones as they were; without one (None) a chunk keeps its place.

    Such a chunk takes the score of the one before it, so that a floor cuts the list where it would without it.
    """
    told = sorted(
        ((relevance, chunk) for chunk, relevance in zip(chunks, relevances, strict=True) if relevance is not None),
        key=lambda pair: -pair[0],
    )
    in_order, score = iter(told), told[0][0] if told else 0.0
    placed: list[RetrievedChunk] = []
    for rank, (chunk, relevance) in enumerate(zip(chunks, relevances, strict=True), start=1):
        if relevance is None:
            placed.append(replace(chunk, rank=rank, score=score, fit=score, note=UNREADABLE))
        else:
            score, better = next(in_order)
            placed.append(replace(better, rank=rank, score=score, fit=score))
    return tuple(placed)
