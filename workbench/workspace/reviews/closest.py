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
MOST_MARKED = 2
"""Sentences of one source for one sentence of the answer."""


def closest_passages(case: ReviewCase) -> Mapping[int, Sequence[Span]]:
    """By the number of each cited source the sentences to look at, in order.

    For every sentence of the answer that cites the source they are the ones that share most words with it. That is a
    place to start reading, not a proof; a source that shares too few words has none.
    """
    marks = sorted({(citation.start, citation.end) for citation in case.citations})
    claims = sentence_spans(case.answer, citations=marks)
    found: dict[int, set[Span]] = {}
    for citation in case.citations:
        said = _said(case.answer, claims, marks, citation)
        for number in citation.sources:
            passages = _closest(case.sources[number - 1][1], said)
            if passages:
                found.setdefault(number, set()).update(passages)
    return {number: sorted(passages) for number, passages in found.items()}


def _said(answer: str, claims: Sequence[Span], marks: Sequence[Span], citation: Citation) -> frozenset[str]:
    """The words of the sentence that holds a citation, without the citations themselves."""
    start, end = next((claim for claim in claims if claim[0] <= citation.start < claim[1]), (0, len(answer)))
    inside = [mark for mark in marks if start <= mark[0] < end]
    bounds = [start, *(edge for mark in inside for edge in mark), end]
    bare = " ".join(answer[a:b] for number, (a, b) in enumerate(pairwise(bounds)) if number % 2 == 0)
    return frozenset(stems(bare))


def _closest(source: str, said: frozenset[str]) -> Sequence[Span]:
    """The source's sentence with most of the words, and the one with most of the rest; of several the shortest.

    Two, because a table says in its head what a row is about.
    """
    spans = sentence_spans(source)
    words = [said.intersection(stems(source[start:end])) for start, end in spans]
    found: list[Span] = []
    rest = said
    for _ in range(MOST_MARKED):
        shared, _short, at = max(
            (
                (len(rest & held), start - end, at)
                for at, (held, (start, end)) in enumerate(zip(words, spans, strict=True))
            ),
            default=(0, 0, 0),
        )
        if shared < max(1, min(FEWEST_SHARED, len(said))):
            break
        found.append(spans[at])
        rest -= words[at]
    return found
