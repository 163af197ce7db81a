"""Why a search found what it found: the rank of each chunk in both of the searches that are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.domain.index import RetrievedChunk
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.protocols import Retriever

RANKS_SEARCHED = 50
"""How deep the ranks are looked up; the searches are put together from as many."""


@dataclass(frozen=True)
class Found:
    """A chunk that a query found, and why."""

    hit: RetrievedChunk
    by_meaning: int | None
    """Its rank among the nearest vectors, from 1; None when it is not among the first 50."""
    by_words: int | None
    """Its rank among the best keyword matches."""
    words: Sequence[tuple[int, int]]
    """Where its text has words of the query: start and exclusive end."""


def explain(retriever: Retriever, text: str, settings: RetrievalSettings) -> Sequence[Found]:
    """The chunks nearest to a text, each with its ranks by meaning and by words."""
    from workbench.text.words import shared

    depth = max(settings.k, RANKS_SEARCHED)
    ranks = {
        search: {
            hit.chunk.id: hit.rank
            for hit in retriever.retrieve(text, replace(settings, search=search, k=depth, min_score=None))
        }
        for search in ("dense", "bm25")
    }
    return [
        Found(
            hit=hit,
            by_meaning=ranks["dense"].get(hit.chunk.id),
            by_words=ranks["bm25"].get(hit.chunk.id),
            words=shared(hit.chunk.text, text),
        )
        for hit in retriever.retrieve(text, settings)
    ]
