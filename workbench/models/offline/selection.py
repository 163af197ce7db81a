"""Chooses the passages that answer a question, and says how well they do."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.offline.passages import Passage, passages_of
from workbench.models.offline.quotes import split_sentences
from workbench.models.offline.sources import Source
from workbench.models.offline.vocabulary import COMMON_WORDS, number_of, terms_of
from workbench.text.words import stem, words

_COMMON = frozenset(stem(word) for word in COMMON_WORDS)
_FOLLOW_UP = re.compile(
    r"^(?:and|but|or|also|what about|how about|what if|then|so|same|in that case|ok(?:ay)?)\b|"
    r"\b(?:it|that|this|they|them|those|these|he|she|one|ones|there|then)\b",
    re.IGNORECASE,
)
_EXCEPTION = re.compile(
    r"^(?:however|except|exception|unless|but|this does not|this doesn['’]t|it does not|only|otherwise|"
    r"in that case|after that|"
    r"beyond that|instead|nevertheless|provided|the exception|exceptions|if you|if the|not)\b|\b(?:except|unless|"
    r"does not apply|"
    r"is waived|are waived|exempt)\b",
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
_PROPER = re.compile(r"(?<=[a-z,] )[A-Z][\w-]{2,}")


IN_HEADINGS = 0.75
NEARBY = 0.4
IN_SAME_SOURCE = 0.2
"""What a term counts that stands not in the passage itself but above it, beside it, or elsewhere in its source."""

WRONG_TYPE = 0.85


@dataclass(frozen=True)
class Size:
    """What one of the readers looks at."""

    weighs_terms: bool
    """Rare terms count more than common ones; otherwise all words are equal."""
    reads_headings: bool
    most_sources: int | None
    usual_sentences: int
    """Sentences given when the prompt asks for no number."""
    answer_share: float
    """The least share of the question that the best passage covers, below which a question counts as unanswered."""


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
    counted: str | None
    """What a question such as "How many days ..." counts, as a stem."""
    wants: re.Pattern[str] | None
    """What an answer of this type of question holds: a number, a time, a person."""


@dataclass(frozen=True)
class Chosen:
    """Passages that answer, best first, and how well."""

    query: Query
    passages: tuple[Passage, ...]
    """All passages that were looked at, in the prompt's order."""
    ranked: tuple[Passage, ...]
    """Those with anything in common with the question, best first."""
    share: float
    """0 to 1: how much of the question the best passage covers, headings and neighbours included."""
    answered: bool
    by_part: tuple[Passage, ...] = ()
    """The best passage for each part of a question such as "How much is it, and when is it due?"."""
    rivals: tuple[Passage, ...] = ()
    """The best passage of each source that covers the question as well as the best one does."""


def is_polar(question: str) -> bool:
    """Whether a question can be answered by yes or no."""
    asked = [s for s in split_sentences(question) if "?" in s] or [question]
    return bool(_POLAR.match(asked[-1].strip()))


def choose(question: str, earlier: Sequence[str], sources: Sequence[Source], size: Size) -> Chosen:
    """Rank the sources' passages for a question, and decide whether they answer it."""
    passages = passages_of(sources[: size.most_sources])
    query = _query(question, earlier, passages, size)
    scores = [_score(query, passages, number, size) for number in range(len(passages))]
    order = sorted(range(len(passages)), key=lambda i: (-scores[i], i))
    ranked = tuple(passages[i] for i in order if scores[i] > 0)
    if not ranked:
        return Chosen(query, tuple(passages), (), 0.0, answered=False)
    share = max(_share(query, passages, i, size) for i in order[:3])
    answered = share >= size.answer_share and not _misses_a_name(query, passages, size)
    return Chosen(
        query,
        tuple(passages),
        ranked,
        share,
        answered,
        by_part=_best_by_part(query, passages, size) if size.reads_headings else (),
        rivals=_rivals(query, passages, order, scores, size),
    )


