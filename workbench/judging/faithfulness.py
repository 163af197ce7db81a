"""Faithfulness: the share of an answer's sentences that follow from the sources, contradictions named.

It measures what groundedness measures, over given sentences instead of claims that the judge finds itself. So every
judge counts the same things, a person can check each sentence, and what sources contradict is told from what they do
not mention. Groundedness is finer: of a sentence that claims three things it can find two supported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.model import CompletionRequest
from workbench.domain.score import Kind, Scored, ScoreInput, ScoreResult
from workbench.judging.groundedness import NO_CLAIMS, Groundedness
from workbench.judging.material import fenced, numbered, question_of, sources_of
from workbench.judging.numbered_verdicts import NumberedVerdict, VerdictForm, checked
from workbench.judging.verdicts import counts_of, last_verdict, request_code, unreadable
from workbench.text.sentences import sentences

FOLLOWS, CONTRADICTED, NOT_STATED, NO_CLAIM = "follows", "contradicted", "not stated", "no claim"

INSTRUCTIONS = """\
You check whether the sentences of an answer follow from the sources that its writer was given. You judge this only: \
not style, and not whether a sentence is true in the world. Your own knowledge does not count.

The question, the sources and the sentences of the answer follow in the user's message, {fences}.

Do this for each sentence by itself, in the order of their numbers; read the sentences before it to know what its words \
refer to:
1. Choose one verdict. "follows": a careful reader would conclude all that the sentence states from the sources, in \
whatever words; numbers, dates, names, conditions and negations must agree. "contradicted": a source says otherwise. "not \
stated": it says something, or more than a detail, that no source says. "no claim": a greeting, a question, an offer of \
help, a heading, or a statement that the sources do not say something.
2. {order}

Reply with one JSON object and nothing else:
{shape}
`code` repeats the code of this request. `sources` lists the numbers of the sources that the sentence follows from or \
that contradict it, and is empty when there is none. Each sentence has exactly one entry.
If you cannot write JSON, give your reasons in words and end with this line alone:
VERDICT <code>: <number of sentences that follow> of <number of sentences that claim something>"""
FORM = VerdictForm(
    "sentences",
    "sentence",
    "verdict",
    names_sources=True,
    choices=(FOLLOWS, CONTRADICTED, NOT_STATED, NO_CLAIM),
    told=INSTRUCTIONS,
)


@dataclass(frozen=True)
class Faithfulness:
    """The rubric."""

    name: str = "faithfulness"
    title: str = "Faithful to the sources"
    meaning: str = (
        "Share of the answer's sentences that a judge model finds to follow from the sources shown, of those that claim "
        "something; contradictions are named. Groundedness says the same by claims instead of sentences. Unscored when "
        "the answer declines, is empty or claims nothing, no sources were shown, no judge model is set, or the verdict "
        "cannot be read."
    )
    kind: Kind = "share"
    aspect: str = Groundedness.aspect

    def content(self, *, reasons_first: bool) -> Mapping[str, Any]:
        """The instructions and the schema of the reply."""
        return FORM.content(reasons_first=reasons_first)

    def without_asking(self, given: ScoreInput) -> ScoreResult | None:
        """As for groundedness."""
        return Groundedness().without_asking(given)

    def request(
        self, given: ScoreInput, *, reasons_first: bool, parameters: Mapping[str, Any], timeout_s: float
    ) -> CompletionRequest:
        """See `Rubric`."""
        shown = material(given)
        return FORM.request(shown, reasons_first=reasons_first, parameters=parameters, timeout_s=timeout_s)

    def read(self, text: str, given: ScoreInput) -> ScoreResult:
        """Sentences that follow / sentences that claim something; the reason names the others."""
        said, verdict = sentences(given.completion.text), last_verdict(text, code_of(given))
        if isinstance(verdict, str):
            counts = counts_of(verdict)
            return unreadable(text, verdict) if counts is None or counts[1] > len(said) else _of_counts(*counts)
        found = None if verdict is None else FORM.read(verdict, len(said))
        if found is None:
            return unreadable(text, verdict)
        return _of_verdicts([checked(one, len(given.sources)) for one in found], said)


def code_of(given: ScoreInput) -> str:
    """The code of the request about this output."""
    return request_code("faithfulness", question_of(given), sources_of(given), given.completion.text)


def material(given: ScoreInput) -> str:
    """Question, sources and the sentences of the answer, fenced."""
    parts = [("QUESTION", question_of(given)), *numbered("SOURCE", sources_of(given))]
    return fenced(code_of(given), [*parts, *numbered("SENTENCE", sentences(given.completion.text))])


def _of_counts(follow: int, total: int) -> ScoreResult:
    if total == 0:
        return NO_CLAIMS
    return Scored(follow / total, f"{follow} of {total} sentences follow from the sources; the judge named none")


def _of_verdicts(verdicts: Sequence[NumberedVerdict], said: Sequence[str]) -> ScoreResult:
    claims = [(text, one) for text, one in zip(said, verdicts, strict=True) if one.choice != NO_CLAIM]
    if not claims:
        return NO_CLAIMS
    lacking = [(text, one) for text, one in claims if not one.yes]
    if not lacking:
        return Scored(1.0, f"all {len(claims)} sentences follow" if len(claims) > 1 else "its one claim follows")
    contradicted = [(text, one) for text, one in lacking if one.choice == CONTRADICTED]
    others = [(text, one) for text, one in lacking if one.choice != CONTRADICTED]
    named = [f"{len(lacking)} of {len(claims)} sentences do not follow"]
    named += [f"contradicted by the sources: {_named(contradicted)}"] if contradicted else []
    named += [f"not stated by them: {_named(others)}"] if others else []
    return Scored(1 - len(lacking) / len(claims), "; ".join(named))


def _named(sentences_: Sequence[tuple[str, NumberedVerdict]]) -> str:
    return "; ".join(f"{text!r} ({one.reason})" if one.reason else repr(text) for text, one in sentences_)
