"""How good a search was, measured by the gold spans it found, so that ways of cutting chunks can be compared.

The measures are those of `ranking`, with spans in place of documents: a span's rank is that of the chunk with which
half of it is covered. Several spans may be found with one chunk. Then the first counts at its rank, and no i-th span
counts as if found before rank i, which is the best that a list could do with a chunk for each. So all measures lie
between 0 and 1, are those of trec_eval where every span has a rank of its own, and never fall when a span is found
sooner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from workbench.domain.gold import GoldSpan
from workbench.domain.index import Chunk
from workbench.metrics.gold import found_rank, lies_in
from workbench.metrics.ranking import discounted


@dataclass(frozen=True)
class SpanRanking:
    """What a search found of the gold spans of one question. All measures are None where there is no span."""

    ranks: tuple[int | None, ...]
    """For each span the rank, from 1, from which on it is found; None when it is not."""
    right: tuple[bool, ...]
    """For each chunk in order whether it lies in a gold span."""

    def recall_at(self, k: int) -> float | None:
        """The share of the spans that the first k chunks cover by half or more."""
        return len(self._places(k)) / len(self.ranks) if self.ranks else None

    def hit_at(self, k: int) -> float | None:
        """1 when any span is found by the first k chunks, else 0."""
        return float(bool(self._places(k))) if self.ranks else None

    def precision_at(self, k: int) -> float | None:
        """The share of the first k chunks that lie in a gold span; None when nothing was found.

        Of as many as were found, where they are fewer: leaving out what does not fit is no fault.
        """
        first = self.right[:k]
        return sum(first) / len(first) if self.ranks and first else None

    def reciprocal_rank(self) -> float | None:
        """1 / rank of the span that is found first; 0 when none is. Its mean over questions is MRR."""
        if not self.ranks:
            return None
        places = self._places(None)
        return 1 / places[0] if places else 0.0

    def average_precision(self, k: int | None = None) -> float | None:
        """The mean over the spans, in order of rank, of spans found until then / rank. Its mean over questions is MAP."""
        if not self.ranks:
            return None
        return sum(found / rank for found, rank in enumerate(self._spread(k), 1)) / len(self.ranks)

    def ndcg(self, k: int | None = None) -> float | None:
        """Normalised discounted cumulative gain: each span has the gain 1 at its rank."""
        if not self.ranks:
            return None
        best = discounted([1.0] * len(self.ranks[:k]))
        return sum(1 / log2(rank + 1) for rank in self._spread(k)) / best

    def _places(self, k: int | None) -> list[int]:
        """The ranks of the spans that the first k chunks find, in order."""
        return sorted(rank for rank in self.ranks if rank is not None and (k is None or rank <= k))

    def _spread(self, k: int | None) -> list[int]:
        """The same, with no i-th span before rank i."""
        spread = [max(place, rank) for place, rank in enumerate(self._places(k), 1)]
        return [rank for rank in spread if k is None or rank <= k]


def rank_spans(spans: Sequence[GoldSpan], ranked: Sequence[Chunk]) -> SpanRanking:
    """What the chunks that a search found, in order, cover of a question's gold spans."""
    ranks = tuple(found_rank(span, ranked) for span in spans)
    return SpanRanking(ranks, tuple(lies_in(chunk, spans) for chunk in ranked))