def _query(question: str, earlier: Sequence[str], passages: Sequence[Passage], size: Size) -> Query:
    sentences = split_sentences(question)
    asked = [s for s in sentences if "?" in s] or sentences
    focus = Counter(terms_of(" ".join(asked)))
    side = Counter(terms_of(" ".join(s for s in sentences if s not in asked)))
    known_context = bool(earlier) and (bool(_FOLLOW_UP.search(question.strip())) or len(focus) < 2)
    if known_context:
        side += Counter(terms_of(earlier[-1]))
    frequency = Counter(term for passage in passages for term in passage.terms | passage.above)
    total = len(passages)

    def weight(term: str) -> float:
        if not size.weighs_terms:
            return 1.0
        rarity = math.log(1 + (total + 1) / (1 + frequency[term])) / math.log(2 + total)
        return rarity * (0.35 if term in _COMMON else 0.5 if term.isdecimal() else 1.0)

    names = frozenset(stem(word) for name in _PROPER.findall(" ".join(asked)) for word in words(name))
    return Query(
        text=question,
        weights={term: weight(term) for term in focus},
        context={term: 0.5 * weight(term) for term in side if term not in focus},
        proper=names,
        counted=_counted(" ".join(asked)),
        wants=_wanted(" ".join(asked)) if size.weighs_terms else None,
    )


def _matched(
    weights: dict[str, float], passage: Passage, near: frozenset[str], same: frozenset[str], size: Size
) -> float:
    """The weight of terms that a passage covers: whole in its own words, less in those around it."""
    total = 0.0
    for term, weight in weights.items():
        if term in passage.terms:
            total += weight
        elif not size.reads_headings:
            continue
        elif term in passage.above:
            total += IN_HEADINGS * weight
        elif term in near:
            total += NEARBY * weight
        elif term in same:
            total += IN_SAME_SOURCE * weight
    return total


def _near(passages: Sequence[Passage], number: int) -> frozenset[str]:
    """Terms of the passages right before and after, in the same source."""
    around = (passages[i] for i in (number - 1, number + 1) if 0 <= i < len(passages))
    return frozenset().union(*(p.terms for p in around if p.source is passages[number].source))


def _score(query: Query, passages: Sequence[Passage], number: int, size: Size) -> float:
    passage = passages[number]
    near = _near(passages, number) if size.reads_headings else frozenset()
    matched = _matched(query.weights, passage, near, frozenset(), size)
    if matched <= 0 and not query.context:
        return 0.0
    score = matched + _matched(query.context, passage, near, frozenset(), size)
    if score <= 0 or not size.weighs_terms:
        return score
    if query.wants is not None and query.wants.search(passage.text):
        score *= 1.25
    if query.counted is not None and _counts(passage, query.counted):
        score *= 1.2
    if "?" in passage.text[-2:]:
        score *= 0.6
    # A long sentence matches more by chance; a source further down was thought less fitting by the retriever.
    return score / (1 + 0.004 * max(0, len(passage.terms) - 25)) - 0.002 * passage.source.number


def _share(query: Query, passages: Sequence[Passage], number: int, size: Size) -> float:
    """The share of what is asked that a passage covers."""
    total = sum(query.weights.values())
    if total <= 0:
        total = sum(query.context.values())
        return 0.0 if total <= 0 else _matched(query.context, passages[number], frozenset(), frozenset(), size) / total
    near = _near(passages, number) if size.reads_headings else frozenset()
    same = frozenset().union(*(p.terms for p in passages if p.source is passages[number].source))
    share = _matched(query.weights, passages[number], near, same, size) / total
    if query.wants is not None and not query.wants.search(passages[number].text):
        share *= WRONG_TYPE
    return share


def _misses_a_name(query: Query, passages: Sequence[Passage], size: Size) -> bool:
    """Whether the question names something that no source mentions: then it is about something else."""
    if not size.weighs_terms or not query.proper:
        return False
    known = frozenset().union(*(passage.terms | passage.above for passage in passages))
    return any(name in query.weights and name not in known for name in query.proper)


