"""Why a search found what it found: the rank of each chunk by meaning alone and by words alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.domain.index import RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.protocols import Retriever

RANKS_SEARCHED = 50
"""How deep the ranks are looked up; the searches are put together from twice as many."""


@dataclass(frozen=True)
class Found:
    """A chunk that a query found, and why."""

    hit: RetrievedChunk
    by_meaning: int | None
    """Its rank among the nearest vectors, from 1; None when it is not among the first 50."""
    by_words: int | None
    """Its rank in the keyword search alone, in which words that are neighbours in the query count no extra."""
    words: Sequence[tuple[int, int]]
    """Where its text has words of the query: start and exclusive end."""
    similarity: float | None = None
    """How near its vector is, at most 1; None where the rank is unknown too."""
    before_reranking: int | None = None
    """Its rank before a model put the first ones into another order; None without one, or beyond the first 50."""
    below_floor: bool = False
    """Whether it fits less than the floor asks for, so that a model would not be shown it."""


def explain(retriever: Retriever, text: str, settings: RetrievalSettings) -> Sequence[Found]:
    """The chunks nearest to a text, each with its ranks by meaning and by words; those below the floor come last."""
    from workbench.text.words import shared

    plainly = replace(settings, k=max(settings.k, RANKS_SEARCHED), min_score=None, rerank=None)
    meaning, words = (retriever.retrieve(text, replace(plainly, search=search)) for search in ("dense", "bm25"))
    near = {hit.chunk.id: hit for hit in meaning}
    by_words = {hit.chunk.id: hit.rank for hit in words}
    before = {} if settings.rerank is None else {hit.chunk.id: hit.rank for hit in retriever.retrieve(text, plainly)}
    shown = retriever.retrieve(text, settings)
    kept = {hit.chunk.id for hit in shown}
    rest = () if settings.min_score is None else retriever.retrieve(text, replace(settings, min_score=None))
    hits = [*shown, *(hit for hit in rest if hit.chunk.id not in kept)]
    return [
        Found(
            hit=hit,
            by_meaning=near[hit.chunk.id].rank if hit.chunk.id in near else None,
            by_words=by_words.get(hit.chunk.id),
            words=shared(hit.chunk.text, text),
            similarity=near[hit.chunk.id].score if hit.chunk.id in near else None,
            before_reranking=before.get(hit.chunk.id),
            below_floor=hit.chunk.id not in kept,
        )
        for hit in hits
    ]
