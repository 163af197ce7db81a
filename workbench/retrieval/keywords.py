"""Keyword search with BM25 (Robertson and Zaragoza 2009): the one module that imports bm25s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workbench.text.words import stems

_SCORE_DIGITS = 6
"""Scores are summed in single precision, of which further digits are noise."""


class KeywordSearch:
    """BM25 over texts, kept in memory. Safe to use from several threads."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index the texts; equal texts in equal order give equal scores."""
        import bm25s

        words = [stems(text) for text in texts]
        # Numbered by ourselves in sorted order: bm25s would number a set, whose order changes between processes.
        self._numbers = {stem: number for number, stem in enumerate(sorted({stem for text in words for stem in text}))}
        self._index: Any = None
        if self._numbers:
            self._index = bm25s.BM25(method="lucene", backend="numpy")
            ids = [[self._numbers[stem] for stem in text] for text in words]
            self._index.index((ids, self._numbers), create_empty_token=False, show_progress=False)

    def scores(self, query: str) -> list[tuple[int, float]]:
        """Position and score of each text that shares a word with the query, in order of position."""
        known = [self._numbers[stem] for stem in stems(query) if stem in self._numbers]
        if not known:
            return []
        scores = self._index.get_scores_from_ids(known)
        return [(int(at), round(float(scores[at]), _SCORE_DIGITS)) for at in scores.nonzero()[0]]
