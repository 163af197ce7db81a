"""Whether answers say where they have it from: validity, coverage and choice of citations."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.errors import InputError
from workbench.metrics.citations import Citation, cited
from workbench.metrics.refusal import how_refused
from workbench.metrics.rule import RuleMetric
from workbench.metrics.spans import parse_span
from workbench.metrics.text import without, words
from workbench.text.sentences import sentence_spans
from workbench.text.shortening import shortened

MIN_FACTUAL_WORDS = 4
"""Shorter sentences ("Yes.", "In short:") state nothing that could be looked up in a source."""

_MARKER = re.compile(r"^\s*(?:[-*•+>|]|\d{1,3}[.)])\s*")

Compute = Callable[[ScoreInput, tuple[Citation, ...]], ScoreResult]


def is_factual(sentence: str) -> bool:
    """Whether a sentence states something: not a heading, a question, a lead-in that ends in a colon, or a few words."""
    stripped = sentence.strip()
    if stripped.startswith("#") or stripped.endswith((":", "?", "？")):
        return False
    return len(words(_MARKER.sub("", stripped))) >= MIN_FACTUAL_WORDS


@dataclass(frozen=True)
class FactualSentence:
    """A sentence of an answer that states something, and what it cites."""

    written: str
    """As it stands in the answer."""
    stated: str
    """Without the citations."""
    citations: tuple[Citation, ...]


def factual_sentences(text: str, citations: Sequence[Citation]) -> list[FactualSentence]:
    """The sentences of a text that state something, in order, each with those of the given citations that it holds."""
    starts = [citation.start for citation in citations]
    found = []
    for start, end in sentence_spans(text, citations=[(c.start, c.end) for c in citations]):
        inside = tuple(citations[bisect_left(starts, start) : bisect_left(starts, end)])
        stated = without(text[start:end], [(c.start - start, c.end - start) for c in inside])
        if is_factual(stated):
            found.append(FactualSentence(text[start:end], stated.strip(), inside))
    return found


def _on_citations(compute: Compute) -> Callable[[ScoreInput], ScoreResult]:
    """A score that needs citations to be expected and readable."""

    def score(given: ScoreInput) -> ScoreResult:
        if not given.sources and not given.prompt.policy.citations.required:
            return Unscored("the prompt showed no sources, so there is nothing to cite")
        try:
            found = cited(given)
        except InputError as error:
            return Unscored(f"the prompt's citation pattern cannot be used: {error}")
        return compute(given, found)

    return score


def _validity(given: ScoreInput, citations: tuple[Citation, ...]) -> ScoreResult:
    if not citations:
        return Unscored("the answer cites nothing")
    invalid = list(dict.fromkeys(citation.target for citation in citations if not citation.valid))
    share = sum(citation.valid for citation in citations) / len(citations)
    if not invalid:
        return Scored(share, f"all {len(citations)} name a source that was shown")
    return Scored(share, f"no such source among the {len(given.sources)} shown: {', '.join(map(repr, invalid[:5]))}")


def _coverage(given: ScoreInput, citations: tuple[Citation, ...]) -> ScoreResult:
    text = given.completion.text
    if how_refused(text, given.prompt.policy) is not None:
        return Unscored("the answer declines, so it states nothing that needs a source")
    factual = factual_sentences(text, citations)
    if not factual:
        return Unscored("the answer has no sentence that states a fact")
    bare = [one.written for one in factual if not any(citation.valid for citation in one.citations)]
    if not bare:
        return Scored(1.0, f"{_sentences(len(factual))}, each with a source")
    said = f"{len(bare)} of {_sentences(len(factual))} without a source: {shortened(bare[0], 100)!r}"
    return Scored(1 - len(bare) / len(factual), said)


def _cites_gold(given: ScoreInput, citations: tuple[Citation, ...]) -> ScoreResult:
    if not given.example.relevant:
        return Unscored("the row does not say which documents hold the answer")
    if given.example.context is not None:
        return Unscored("the row brings its own sources, which are not documents of an index")
    shown = {given.sources[n - 1].chunk.document for citation in citations for n in citation.sources}
    if not shown:
        return Unscored("the answer cites no source that was shown")
    wanted = {parse_span(span).document: parse_span(span) for span in given.example.relevant}
    missing = [name for name, span in wanted.items() if not any(span.in_document(document) for document in shown)]
    reason = f"not cited: {', '.join(missing)}" if missing else "cites every document that holds the answer"
    return Scored(1 - len(missing) / len(wanted), reason)


CITATION_VALIDITY = RuleMetric(
    MetricInfo(
        name="citation_validity",
        version="1",
        kind="share",
        direction="higher",
        title="Citations that exist",
        meaning="Share of the answer's citations that name a source the model was shown. Unscored when the answer cites "
        "nothing (see citation coverage) or no sources were shown.",
    ),
    _on_citations(_validity),
)

CITATION_COVERAGE = RuleMetric(
    MetricInfo(
        name="citation_coverage",
        version="1",
        kind="share",
        direction="higher",
        title="Sentences with a source",
        meaning="Share of the answer's factual sentences (four words or more, no questions, headings or lead-ins) with "
        "a citation of a source that was shown. Unscored when the answer declines, states no fact, or no sources were "
        "shown.",
    ),
    _on_citations(_coverage),
)

CITES_GOLD = RuleMetric(
    MetricInfo(
        name="cites_gold",
        version="1",
        kind="share",
        direction="higher",
        title="Cites the right documents",
        meaning="Share of the documents that hold the answer, as the row names them, that the answer cites. Unscored "
        "when the row names none or the answer cites no source that was shown.",
    ),
    _on_citations(_cites_gold),
)


def _sentences(count: int) -> str:
    return f"{count} factual sentence{'' if count == 1 else 's'}"
