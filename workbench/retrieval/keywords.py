"""Keyword search with BM25 (Robertson and Zaragoza 2009): the one module that imports bm25s.

Beside the words themselves, pairs of words that stand next to each other in the query and in a text say that the text
means the same by them (Metzler and Croft 2005, A Markov random field model for term dependencies). Pairs are looked up
where a query has them: an index of all pairs would be larger than the texts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from workbench.text.words import stems

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_SATURATION = 1.5
_LENGTH_PART = 0.75
"""The usual constants of BM25: k1 and b."""
_PAIR_WEIGHT = 0.2
"""What a pair counts beside a word of the same rarity."""
_SCORE_DIGITS = 6
"""Scores are summed in single precision, of which further digits are noise."""
_BETWEEN_TEXTS = -1


@dataclass(frozen=True)
class KeywordHit:
    """A text that shares a word with a query."""

    at: int
    """Its position among the texts."""
    score: float
    """BM25 over words."""
    with_pairs: float
    """The same, and more for pairs of neighbouring words."""
    share: float
    """The score as a part of the highest that the query's words could give, from 0 to 1."""


class KeywordSearch:
    """BM25 over texts, kept in memory. Safe to use from several threads."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index the texts; equal texts in equal order give equal scores."""
        import bm25s

        words = [stems(text) for text in texts]
        # Numbered by ourselves in sorted order: bm25s would number a set, whose order changes between processes.
        self._numbers = {stem: number for number, stem in enumerate(sorted({stem for text in words for stem in text}))}
        ids = [[self._numbers[stem] for stem in text] for text in words]
        self._texts = len(texts)
        self._pairs = _Pairs(ids, len(self._numbers))
        self._index: Any = None
        if self._numbers:
            self._index = bm25s.BM25(k1=_SATURATION, b=_LENGTH_PART, method="lucene", backend="numpy")
            self._index.index((ids, self._numbers), create_empty_token=False, show_progress=False)

    def search(self, query: str) -> list[KeywordHit]:
        """The texts that share a word with the query, in order of position."""
        words = stems(query)
        known = [self._numbers[stem] for stem in words if stem in self._numbers]
        if not known:
            return []
        scores = self._index.get_scores_from_ids(known)
        pairs = self._pairs.scores(
            (self._numbers[first], self._numbers[second])
            for first, second in pairwise(words)
            if first in self._numbers and second in self._numbers
        )
        both = scores + _PAIR_WEIGHT * pairs
        most = sum(_rarity(self._texts, self._holding(stem)) for stem in words)
        return [
            KeywordHit(int(at), _rounded(scores[at]), _rounded(both[at]), _rounded(scores[at] / most))
            for at in scores.nonzero()[0]
        ]

    def _holding(self, stem: str) -> int:
        """How many texts hold a stem."""
        number = self._numbers.get(stem)
        return 0 if number is None else self._pairs.texts_of(number)


class _Pairs:
    """Where each word stands, so that its neighbours can be looked at."""

    def __init__(self, texts: Sequence[Sequence[int]], words: int) -> None:
        import numpy as np

        lengths = np.array([len(text) for text in texts], dtype=np.int64)
        # A mark after each text, so that the last word of one and the first of the next are no neighbours.
        self._sequence = np.array([word for text in texts for word in (*text, _BETWEEN_TEXTS)], dtype=np.int32)
        self._text_of = np.repeat(np.arange(len(texts), dtype=np.int32), lengths + 1)
        self._order = np.argsort(self._sequence, kind="stable").astype(np.int32)
        self._ends = np.searchsorted(self._sequence, np.arange(words), side="right", sorter=self._order)
        self._starts = np.searchsorted(self._sequence, np.arange(words), side="left", sorter=self._order)
        usual = max(1, lengths.sum()) / max(1, len(texts))
        self._slack = _SATURATION * (1 - _LENGTH_PART + _LENGTH_PART * lengths / usual)

    def texts_of(self, word: int) -> int:
        """How many texts hold a word."""
        import numpy as np

        return len(np.unique(self._text_of[self._places(word)]))

    def scores(self, pairs: Iterable[tuple[int, int]]) -> NDArray[np.float64]:
        """BM25 of each text over these pairs of neighbours."""
        import numpy as np

        total = np.zeros(len(self._slack))
        for first, second in pairs:
            places = self._places(first)
            places = places[self._sequence[places + 1] == second]
            if len(places):
                texts, times = np.unique(self._text_of[places], return_counts=True)
                total[texts] += _rarity(len(total), len(texts)) * times / (times + self._slack[texts])
        return total

    def _places(self, word: int) -> NDArray[np.int32]:
        """Positions of a word in the sequence."""
        return self._order[self._starts[word] : self._ends[word]]


def _rarity(texts: int, holding: int) -> float:
    """What BM25 multiplies a word by that so many of the texts hold."""
    return math.log1p((texts - holding + 0.5) / (holding + 0.5))


def _rounded(score: float) -> float:
    return round(float(score), _SCORE_DIGITS)
