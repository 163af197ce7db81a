"""promptfoo's assertions as checks of ours, and back."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from workbench.domain.dataset import Check
from workbench.errors import FormatError
from workbench.formats.dataset_checks import read_check
from workbench.formats.fields import Fields
from workbench.formats.prompts import patterns
from workbench.formats.prompts.foreign import Losses

_RULES = {"value", "type"}
_CELL = re.compile(
    r"(?P<type>(?:not-)?[a-z]+(?:-[a-z]+)*)(?:\((?P<threshold>[0-9.]+)\))?(?::(?P<value>.*))?", re.DOTALL
)
_BARE = {"is-json", "is-valid-json", "contains-json", "is-xml", "is-sql", "is-html", "is-refusal"}
_PYTHON_ONLY = re.compile(r"\(\?[aiLmsux]+\)|\\[AZ]|\(\?P")
"""What a regular expression of JavaScript, which promptfoo's are, does not know."""


def to_checks(assertion: Mapping[str, Any], line: int, losses: Losses) -> list[dict[str, Any]] | None:
    """The checks that an assertion means; None, and a note, where it is none of ours."""
    kind, value = assertion["type"], assertion.get("value")
    make = _MAKERS.get(kind)
    if make is None:
        losses.add(_why_not(kind), line)
        return None
    try:
        checks = make(value)
        for check in checks:
            read_check(Fields(check, (), lambda _, problem, hint: FormatError(problem, hint=hint)))
    except FormatError as error:
        losses.add(f"The assertion {kind!r} is kept in the row's metadata and not scored: {error.problem}.", line)
        return None
    more = sorted(set(assertion) - _RULES)
    if more:
        losses.add(
            f"{', '.join(map(repr, more))[:100]} of the assertion {kind!r} left out: a check passes or fails.", line
        )
    return checks


def _why_not(kind: str) -> str:
    if kind in (
        "llm-rubric",
        "model-graded-closedqa",
        "factuality",
        "model-graded-factuality",
        "g-eval",
        "answer-relevance",
    ):
        return f"The assertion {kind!r} asks a model: it is kept in the row's metadata; set up a judge for it."
    if kind in ("javascript", "python", "webhook", "ruby"):
        return f"The assertion {kind!r} is a program, which is not run: it is kept in the row's metadata."
    return f"The assertion {kind[:60]!r} is no check here: it is kept in the row's metadata and not scored."


def of_cell(cell: str) -> dict[str, Any]:
    """An assertion as a table has it: `contains:text`, `similar(0.8):text`, or a text that is to be equal."""
    text = cell.strip()
    for short, kind in (("fn:", "javascript"), ("eval:", "javascript"), ("grade:", "llm-rubric")):
        if text.startswith(short):
            return {"type": kind, "value": text[len(short) :].strip()}
    found = _CELL.fullmatch(text)
    known = found is not None and (found["type"] in _MAKERS or found["type"] in _OTHERS or found["type"] in _BARE)
    if found is None or not known or (found["value"] is None and found["type"] not in _BARE):
        return {"type": "equals", "value": text}
    assertion: dict[str, Any] = {"type": found["type"]}
    if found["value"] is not None:
        value = found["value"].strip()
        several = found["type"].endswith(("-all", "-any"))
        assertion["value"] = [part.strip() for part in value.split(",")] if several else value
    if found["threshold"] is not None:
        assertion["threshold"] = found["threshold"]
    return assertion


_OTHERS = {
    "similar", "llm-rubric", "javascript", "python", "factuality", "model-graded-closedqa", "levenshtein", "rouge-n",
    "bleu", "latency", "cost", "perplexity", "answer-relevance", "context-recall", "context-relevance",
    "context-faithfulness", "not-contains-any", "not-contains-all", "not-regex", "not-equals", "not-similar", "webhook",
}  # fmt: skip


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(",")]
    if not isinstance(value, list) or not all(isinstance(one, (str, int, float)) for one in value) or not value:
        raise FormatError("a list of texts is expected")
    return [str(one) for one in value]


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)) or value == "":
        raise FormatError("a text is expected")
    if isinstance(value, str) and (value.startswith(("file://", "fn:", "python:"))):
        raise FormatError("its value is in another file")
    if isinstance(value, str) and "{{" in value:
        raise FormatError("its value is filled in from variables")
    return str(value)


