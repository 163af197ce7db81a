"""What few-shot answers show: where the prompt's words leave something open, equal answers are an instruction."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from workbench.models.offline.instructions import CitationStyle, Instructions, JsonKey, KeyKind, Span
from workbench.models.offline.quotes import split_sentences

_CITATION = re.compile(r"[\[(](?:source:? ?)?(?:\d+|[\w /-]+\.[A-Za-z]\w{1,4}(?:#[\w=]+)?)[\])]", re.IGNORECASE)
_DECLINES = re.compile(
    r"\b(?:(?:do not|don['’]t|can['’]t|cannot|could not|couldn['’]t|unable to) (?:know|find|answer|see|tell|help)|"
    r"not (?:in|covered|mentioned|found)|"
    r"no (?:information|answer))\b",
    re.IGNORECASE,
)


def learn_from_samples(answers: Sequence[str], into: Instructions) -> None:
    """Fill what the instructions leave open from what all sample answers have in common."""
    declining = [
        a.strip() for a in answers if _DECLINES.search(a) and len(split_sentences(a)) <= 2 and not _CITATION.search(a)
    ]
    telling = [a.strip() for a in answers if a.strip() and a.strip() not in declining]
    if declining and into.refusal is None and not into.never_refuse and not declining[0].startswith("{"):
        into.refusal = declining[0]
    if not telling:
        return
    _learn_shape(telling, into)
    if into.cite is None and all(_CITATION.search(answer) for answer in telling):
        into.cite = True
        shown = next(match.group() for answer in telling if (match := _CITATION.search(answer)))
        what = "{n}" if shown[1:-1].isdecimal() else "{name}"
        into.citation = CitationStyle(f"{shown[0]}{what}{shown[-1]}")
    lengths = [len(split_sentences(answer)) for answer in telling]
    unsaid = into.sentences is None and into.items is None and into.words is None and into.brevity is None
    if unsaid and into.shape in {None, "prose"} and max(lengths) == 1:
        into.sentences = Span(1, 1)
    if into.yes_no is None and all(re.match(r"(?:yes|no)\b", answer, re.IGNORECASE) for answer in telling):
        into.yes_no = "only" if all(len(answer.split()) == 1 for answer in telling) else "first"


def _learn_shape(answers: Sequence[str], into: Instructions) -> None:
    if into.shape is not None or into.json_keys:
        return
    objects = []
    for answer in answers:
        try:
            objects.append(json.loads(answer))
        except (ValueError, RecursionError):
            break
    if len(objects) == len(answers) and all(isinstance(o, dict) for o in objects):
        into.shape = "json"
        into.json_keys = tuple(JsonKey(str(key), _kind(value)) for key, value in objects[0].items())
    elif all(re.match(r"[-*•] ", line) for answer in answers for line in answer.split("\n") if line.strip()):
        into.shape = "bullets"
        into.bullet_mark = answers[0][0]


def _kind(value: object) -> KeyKind:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "array" if isinstance(value, list) else "string" if isinstance(value, str) else "unknown"
