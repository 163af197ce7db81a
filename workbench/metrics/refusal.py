"""Declining to answer: how it is recognised, and whether it was right."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.domain.prompt import Policy
from workbench.domain.score import MetricInfo, Scored, ScoreInput, ScoreResult, Unscored
from workbench.metrics.citations import citation_spans
from workbench.metrics.rule import RuleMetric
from workbench.metrics.text import normalise, plain, without, words
from workbench.text.sentences import Span, sentence_spans

MAX_EXTRA_WORDS = 40
"""A refusal may explain itself or say whom to ask; an answer with more words beside it is an answer."""

_SOURCE = r"(?:documents?|sources?|contexts?|passages?|texts?|materials?|information|excerpts?|articles?)"
_NOT = r"(?:do not|does not|don't|doesn't|did not|didn't)"
_UNABLE = r"(?:can't|cannot|can not|couldn't|could not|unable to|not able to|won't|will not)"
_SAID = r"(?:mentioned|stated|covered|specified|provided|included|found|given|available|clear|known)"

_PHRASES = (
    rf"\bi {_NOT} know\b",
    rf"\b(?:i|we) {_NOT} have (?:\w+ ){{0,3}}(?:information|details|data|answer|access)\b",
    (
        rf"\bi(?:'m| am| was)? {_UNABLE} (?:\w+ )?"
        r"(?:find|locate|answer|provide|help|assist|determine|confirm|tell|share|comply|do that|give|reveal)\b"
    ),
    # A company that says "we cannot provide loans to minors" declines no question, so "we" has fewer verbs than "I".
    rf"\bwe(?:'re| are| were)? {_UNABLE} (?:\w+ )?(?:find|locate|answer|determine|confirm)\b",
    r"\bi (?:must |have to )decline\b",
    (
        rf"\b{_SOURCE} (?:\w+ ){{0,4}}?{_NOT} (?:\w+ )?"
        r"(?:contain|mention|say|provide|include|specify|state|cover|address|give|answer|discuss|tell)\b"
    ),
    r"\bthere (?:is|are|was) (?:no|not enough|not any|insufficient) (?:\w+ ){0,2}(?:information|mention|details?|data)\b",
    r"\bno (?:\w+ )?(?:information|details|mention) (?:is |was |are )?(?:available|provided|given|found|about|on)\b",
    rf"\b(?:is|are|was|were) not (?:\w+ly )?{_SAID} (?:in|by|from) (?:\w+ ){{0,2}}{_SOURCE}\b",
    rf"\b(?:it is|it's|is|was) not \w+ly {_SAID}\b",
    rf"\bit(?:'s| is) not (?:{_SAID}|possible to (?:determine|say|tell|answer|know))\b",
    r"\bit(?:'s| is) unclear\b",
    rf"\b(?:information|answer) (?:is|was) not {_SAID}\b",
    r"\bcan(?:not|'t| not) be (?:determined|answered|found)\b",
    rf"^not (?:\w+ly )?{_SAID}\b",
)
PATTERNS = tuple(re.compile(phrase) for phrase in _PHRASES)
"""What declining sounds like in English, tried on the first sentences in lower case. A prompt whose answers are in
another language should agree a sentence in its policy."""

_OPENING_SENTENCES = 2
_MAX_WORDS_BEFORE = 8
# "The sources do not say. However, fees are 1%." answers after all; "..., but you could ask the office" does not.
_CONTRAST = re.compile(r"\b(?:but|however|nevertheless|nonetheless|that said|although)\b")
_REFERRAL = re.compile(r"\b(?:ask|contact|consult|check|refer|reach out|rephrase|speak|happy to|help you|visit)\b")


def how_refused(text: str, policy: Policy) -> str | None:
    """By what the text is recognised as declining to answer; None when it is not.

    The sentence agreed in the prompt's policy counts first, compared without case and punctuation; then `PATTERNS` in
    the first two sentences, unless it goes on with "however" and an answer. Either way the text must cite nothing
    outside the declining sentence and say little besides (`MAX_EXTRA_WORDS`): "I can't find that. The fee is 1% [2]."
    is an answer.
    """
    citations = citation_spans(text, policy.citations)
    if policy.refusal is not None and _declines_as_agreed(text, policy.refusal, citations):
        return "the agreed sentence"
    for start, end in sentence_spans(text, citations=citations)[:_OPENING_SENTENCES]:
        inside = [(first - start, last - start) for first, last in citations if start <= first < end]
        sentence = plain(without(text[start:end], inside))
        phrase = next((match for pattern in PATTERNS if (match := pattern.search(sentence)) is not None), None)
        if phrase is None or len(citations) > len(inside) or len(words(text[:start])) > _MAX_WORDS_BEFORE:
            continue
        rest = f"{sentence[phrase.end() :]} {plain(text[end:])}"
        answers_after_all = _CONTRAST.search(rest) is not None and _REFERRAL.search(rest) is None
        if not answers_after_all and len(words(text[end:])) <= MAX_EXTRA_WORDS:
            return repr(text[start:end])
    return None


def _declines_as_agreed(text: str, agreed: str, citations: Sequence[Span]) -> bool:
    said, wanted = normalise(without(text, citations)), normalise(agreed)
    if not wanted or wanted in (said, normalise(text)):
        return bool(wanted)
    before, found, after = f" {said} ".partition(f" {wanted} ")
    return bool(found) and not citations and len(f"{before} {after}".split()) <= MAX_EXTRA_WORDS


def _refusal_correct(given: ScoreInput) -> ScoreResult:
    if given.example.expect == "ignore":
        return Unscored("the row says that its answer is not to be scored")
    how = how_refused(given.completion.text, given.prompt.policy)
    if given.example.expect == "refuse":
        if how is None:
            return Scored(0.0, "answered, although the row expects it to decline")
        return Scored(1.0, f"declined, as it should ({how})")
    if how is None:
        return Scored(1.0, "did not decline")
    return Scored(0.0, f"declined ({how}), although the row expects an answer")


REFUSAL_CORRECT = RuleMetric(
    MetricInfo(
        name="refusal_correct",
        version="1",
        kind="pass_fail",
        direction="higher",
        title="Declines only when it should",
        meaning="Whether the answer declines exactly when its row expects that, by the sentence agreed in the prompt's "
        "policy or by common English phrases. Unscored for rows to be ignored.",
    ),
    _refusal_correct,
)
