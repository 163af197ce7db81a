"""Keyword search with BM25 (Robertson and Zaragoza 2009): the one module that imports bm25s.

Beside the words themselves, pairs of words that stand next to each other in the query and in a text say that the text
means the same by them (Metzler and Croft 2005, A Markov random field model for term dependencies). Pairs are looked up
where a query has them: an index of all pairs would be larger than the texts.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.errors import IntegrityError
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
_SEQUENCE_FILE = "sequence.npy"


@dataclass(frozen=True)
class KeywordMatches:
    """How well each text matches a query, by position; 0 for texts that share no word with it."""

    words: NDArray[np.float64]
    """BM25 over words."""
    with_pairs: NDArray[np.float64]
    """The same, and more for pairs of neighbouring words."""
    most: float
    """The highest score that the query's words could give."""

    def share(self, at: int) -> float:
        """The score over words of the text at a position, as a part of the highest possible: from 0 to 1."""
        return round(float(self.words[at]) / self.most, _SCORE_DIGITS) if self.most else 0.0


class KeywordSearch:
    """BM25 over texts, kept in memory. Safe to use from several threads."""

    def __init__(self, numbers: Mapping[str, int], sequence: NDArray[np.int32], index: Any) -> None:
        """`numbers` by word; `sequence` are the words of all texts with a mark after each; `index` is of bm25s."""
        self._numbers = numbers
        self._index = index
        self._places = _Places(sequence, len(numbers))
        self._texts = self._places.texts

    @classmethod
    def of(cls, texts: Sequence[str]) -> KeywordSearch:
        """Index the texts; equal texts in equal order give equal scores."""
        import numpy as np

        bm25s = _bm25s()
        words = [stems(text) for text in texts]
        # Numbered by ourselves in sorted order: bm25s would number a set, whose order changes between processes.
        numbers = {stem: number for number, stem in enumerate(sorted({stem for text in words for stem in text}))}
        ids = [[numbers[stem] for stem in text] for text in words]
        # A mark after each text, so that the last word of one and the first of the next are no neighbours.
        sequence = np.array([word for text in ids for word in (*text, _BETWEEN_TEXTS)], dtype=np.int32)
        index = None
        if numbers:
            index = bm25s.BM25(k1=_SATURATION, b=_LENGTH_PART, method="lucene", backend="numpy")
            index.index((ids, numbers), create_empty_token=False, show_progress=False)
        return cls(numbers, sequence, index)

    def save(self, folder: Path) -> None:
        """Write into a folder what `load` needs: indexing takes a large index many seconds, reading it hardly one."""
        import numpy as np

        np.save(folder / _SEQUENCE_FILE, self._places.sequence)
        if self._index is not None:
            self._index.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path, texts: int) -> KeywordSearch:
        """Read what `save` wrote of so many texts. Raises IntegrityError when it is not that."""
        import numpy as np

        bm25s = _bm25s()
        try:
            sequence = np.load(folder / _SEQUENCE_FILE, allow_pickle=False)
            wordless = not (sequence != _BETWEEN_TEXTS).any()
            index = None if wordless else bm25s.BM25.load(folder, show_progress=False)
            read = cls({} if index is None else index.vocab_dict, sequence, index)
        except (OSError, EOFError, ValueError, LookupError, TypeError, AttributeError) as error:
            raise _damaged(folder) from error
        if read._texts != texts:
            raise _damaged(folder)
        return read

    def match(self, query: str) -> KeywordMatches:
        """Compare all texts with a query."""
        import numpy as np

        stemmed = stems(query)
        numbers = [self._numbers.get(stem) for stem in stemmed]
        known = [number for number in numbers if number is not None]
        if not known:
            return KeywordMatches(np.zeros(self._texts), np.zeros(self._texts), 0.0)
        words = np.asarray(self._index.get_scores_from_ids(known), dtype=np.float64)
        pairs = self._places.pair_scores(
            (first, second) for first, second in pairwise(numbers) if first is not None and second is not None
        )
        held = (0 if number is None else int(self._places.holding[number]) for number in numbers)
        most = sum(_rarity(self._texts, holding) for holding in held)
        return KeywordMatches(
            np.round(words, _SCORE_DIGITS), np.round(words + _PAIR_WEIGHT * pairs, _SCORE_DIGITS), most
        )


def best(scores: NDArray[np.float64], count: int) -> list[tuple[int, float]]:
    """Positions and scores of the highest scores above 0, at most `count`, equal ones in order of position."""
    import numpy as np

    found = scores.nonzero()[0]
    if len(found) > count:
        # Sorting all of a large index would take longer than the search.
        least = np.partition(scores[found], -count)[-count]
        found = found[scores[found] >= least]
    ordered = found[np.argsort(-scores[found], kind="stable")][:count]
    return [(int(at), float(scores[at])) for at in ordered]


class _Places:
    """Where each word stands, so that its neighbours can be looked at.

    `texts` is how many there are, `holding` how many of them hold each word.
    """

    def __init__(self, sequence: NDArray[np.int32], words: int) -> None:
        import numpy as np

        self.sequence = sequence
        lengths = np.diff(np.r_[-1, np.flatnonzero(sequence == _BETWEEN_TEXTS)]) - 1
        self.texts = len(lengths)
        self._text_of = np.repeat(np.arange(self.texts, dtype=np.int32), lengths + 1)
        self._order = np.argsort(sequence, kind="stable").astype(np.int32)
        bounds = np.searchsorted(sequence, np.arange(words + 1), sorter=self._order)
        self._starts, self._ends = bounds[:-1], bounds[1:]
        placed, texts_of = sequence[self._order], self._text_of[self._order]
        first = np.r_[True, (np.diff(placed) != 0) | (np.diff(texts_of) != 0)][: len(placed)]
        self.holding: NDArray[np.int64] = np.bincount(placed[first & (placed != _BETWEEN_TEXTS)], minlength=words)
        usual = max(1, lengths.sum()) / max(1, self.texts)
        self._slack = _SATURATION * (1 - _LENGTH_PART + _LENGTH_PART * lengths / usual)

    def pair_scores(self, pairs: Iterable[tuple[int, int]]) -> NDArray[np.float64]:
        """BM25 of each text over these pairs of neighbours."""
        import numpy as np

        total = np.zeros(len(self._slack))
        for first, second in pairs:
            places = self._of(first)
            places = places[self.sequence[places + 1] == second]
            if len(places):
                texts, times = np.unique(self._text_of[places], return_counts=True)
                total[texts] += _rarity(len(total), len(texts)) * times / (times + self._slack[texts])
        return total

    def _of(self, word: int) -> NDArray[np.int32]:
        """Positions of a word in the sequence."""
        return self._order[self._starts[word] : self._ends[word]]


def _bm25s() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its progress bars, which nobody sees, warn in a notebook without widgets
        import bm25s
    return bm25s


def _damaged(folder: Path) -> IntegrityError:
    return IntegrityError(f"{str(folder)!r} is not the keyword index of its chunks.", hint="Build the index again.")


def _rarity(texts: int, holding: int) -> float:
    """What BM25 multiplies a word by that so many of the texts hold."""
    return math.log1p((texts - holding + 0.5) / (holding + 0.5))
