"""From a request's messages to an answer: read the prompt, find passages, decline or ask back, put into form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.domain.prompt import Message
from workbench.models.offline.composing import compose
from workbench.models.offline.findings import Findings
from workbench.models.offline.instructions import Instructions
from workbench.models.offline.markdown import without_marks
from workbench.models.offline.passages import Passage
from workbench.models.offline.prompt_parts import PromptParts, take_apart
from workbench.models.offline.question import is_polar
from workbench.models.offline.reading import read_instructions
from workbench.models.offline.samples import learn_from_samples
from workbench.models.offline.selection import Chosen, Size, choose, pick
from workbench.models.offline.structured import json_answer, schema_answer
from workbench.text.shortening import shortened

NO_SOURCES = "There are no sources in the prompt to answer from."
CANNOT_IGNORE_SOURCES = "I can only answer from sources, and the prompt says not to use them."
ASK_WHAT = "What exactly would you like to know?"

_USUAL_ITEMS = 3
_DETAILED = 6
_MOST = 40


@dataclass(frozen=True)
class Answer:
    """An answer's text, and what its reader should know."""

    text: str
    notes: tuple[str, ...]


def answer(messages: Sequence[Message], schema: Mapping[str, Any] | None, size: Size) -> Answer:
    """Answer a request's last question from the sources in it."""
    parts = take_apart(messages)
    asked = read_instructions(parts.instructions)
    learn_from_samples(parts.sample_answers, asked)
    chosen = choose(parts.question, parts.earlier_questions, parts.sources, size)
    findings = _findings(parts, asked, chosen, size)
    notes = _notes(parts, asked, findings)
    if schema is not None:
        text, more = schema_answer(schema, findings, asked)
        return Answer(text, notes + more)
    if asked.shape == "json":
        text, more = json_answer(findings, asked)
        return Answer(text, notes + more)
    return Answer(compose(findings, asked), notes)


def _findings(parts: PromptParts, asked: Instructions, chosen: Chosen, size: Size) -> Findings:
    declined = _declined(parts, asked, chosen)
    least, most = _how_many(asked, size, parts=len(chosen.by_part))
    passages: list[Passage] = []
    if declined is None:
        passages = pick(chosen, size, least=least, most=most) or list(chosen.passages[:1])
        passages = _long_enough(passages, asked, chosen, most)
        passages = [passage.narrowed(chosen.query.weights.keys()) for passage in passages]
        if asked.plain_text:
            passages = [replace(passage, text=without_marks(passage.text)) for passage in passages]
    return Findings(parts.question, tuple(passages), chosen.share, chosen.answered, declined)


def _declined(parts: PromptParts, asked: Instructions, chosen: Chosen) -> str | None:
    """The words to say instead of an answer; None when there is one to give."""
    if asked.ignore_sources:
        return asked.refusal or CANNOT_IGNORE_SOURCES
    if asked.clarify and parts.sources and (question := _asking_back(chosen)) is not None:
        return question
    if asked.declines and not chosen.answered:
        return asked.refusal_text
    return NO_SOURCES if not chosen.passages else None


def _asking_back(chosen: Chosen) -> str | None:
    """A question to the user when theirs is too vague to choose between sources."""
    informative = len(chosen.query.weights)
    if informative == 0 and not chosen.query.context:
        return ASK_WHAT
    if informative + len(chosen.query.context) > 2 or len(chosen.rivals) < 2:
        return None
    meant = [p.source.heading or p.source.name or f"source {p.source.number}" for p in chosen.rivals[:3]]
    distinct = list(dict.fromkeys(meant))
    return f"Do you mean {' or '.join(distinct)}?" if len(distinct) > 1 else None


def _how_many(asked: Instructions, size: Size, *, parts: int) -> tuple[int, int]:
    """How many passages to give: at least and at most."""
    listed = asked.shape in {"bullets", "numbered"}
    span = asked.items if listed and asked.items is not None else None if listed else asked.sentences
    if span is not None:
        usual = _USUAL_ITEMS if listed else size.usual_sentences
        least = min(span.least or 1, _MOST)
        most = min(span.most if span.most is not None else max(least, usual), _MOST)
        return min(least, most), most
    if asked.quote or asked.brevity == "brief":
        return (1, _USUAL_ITEMS) if listed else (1, max(1, parts))
    if asked.brevity == "detailed":
        return _DETAILED // 2, _DETAILED
    if listed:
        return _USUAL_ITEMS - 1, _USUAL_ITEMS
    if asked.one_paragraph:
        return 2, 4
    return 1, max(size.usual_sentences, parts)


def _long_enough(passages: list[Passage], asked: Instructions, chosen: Chosen, most: int) -> list[Passage]:
    """More passages until a least number of words is reached, where the prompt sets one."""
    least = asked.words.least if asked.words is not None else None
    if least is None:
        return passages
    longer = list(passages)
    limit = most if asked.sentences is not None or asked.items is not None else _MOST
    for passage in chosen.ranked:
        if sum(len(p.text.split()) for p in longer) >= least or len(longer) >= limit:
            break
        if passage not in longer:
            longer.append(passage)
    return longer


def _notes(parts: PromptParts, asked: Instructions, findings: Findings) -> tuple[str, ...]:
    notes = [f"Not understood: '{_shown(sentence)}'" for sentence in dict.fromkeys(asked.not_understood)]
    notes += [f"Read as part of the last source, not as an instruction: '{_shown(s)}'" for s in parts.read_as_source]
    if asked.ignore_sources:
        notes.append("The prompt says not to use the sources; this model knows nothing else.")
    elif asked.own_knowledge:
        notes.append("The prompt allows other knowledge; this model has none and used the sources.")
    if asked.yes_no is not None and findings.declined is None:
        polar = is_polar(findings.question)
        notes.append(
            "Yes or no was told from negations in the passage, not from its meaning."
            if polar
            else "The question cannot be answered by yes or no."
        )
    if findings.declined is None and not findings.answered:
        notes.append("The sources hardly match the question; the prompt gives no rule for declining.")
    return tuple(notes)


def _shown(sentence: str) -> str:
    return shortened(re.sub(r"^(?:[-*•]|\d{1,2}[.)])\s+", "", " ".join(sentence.split())), 200)
