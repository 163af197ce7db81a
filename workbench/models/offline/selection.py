"""Chooses the passages that answer a question, and says how well they do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.models.offline.passages import Passage, passages_of
from workbench.models.offline.question import Query, counted_in, parts_of, read_question, wanted_in
from workbench.models.offline.sources import Source
from workbench.models.offline.vocabulary import number_of, terms_of
from workbench.text.words import stem, words

_EXCEPTION = re.compile(
    r"^(?:however|except|exception|unless|but|this does not|this doesn['’]t|it does not|only|otherwise|"
    r"in that case|after that|"
    r"beyond that|instead|nevertheless|provided|the exception|exceptions|if you|if the|not)\b|\b(?:except|unless|"
    r"does not apply|"
    r"is waived|are waived|exempt)\b",
    re.IGNORECASE,
)
_POINTER = re.compile(r"\b(?:see|(?:is|are) in) [A-Z]")
"""In a sentence that tells where something stands rather than what it is."""

IN_HEADINGS = 0.75
NEARBY = 0.4
IN_SAME_SOURCE = 0.2
"""What a term counts that stands not in the passage itself but above it, beside it, or elsewhere in its source."""

IN_SAME_SECTION = 0.4
"""What it counts elsewhere in a source that is one section: under one heading all sentences have one subject."""

NAMED_SECTION = 0.15
"""Added to the share for a section whose heading the question holds whole, and in part for a part of it; but not when
two or more of the question's words stand nowhere: then it asks about something else of that name."""

WRONG_TYPE = 0.85
"""What is left of the share of a passage without what the type of question asks for, such as a number."""

WORTH_SAYING = 0.2
"""The least share of the question that a further sentence must newly cover to be said."""


VAGUE = 2
"""A question of so few terms may mean more than one thing: what another source says of it is worth saying too."""


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


def choose(question: str, earlier: Sequence[str], sources: Sequence[Source], size: Size) -> Chosen:
    """Rank the sources' passages for a question, and decide whether they answer it."""
    passages = passages_of(sources[: size.most_sources])
    query = read_question(question, earlier, passages, weighs_terms=size.weighs_terms)
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
            total += (IN_SAME_SECTION if passage.section else IN_SAME_SOURCE) * weight
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
    if _POINTER.search(passage.text):
        score *= 0.9
    # A long sentence matches more by chance; a source further down was thought less fitting by the retriever.
    return score / (1 + 0.004 * max(0, len(passage.terms) - 25)) - 0.002 * passage.source.number


def _share(query: Query, passages: Sequence[Passage], number: int, size: Size) -> float:
    """The share of what is asked that a passage covers."""
    total = sum(query.weights.values())
    if total <= 0:
        total = sum(query.context.values())
        return 0.0 if total <= 0 else _matched(query.context, passages[number], frozenset(), frozenset(), size) / total
    near = _near(passages, number) if size.reads_headings else frozenset()
    passage = passages[number]
    same = frozenset().union(*(p.terms for p in passages if p.source is passage.source))
    share = _matched(query.weights, passage, near, same, size) / total
    if size.reads_headings and passage.section and len(query.unknown) < 2:
        share += NAMED_SECTION * len(passage.section & query.weights.keys()) / len(passage.section)
    untyped = query.wants is not None and not query.wants.search(passage.text)
    if untyped or (query.counted is not None and size.weighs_terms and not _counts(passage, query.counted)):
        share *= WRONG_TYPE
    return share


def _misses_a_name(query: Query, passages: Sequence[Passage], size: Size) -> bool:
    """Whether the question names something that no source mentions: then it is about something else."""
    if not size.weighs_terms or not query.proper:
        return False
    known = frozenset().union(*(passage.terms | passage.above for passage in passages))
    return any(name in query.weights and name not in known for name in query.proper)


def _best_by_part(query: Query, passages: Sequence[Passage], size: Size) -> tuple[Passage, ...]:
    parts = parts_of(query.text)
    if len(parts) < 2:
        return ()
    best: list[Passage] = []
    for part in parts:
        own = {term: query.weights[term] for term in terms_of(part) if term in query.weights}
        others = {term: 0.15 * weight for term, weight in query.weights.items() if term not in own}
        narrowed = Query(part, own, others, frozenset(), frozenset(), counted_in(part), wanted_in(part))
        scores = [_score(narrowed, passages, number, size) for number in range(len(passages))]
        top = max(range(len(passages)), key=lambda i: scores[i])
        if scores[top] > 0 and own and passages[top] not in best:
            best.append(passages[top])
    return tuple(best)


def _counts(passage: Passage, counted: str) -> bool:
    """Whether a passage gives a number of what is counted: "10 working days" for days."""
    found = [stem(word) for word in words(passage.text)]
    return any(
        counted in found[max(0, i - 2) : i + 4]
        for i, word in enumerate(found)
        if word.isdecimal() or number_of(word) is not None
    )


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
        _add_exceptions(picked, chosen, most)
        _add_uncovered(picked, chosen, most)
    for passage in chosen.ranked:
        if len(picked) >= least:
            break
        if not _repeats(passage, picked):
            picked.append(passage)
    return picked[:most]


def _add_exceptions(picked: list[Passage], chosen: Chosen, most: int) -> None:
    """Add the sentence that directly follows the best one when it limits what that one says.

    Either it begins so ("However, ...") or it excepts somewhere and speaks of what was asked.
    """
    best = picked[0]
    following = next((p for p in chosen.passages if p.source == best.source and p.position == best.position + 1), None)
    if following is None or following.is_item or len(picked) >= most:
        return
    excepts = _EXCEPTION.search(following.text)
    if excepts is not None and (excepts.start() == 0 or following.terms & chosen.query.weights.keys()):
        picked.append(following)


def _add_uncovered(picked: list[Passage], chosen: Chosen, most: int) -> None:
    """Add passages that cover a good part of what is asked and not yet said, and the other reading of a vague one."""
    weights = chosen.query.weights
    total = sum(weights.values()) or 1.0
    while len(picked) < most:
        said = frozenset().union(*(p.terms | p.above for p in picked))
        left = {term: weight for term, weight in weights.items() if term not in said}
        gains = [(sum(w for t, w in left.items() if t in p.terms), p) for p in chosen.ranked if p not in picked]
        gain, passage = max(gains, key=lambda pair: pair[0], default=(0.0, None))
        if passage is None or gain < WORTH_SAYING * total:
            break
        picked.append(passage)
    for rival in chosen.rivals if len(weights) <= VAGUE else ():
        if len(picked) < most and rival.source != picked[0].source and not _repeats(rival, picked):
            picked.append(rival)
            break


def _repeats(passage: Passage, picked: Sequence[Passage]) -> bool:
    return any(
        passage == other or len(passage.terms & other.terms) >= 0.7 * max(1, min(len(passage.terms), len(other.terms)))
        for other in picked
    )