def _best_by_part(query: Query, passages: Sequence[Passage], size: Size) -> tuple[Passage, ...]:
    parts = _PART.split(query.text)
    if len(parts) < 2:
        return ()
    best: list[Passage] = []
    for part in parts:
        own = {term: query.weights[term] for term in terms_of(part) if term in query.weights}
        others = {term: 0.15 * weight for term, weight in query.weights.items() if term not in own}
        narrowed = Query(part, own, others, frozenset(), _counted(part), _wanted(part))
        scores = [_score(narrowed, passages, number, size) for number in range(len(passages))]
        top = max(range(len(passages)), key=lambda i: scores[i])
        if scores[top] > 0 and own and passages[top] not in best:
            best.append(passages[top])
    return tuple(best)


def _counted(asked: str) -> str | None:
    match = re.search(r"\bhow many (?:more )?(\w+)", asked, re.IGNORECASE)
    return stem(match.group(1).lower()) if match else None


def _counts(passage: Passage, counted: str) -> bool:
    """Whether a passage gives a number of what is counted: "10 working days" for days."""
    found = [stem(word) for word in words(passage.text)]
    return any(
        counted in found[i + 1 : i + 4]
        for i, word in enumerate(found)
        if word.isdecimal() or number_of(word) is not None
    )


def _wanted(asked: str) -> re.Pattern[str] | None:
    return next((answer for asks, answer in _QUESTION_TYPES if asks.search(asked)), None)


def _rivals(
    query: Query, passages: Sequence[Passage], order: Sequence[int], scores: Sequence[float], size: Size
) -> tuple[Passage, ...]:
    best: dict[int, Passage] = {}
    for i in order:
        if scores[i] >= 0.9 * scores[order[0]] and _share(query, passages, i, size) >= 0.5:
            best.setdefault(passages[i].source.number, passages[i])
    return tuple(best.values())


def pick(chosen: Chosen, size: Size, *, least: int, most: int) -> list[Passage]:
    """The passages to answer with, in the order to say them: at least `least` where there are so many, at most `most`.

    The best comes first; then what covers more of the question or excepts from what was said; then, only as far as
    `least` asks for it, what ranks next.
    """
    if not chosen.ranked or most < 1:
        return []
    picked = list(chosen.by_part[:most]) or [chosen.ranked[0]]
    if size.reads_headings:
        _add_exceptions(picked, chosen.passages, most)
        _add_uncovered(picked, chosen, most)
    for passage in chosen.ranked:
        if len(picked) >= least:
            break
        if not _repeats(passage, picked):
            picked.append(passage)
    return picked[:most]


def _add_exceptions(picked: list[Passage], everything: Sequence[Passage], most: int) -> None:
    """Add the sentence that directly follows the best one when it limits what that one says."""
    best = picked[0]
    following = next((p for p in everything if p.source == best.source and p.position == best.position + 1), None)
    if following is not None and len(picked) < most and not following.is_item and _EXCEPTION.search(following.text):
        picked.append(following)


def _add_uncovered(picked: list[Passage], chosen: Chosen, most: int) -> None:
    """Add passages that cover a good part of what is asked and not yet said."""
    weights = chosen.query.weights
    total = sum(weights.values()) or 1.0
    while len(picked) < most:
        said = frozenset().union(*(p.terms | p.above for p in picked))
        left = {term: weight for term, weight in weights.items() if term not in said}
        gains = [(sum(w for t, w in left.items() if t in p.terms), p) for p in chosen.ranked if p not in picked]
        gain, passage = max(gains, key=lambda pair: pair[0], default=(0.0, None))
        if passage is None or gain < 0.2 * total:
            break
        picked.append(passage)
    for rival in chosen.rivals:
        if len(picked) < most and rival.source != picked[0].source and not _repeats(rival, picked):
            picked.append(rival)
            break


def _repeats(passage: Passage, picked: Sequence[Passage]) -> bool:
    return any(
        passage == other or len(passage.terms & other.terms) >= 0.7 * max(1, min(len(passage.terms), len(other.terms)))
        for other in picked
    )
