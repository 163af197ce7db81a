"""Where to look first in a cited source: the sentence that comes closest to what the answer says there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from workbench.metrics.citations import Citation
from workbench.text.sentences import Span, sentence_spans
from workbench.text.words import stems
from workbench.workspace.reviews.case import ReviewCase

FEWEST_SHARED = 2
"""Words in common below which a sentence is not close to another."""


def closest_passages(case: ReviewCase) -> Mapping[int, Sequence[Span]]:
    """By the number of each cited source the sentences to look at, in order.

    For every sentence of the answer that cites the source it is the one that shares most words with it. That is a
    place to start reading, not a proof; a source that shares too few words has none.
    """
    marks = sorted({(citation.start, citation.end) for citation in case.citations})
    claims = sentence_spans(case.answer, citations=marks)
    found: dict[int, set[Span]] = {}
    for citation in case.citations:
        said = _said(case.answer, claims, marks, citation)
        for number in citation.sources:
            passage = _closest(case.sources[number - 1][1], said)
            if passage is not None:
                found.setdefault(number, set()).add(passage)
    return {number: sorted(passages) for number, passages in found.items()}


def _said(answer: str, claims: Sequence[Span], marks: Sequence[Span], citation: Citation) -> frozenset[str]:
    """The words of the sentence that holds a citation, without the citations themselves."""
    start, end = next((claim for claim in claims if claim[0] <= citation.start < claim[1]), (0, len(answer)))
    inside = [mark for mark in marks if start <= mark[0] < end]
    bounds = [start, *(edge for mark in inside for edge in mark), end]
    bare = " ".join(answer[a:b] for number, (a, b) in enumerate(pairwise(bounds)) if number % 2 == 0)
    return frozenset(stems(bare))


def _closest(source: str, said: frozenset[str]) -> Span | None:
    """The source's sentence with most of the words; of several the shortest, as it says little else."""
    best: tuple[int, int, Span] | None = None
    for start, end in sentence_spans(source):
        shared = len(said.intersection(stems(source[start:end])))
        if shared >= min(FEWEST_SHARED, len(said)) and shared and (best is None or (shared, start - end) > best[:2]):
            best = (shared, start - end, (start, end))
    return None if best is None else best[2]
