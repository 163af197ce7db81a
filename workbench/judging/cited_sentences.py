"""The sentences of an answer whose citations a judge can check, and what it is shown of them.

A sentence can be checked when it cites something, and nothing that was not shown. What the others are worth is known
without a judge: as in ALCE, no citation, or one of a source that nobody was shown, supports nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.score import ScoreInput, Unscored
from workbench.errors import InputError
from workbench.judging.groundedness import Groundedness
from workbench.judging.material import numbered, question_of, sources_of
from workbench.metrics.citations import Citation, cited
from workbench.metrics.sourcing import FactualSentence, factual_sentences

Parts = list[tuple[str, str]]


@dataclass(frozen=True)
class CitedSentences:
    """The factual sentences of an answer, by what is known of them before a judge is asked."""

    checkable: tuple[FactualSentence, ...]
    """Those that cite, and only what was shown."""
    astray: tuple[FactualSentence, ...]
    """Those that cite something that was not shown."""
    bare: tuple[FactualSentence, ...]
    """Those that cite nothing."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.checkable) + len(self.astray) + len(self.bare)


def cited_sentences(given: ScoreInput) -> CitedSentences:
    """The factual sentences of an output. InputError when the prompt's citation pattern cannot be used."""
    factual = factual_sentences(given.completion.text, cited(given))
    citing = [one for one in factual if one.citations]
    return CitedSentences(
        checkable=tuple(one for one in citing if all(citation.valid for citation in one.citations)),
        astray=tuple(one for one in citing if not all(citation.valid for citation in one.citations)),
        bare=tuple(one for one in factual if not one.citations),
    )


def why_not_checked(given: ScoreInput) -> Unscored | None:
    """Why an output has no sentences whose citations are worth a look; None when it has."""
    known = Groundedness().without_asking(given)
    if isinstance(known, Unscored):
        return known
    try:
        found = cited_sentences(given)
    except InputError as error:
        return Unscored(f"the prompt's citation pattern cannot be used: {error}")
    return None if found.count else Unscored("the answer has no sentence that states a fact")


def citations_of(sentence: FactualSentence) -> tuple[Citation, ...]:
    """What a sentence cites, in order; the same thing cited twice in it counts once."""
    found: dict[object, Citation] = {}
    for citation in sentence.citations:
        found.setdefault(citation.sources or citation.target, citation)
    return tuple(found.values())


def shown_parts(given: ScoreInput, asked: Sequence[FactualSentence], listed: Sequence[str]) -> Parts:
    """Question, the sources that the sentences cite, the answer, the sentences and who cites what, each with a name."""
    wanted = {source for one in asked for citation in one.citations for source in citation.sources}
    sources = numbered("SOURCE", sources_of(given))
    return [
        ("QUESTION", question_of(given)),
        *(part for number, part in enumerate(sources, 1) if number in wanted),
        ("ANSWER", given.completion.text),
        *numbered("SENTENCE", [one.stated for one in asked]),
        ("CITATIONS", "\n".join(listed)),
    ]


def sources_named(sources: Sequence[int]) -> str:
    """Such as `source 2`, or `sources 1 and 3`."""
    *first, last = map(str, sources)
    return f"sources {', '.join(first)} and {last}" if first else f"source {last}"


def quoted(sentences: Sequence[tuple[FactualSentence, str]]) -> str:
    """Sentences as the answer has them, each with the judge's reason where it gave one."""
    return "; ".join(f"{one.written!r} ({reason})" if reason else repr(one.written) for one, reason in sentences)
