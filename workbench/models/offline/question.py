"""Reads a question: its terms with weights, and what kind of answer it wants."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.offline.passages import Passage
from workbench.models.offline.quotes import split_sentences
from workbench.models.offline.vocabulary import COMMON_WORDS, terms_of
from workbench.text.words import stem, words

_COMMON = frozenset(stem(word) for word in COMMON_WORDS)
_FOLLOW_UP = re.compile(
    r"^(?:and|but|or|also|what about|how about|what if|then|so|same|in that case|ok(?:ay)?)\b|"
    r"\b(?:it|that|this|they|them|those|these|he|she|one|ones|there|then)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|half|third|quarter|free|"
    r"double|no (?:fee|charge|limit|cost))\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:\d{4}|\d+(?::\d\d|(?:st|nd|rd|th)\b)|days?|weeks?|months?|years?|hours?|minutes?|january|february|"
    r"march|april|may|june|july|august|"
    r"september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|noon|midnight|"
    r"annual\w*|daily|weekly|"
    r"monthly|quarter\w*|yearly|before|after|until|once|by|when|during|immediately|as soon as|date|deadline)\b",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"(?<!^)(?<![.!?] )\b[A-Z][a-z]+|\b(?:manager|team|director|officer|staff|department|committee|employees?|"
    r"customers?|members?|board|owner|desk|hr|people|anyone|everyone|lead|head|supervisor|approv\w+)\b"
)
_QUESTION_TYPES = (
    (
        re.compile(
            r"\bhow (?:much|many|long|often|far|large|high|old|big|late|early|soon)\b|\bwhat (?:is|"
            r"are) the (?:\w+ ){0,3}(?:fee|rate|cost|price|limit|amount|percentage|maximum|minimum|number|"
            r"charge)s?\b",
            re.IGNORECASE,
        ),
        _NUMBER,
    ),
    (re.compile(r"\bwhen\b|\bwhat (?:time|date|day)\b|\bdeadline\b|\bby when\b", re.IGNORECASE), _TIME),
    (re.compile(r"\bwho\b|\bwhom\b|\bwhose\b", re.IGNORECASE), _WHO),
)
_PART = re.compile(
    r"[,;]? (?:and|or|but) (?:also )?(?=(?:by |until |for |at |on |in )?(?:what|when|where|who|which|why|how|is|"
    r"are|do|does|can|must|should|will)\b)|"
    r"\?\s+(?=\w)",
    re.IGNORECASE,
)
_POLAR = re.compile(
    r"^(?:\W*(?:and|but|so|then|also|hi|hello)\b,?)*\W*(?:is|are|am|was|were|do|does|did|can|could|may|might|must|"
    r"should|shall|will|would|has|have|had|"
    r"isn['’]t|aren['’]t|don['’]t|doesn['’]t|can['’]t)\b",
    re.IGNORECASE,
)
_DATE_WORDS_TEXT = """
    january february march april may june july august september october november december
    monday tuesday wednesday thursday friday saturday sunday
"""
_DATE_TERMS = frozenset(stem(word) for word in _DATE_WORDS_TEXT.split())
_PROPER = re.compile(r"(?<=[a-z,] )[A-Z][\w-]{2,}")


@dataclass(frozen=True)
class Query:
    """A question as terms with weights."""

    text: str
    weights: dict[str, float]
    """What must be found."""
    context: dict[str, float]
    """What helps to choose, from the question's other sentences and earlier turns, but need not be found."""
    proper: frozenset[str]
    """Terms that are names in the question."""
    unknown: frozenset[str]
    """Terms that must be found and stand in no passage, common words left out."""
    counted: str | None
    """What a question such as "How many days ..." counts, as a stem."""
    wants: re.Pattern[str] | None
    """What an answer of this type of question holds: a number, a time, a person."""


def is_polar(question: str) -> bool:
    """Whether a question can be answered by yes or no."""
    asked = [s for s in split_sentences(question) if "?" in s] or [question]
    return bool(_POLAR.match(asked[-1].strip()))


def read_question(question: str, earlier: Sequence[str], passages: Sequence[Passage], *, weighs_terms: bool) -> Query:
    """The question as terms, weighted by how rare they are in the passages if `weighs_terms`, else all equal.

    What is asked stands in the sentences with a question mark. Where those hold nothing that any passage mentions
    ("Is that all right?"), the sentences around them say it.
    """
    sentences = split_sentences(question)
    asked = [s for s in sentences if "?" in s] or sentences
    frequency = Counter(term for passage in passages for term in passage.terms | passage.above)
    if not any(frequency[term] for term in terms_of(" ".join(asked)) if term not in _COMMON):
        asked = sentences
    focus = Counter(terms_of(" ".join(asked)))
    side = Counter(terms_of(" ".join(s for s in sentences if s not in asked)))
    follows = bool(earlier) and (bool(_FOLLOW_UP.search(question.strip())) or len(focus) < 2)
    if follows:
        side += Counter(terms_of(earlier[-1]))
    total = len(passages)

    def weight(term: str) -> float:
        if not weighs_terms:
            return 1.0
        rarity = math.log(1 + (total + 1) / (1 + frequency[term])) / math.log(2 + total)
        dated = term[0].isdigit() or term in _DATE_TERMS
        kind = 0.35 if term in _COMMON else 0.5 if dated else 1.0
        return rarity * kind

    named = (word for name in _PROPER.findall(" ".join(asked)) for word in words(name))
    return Query(
        text=question,
        weights={term: weight(term) for term in focus},
        context={term: 0.5 * weight(term) for term in side if term not in focus},
        proper=frozenset(stem(word) for word in named if stem(word) not in _DATE_TERMS),
        unknown=frozenset(term for term in focus if not frequency[term] and term not in _COMMON),
        counted=counted_in(" ".join(asked)),
        wants=wanted_in(" ".join(asked)) if weighs_terms else None,
    )


def parts_of(question: str) -> list[str]:
    """The halves of a question such as "How much is it, and when is it due?"."""
    return _PART.split(question)


def counted_in(asked: str) -> str | None:
    """The stem of what "How many ..." counts."""
    match = re.search(r"\bhow many (?:more )?(\w+)", asked, re.IGNORECASE)
    return stem(match.group(1).lower()) if match else None


def wanted_in(asked: str) -> re.Pattern[str] | None:
    """What an answer to this type of question holds, if it is of a known type."""
    return next((answer for asks, answer in _QUESTION_TYPES if asks.search(asked)), None)