def _one(kind: str) -> Callable[[object], list[dict[str, Any]]]:
    return lambda value: [{"type": kind, "value": _text(value)}]


def _several(kind: str) -> Callable[[object], list[dict[str, Any]]]:
    return lambda value: [{"type": kind, "value": [_text(one) for one in _texts(value)]}]


def _pattern(make: Callable[[str], str]) -> Callable[[object], list[dict[str, Any]]]:
    return lambda value: [{"type": "regex", "value": make(_text(value))}]


def _json(value: object) -> list[dict[str, Any]]:
    if value not in (None, "") and not isinstance(value, Mapping):
        raise FormatError("its schema is in another file")
    return [{"type": "json_schema", "value": value or {}}]


def _words(value: object) -> list[dict[str, Any]]:
    if isinstance(value, int) and not isinstance(value, bool):
        value = {"min": value, "max": value}
    if not isinstance(value, Mapping) or not value or set(value) - {"min", "max"}:
        raise FormatError("a number of words is expected")
    return [{"type": f"{side}_words", "value": value[side]} for side in ("min", "max") if side in value]


_MAKERS: dict[str, Callable[[object], list[dict[str, Any]]]] = {
    "equals": _one("equals"),
    "contains": _one("contains"),
    "icontains": _one("icontains"),
    "not-contains": _one("not_contains"),
    "contains-all": _several("contains_all"),
    "contains-any": _several("contains_any"),
    "icontains-all": lambda value: [{"type": "icontains", "value": _text(one)} for one in _texts(value)],
    "icontains-any": lambda value: [{"type": "regex", "value": patterns.any_of([_text(one) for one in _texts(value)])}],
    "not-icontains": _pattern(patterns.none),
    "starts-with": _pattern(lambda text: patterns.starts(text, any_case=False)),
    "regex": _one("regex"),
    "is-json": _json,
    "is-valid-json": _json,
    "word-count": _words,
}


def of_check(check: Check) -> dict[str, Any] | None:
    """A check as an assertion; None where promptfoo has none that means the same."""
    names = {"not_contains": "not-contains", "contains_all": "contains-all", "contains_any": "contains-any"}
    if check.type in ("equals", "contains", "icontains", *names):
        value = check.value if isinstance(check.value, list) else [check.value]
        # promptfoo fills in variables, runs programs and reads files that a value names.
        if any("{{" in one or one.startswith(("file://", "fn:", "python:")) for one in value):
            return None
        return {"type": names.get(check.type, check.type), "value": check.value}
    if check.type == "json_schema":
        return {"type": "is-json", **({"value": check.value} if check.value else {})}
    if check.type in ("min_words", "max_words"):
        return {"type": "word-count", "value": {check.type.removesuffix("_words"): check.value}}
    return _of_pattern(check.value) if check.type == "regex" else None


def _of_pattern(pattern: str) -> dict[str, Any] | None:
    """A regular expression, as the assertion it came from where it is one of those."""
    for kind, value in (
        ("starts-with", patterns.started(pattern, any_case=False)),
        ("not-icontains", patterns.none_of(pattern)),
        ("icontains-any", patterns.any_of_texts(pattern)),
    ):
        if value is not None and "{{" not in str(value):
            return {"type": kind, "value": value}
    if _PYTHON_ONLY.search(pattern) or "{{" in pattern or pattern.startswith(("file://", "fn:", "python:")):
        return None
    return {"type": "regex", "value": pattern}
