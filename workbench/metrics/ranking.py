"""How good a ranked list is when it is known what is relevant: recall, precision, hit, reciprocal rank, AP, nDCG.

The definitions are those of trec_eval, and the figures agree with its own test files. In one thing this module is
stricter: a question without anything relevant has no value (None), where trec_eval counts a 0. `average` leaves such
questions out and counts them. An item that comes twice counts where it comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import log2
from statistics import fmean
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def by_score(scores: Mapping[str, float]) -> list[str]:
    """Names from the highest score to the lowest; of equal scores the later name comes first, as in trec_eval."""
    return sorted(scores, key=lambda name: (scores[name], name), reverse=True)


def relevant_from(grades: Mapping[str, float], level: float = 1) -> frozenset[str]:
    """The names whose grade of relevance is at least `level`."""
    return frozenset(name for name, grade in grades.items() if grade >= level)


def recall_at(ranked: Sequence[T], relevant: Collection[T], k: int) -> float | None:
    """The share of all that is relevant that is among the first k."""
    return len(_hits(ranked, relevant, k)) / len(relevant) if relevant else None


def precision_at(ranked: Sequence[T], relevant: Collection[T], k: int) -> float | None:
    """Relevant items among the first k, divided by k, also where fewer than k were found.

    With k the number of relevant items it is R-precision.
    """
    return len(_hits(ranked, relevant, k)) / k if relevant else None


def hit_at(ranked: Sequence[T], relevant: Collection[T], k: int) -> float | None:
    """1 when anything relevant is among the first k, else 0. Also called success."""
    return float(bool(_hits(ranked, relevant, k))) if relevant else None


def reciprocal_rank(ranked: Sequence[T], relevant: Collection[T]) -> float | None:
    """1 / rank of the first relevant item; 0 when there is none. Its mean over questions is MRR."""
    if not relevant:
        return None
    hits = _hits(ranked, relevant, None)
    return 1 / hits[0] if hits else 0.0


def average_precision(ranked: Sequence[T], relevant: Collection[T], k: int | None = None) -> float | None:
    """The mean, over all that is relevant, of the precision where it was found; 0 for what was not, or after k.

    Its mean over questions is MAP.
    """
    if not relevant:
        return None
    hits = _hits(ranked, relevant, k)
    return sum(found / rank for found, rank in enumerate(hits, 1)) / len(relevant)


def ndcg(ranked: Sequence[T], gains: Mapping[T, float], k: int | None = None) -> float | None:
    """Normalised discounted cumulative gain of the first k: each gain / log2(rank + 1), divided by the best order's.

    The gain is linear: what `gains` says, and 0 for what it does not name. For 2^grade - 1, hand over gains of that
    kind. None where nothing has a gain above 0.
    """
    best = discounted(sorted((gain for gain in gains.values() if gain > 0), reverse=True)[:k])
    if not best:
        return None
    left = dict(gains)
    return discounted([left.pop(item, 0.0) for item in islice(ranked, k)]) / best


def discounted(gains: Sequence[float]) -> float:
    """Discounted cumulative gain: the sum of gains by rank, each divided by log2(rank + 1)."""
    return sum(gain / log2(rank + 1) for rank, gain in enumerate(gains, 1))


@dataclass(frozen=True)
class Average:
    """A measure over questions."""

    mean: float | None
    """None where no question has a value."""
    n: int
    """Questions that count."""
    without_value: int
    """Questions left out, because nothing is known to be relevant to them."""


def average(values: Mapping[str, float | None], asked: Collection[str] = ()) -> Average:
    """The mean of a measure by question. A question of `asked` that has no entry was not answered, and counts 0."""
    known = [value for value in values.values() if value is not None]
    known += [0.0 for question in asked if question not in values]
    left_out = sum(value is None for value in values.values())
    return Average(fmean(known) if known else None, len(known), left_out)


def _hits(ranked: Sequence[T], relevant: Collection[T], k: int | None) -> list[int]:
    """The ranks, from 1, at which something relevant comes for the first time."""
    left = set(relevant)
    hits = []
    for rank, item in enumerate(islice(ranked, k), 1):
        if item in left:
            left.remove(item)
            hits.append(rank)
    return hits
