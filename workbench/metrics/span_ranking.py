"""How good a search was, measured by the gold spans it found, so that ways of cutting chunks can be compared.

The measures are those of `ranking`, with spans in place of documents: a span's rank is that of the chunk with which
half of it is covered. Where a chunk finds several spans at once, average precision and nDCG count them as if they had
come one after another from its rank on. So both lie between 0 and 1 and never fall when a span is found sooner.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from workbench.metrics import ranking


@dataclass(frozen=True)
class SpanRanking:
    """What a search found of the gold spans of one question. All measures are None where there is no span."""

    ranks: tuple[int | None, ...]
    """For each span the rank, from 1, from which on it is found; None when it is not."""
    right: tuple[bool, ...]
    """For each chunk in order whether it lies in a gold span."""

    def recall_at(self, k: int) -> float | None:
        """The share of the spans that the first k chunks cover by half or more."""
        return len(self._found(k)) / len(self.ranks) if self.ranks else None

    def hit_at(self, k: int) -> float | None:
        """1 when any span is found by the first k chunks, else 0."""
        return ranking.hit_at(self._listed(k), self._spans, k)

    def precision_at(self, k: int) -> float | None:
        """The share of the first k chunks that lie in a gold span; None when nothing was found.

        Of as many as were found, where they are fewer: leaving out what does not fit is no fault.
        """
        first = self.right[:k]
        return sum(first) / len(first) if self.ranks and first else None

    def reciprocal_rank(self) -> float | None:
        """1 / rank of the span that is found first; 0 when none is. Its mean over questions is MRR."""
        return ranking.reciprocal_rank(self._listed(), self._spans)

    def average_precision(self, k: int | None = None) -> float | None:
        """The mean, over the spans, of spans found until then / rank; 0 for those the first k chunks do not find.

        Its mean over questions is MAP.
        """
        return ranking.average_precision(self._listed(k), self._spans)

    def ndcg(self, k: int | None = None) -> float | None:
        """Normalised discounted cumulative gain: each span has the gain 1 at its rank."""
        gains: dict[int | None, float] = dict.fromkeys(self._spans, 1.0)
        return ranking.ndcg(self._listed(k), gains, k)

    @property
    def _spans(self) -> Collection[int]:
        """All spans by number, those that are found first."""
        return range(len(self.ranks))

    def _found(self, k: int | None = None) -> list[int]:
        """The ranks of the spans that the first k chunks find, in order."""
        return sorted(rank for rank in self.ranks if rank is not None and (k is None or rank <= k))

    def _listed(self, k: int | None = None) -> list[int | None]:
        """What the first k chunks find as a list of single things: at each place a span's number, or None."""
        listed: list[int | None] = []
        for number, rank in enumerate(self._found(k)):
            listed += [None] * (rank - 1 - len(listed))
            listed.append(number)
        return listed
