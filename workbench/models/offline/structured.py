"""Structured answers: findings as JSON with given keys or after a JSON schema."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.errors import InputError
from workbench.metrics.schemas import compile_schema
from workbench.models.offline.composing import citation, prose
from workbench.models.offline.findings import Findings
from workbench.models.offline.instructions import CitationStyle, Instructions, JsonKey
from workbench.models.offline.question import is_polar

DEFAULT_KEYS = (JsonKey("answer", "string"), JsonKey("citations", "array"))
"""Used when a prompt asks for JSON and names no keys."""

_DEEPEST = 12
_MOST_VALUES = 2_000
"""Values of one answer; a schema that refers to itself would ask for ever more."""
_MOST_ITEMS = 20
_ANSWER = re.compile(
    r"answer|response|reply|text|summary|result|output|content|message|explanation|reason|description|details?",
    re.IGNORECASE,
)
_CITATION = re.compile(r"citation|source|reference|document|file|page|passage_?id|doc", re.IGNORECASE)
_QUOTE = re.compile(r"quote|evidence|excerpt|passage|snippet|support|verbatim", re.IGNORECASE)
_CONFIDENCE = re.compile(r"confiden|score|certain|probab|relevan", re.IGNORECASE)
_DECLINED = re.compile(r"refus|declin|unanswer|unknown|not_?found|missing|abstain|insufficient|needs_", re.IGNORECASE)
_ANSWERED = re.compile(
    r"answered|answerable|found|grounded|sufficient|supported|has_answer|in_sources|covered|known|success|"
    r"can_answer|is_answer",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"^(?:question|query|user_?question|input)$", re.IGNORECASE)
_NAME = re.compile(r"name|title|file|document|doc", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:,\d{3})*(?:\.\d+)?")


class _NoValue(Exception):  # noqa: N818 - not an error: the sources simply hold nothing for a key
    """Nothing that was found fits a key."""


def json_answer(findings: Findings, asked: Instructions) -> tuple[str, tuple[str, ...]]:
    """The answer as a JSON object with the keys a prompt names, and notes on keys that stayed null."""
    keys = asked.json_keys or DEFAULT_KEYS
    names = [key.name for key in keys]
    value: dict[str, Any] = {}
    empty: list[str] = []
    for key in keys:
        try:
            value[key.name] = _value(key.name, key.kind, findings, asked, names)
        except _NoValue:
            value[key.name] = None
            empty.append(key.name)
    return json.dumps(value, ensure_ascii=False), _notes(empty)


def schema_answer(schema: Mapping[str, Any], findings: Findings, asked: Instructions) -> tuple[str, tuple[str, ...]]:
    """The answer as JSON after a schema, with notes on what had to stay empty or does not fit."""
    empty: list[str] = []
    root = schema.get("schema") if isinstance(schema.get("schema"), Mapping) else schema
    builder = _SchemaBuilder(root if isinstance(root, Mapping) else schema, findings, asked, empty)
    text = json.dumps(builder.build(builder.root, "answer", [], 0), ensure_ascii=False)
    return text, _notes(empty) + _misfit(builder.root, text)


def _notes(empty: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"Nothing was found for the key {name!r}." for name in dict.fromkeys(empty))


def _misfit(schema: Mapping[str, Any], text: str) -> tuple[str, ...]:
    """What a validator says against the answer, if anything. References outside the schema are not followed."""
    try:
        problem = compile_schema(schema)(text)
    except InputError as cause:
        return (f"The answer could not be checked against the response schema: {cause}",)
    return () if problem is None else (f"The answer does not fit the response schema: {problem}",)


def _value(name: str, kind: str, findings: Findings, asked: Instructions, names: Sequence[str]) -> Any:
    """The value for a key by what its name and type suggest. Raises `_NoValue`."""
    declined = findings.declined is not None
    if kind == "boolean":
        return _flag(name, findings)
    if _CONFIDENCE.search(name):
        share = 0.0 if declined else round(findings.share, 2)
        return share if kind != "string" else ("high" if share >= 0.85 else "medium" if share >= 0.6 else "low")
    if kind == "number" and not _CITATION.search(name):
        return _amount(findings)
    if _CITATION.search(name) and not _QUESTION.match(name):
        return _citations(name, kind, findings, asked)
    if _QUOTE.search(name):
        quotes = [] if declined else [passage.text for passage in findings.passages]
        return quotes if kind == "array" else (quotes[0] if quotes else _missing())
    if _QUESTION.match(name):
        return findings.question
    if kind == "unknown" and (_ANSWERED.fullmatch(name) or _DECLINED.search(name)):
        return _flag(name, findings)
    if _ANSWER.search(name) or len(names) == 1:
        if re.search(r"explanation|reason|rationale", name, re.IGNORECASE) and any(
            re.search("answer|response|result", n) for n in names
        ):
            return findings.passages[0].text if findings.passages and not declined else _missing()
        return _answer(kind, findings, asked, names)
    if kind == "array" and re.search(
        r"points|items|facts|steps|bullets|claims|sentences|takeaways|list", name, re.IGNORECASE
    ):
        return [] if declined else [passage.text for passage in findings.passages]
    return [] if kind == "array" else _missing()


def _missing() -> Any:
    raise _NoValue


def _answer(kind: str, findings: Findings, asked: Instructions, names: Sequence[str]) -> Any:
    if kind == "array":
        return [findings.declined] if findings.declined is not None else [p.text for p in findings.passages]
    if findings.declined is not None and findings.declined.strip(".").lower() in {"null", "none"}:
        return None
    cited_apart = any(_CITATION.search(name) for name in names)
    return prose(findings, asked, cite=not cited_apart)


def _flag(name: str, findings: Findings) -> bool:
    answered = findings.declined is None and findings.answered
    if _DECLINED.search(name):
        return not answered
    if _ANSWERED.search(name) or not is_polar(findings.question):
        return answered
    return answered and findings.affirms


def _amount(findings: Findings) -> int | float:
    if findings.declined is None:
        for passage in findings.passages:
            if match := _NUMBER.search(passage.text):
                digits = match.group().replace(",", "")
                return float(digits) if "." in digits else int(digits[:15])
    raise _NoValue


def _citations(name: str, kind: str, findings: Findings, asked: Instructions) -> Any:
    style = asked.citation or CitationStyle("{n}")
    by_name = "{name}" in style.template or bool(_NAME.search(name))
    cited: list[Any] = (
        [] if findings.declined is not None else list(findings.source_names if by_name else findings.source_numbers)
    )
    plural = name.lower().endswith("s")
    if kind == "array" or (kind == "unknown" and plural):
        return cited
    if not cited:
        raise _NoValue
    if kind == "number":
        return findings.source_numbers[0]
    if kind == "string" and not by_name:
        return citation(findings.passages[0].source, asked.citation or CitationStyle())
    return cited[0]


class _SchemaBuilder:
    """Builds a value after a schema, filling leaves from findings by name and type."""

    def __init__(self, root: Mapping[str, Any], findings: Findings, asked: Instructions, empty: list[str]) -> None:
        self.root = root
        self._findings = findings
        self._asked = asked
        self._empty = empty
        self._left = _MOST_VALUES

    def build(self, schema: Any, name: str, names: Sequence[str], depth: int) -> Any:
        """A value for one place in the schema."""
        self._left -= 1
        if depth > _DEEPEST or self._left < 0 or not isinstance(schema, Mapping):
            return None
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return self._choice(schema["enum"], name)
        kind = self._kind(schema)
        if kind == "object":
            return self._object(schema, depth)
        if kind == "array":
            return self._array(schema, name, names, depth)
        return self._leaf(schema, name, kind, names)

    def _resolved(self, schema: Mapping[str, Any], depth: int = 0) -> Mapping[str, Any]:
        """The schema with what it refers to and is put together from in its place, as far down as is sensible."""
        for _ in range(_DEEPEST - depth):
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference.startswith("#"):
                target: Any = self.root
                for part in filter(None, reference[1:].split("/")):
                    target = (
                        target.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(target, Mapping) else None
                    )
                schema = target if isinstance(target, Mapping) else {}
                continue
            options = schema.get("anyOf") or schema.get("oneOf")
            if isinstance(options, list) and options:
                useful = [o for o in options if isinstance(o, Mapping) and o.get("type") != "null"] or [
                    {"type": "null"}
                ]
                schema = {**{k: v for k, v in schema.items() if k not in {"anyOf", "oneOf"}}, **useful[0]}
                continue
            parts = schema.get("allOf")
            if isinstance(parts, list) and parts:
                merged: dict[str, Any] = {k: v for k, v in schema.items() if k != "allOf"}
                for part in parts:
                    self._left -= 1
                    if self._left < 0 or not isinstance(part, Mapping):
                        continue
                    for key, item in self._resolved(part, depth + 1).items():
                        both = isinstance(item, Mapping) and isinstance(merged.get(key), Mapping)
                        merged[key] = {**merged[key], **item} if both else item
                schema = merged
                continue
            break
        return schema

    @staticmethod
    def _kind(schema: Mapping[str, Any]) -> str:
        declared = schema.get("type")
        if isinstance(declared, list):
            declared = next((kind for kind in declared if kind != "null"), "null")
        if isinstance(declared, str):
            return declared
        return "object" if "properties" in schema else "array" if "items" in schema else "string"

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        properties = schema.get("properties")
        known = properties if isinstance(properties, Mapping) else {}
        required = schema.get("required")
        names = [str(n) for n in known] + [n for n in required or () if isinstance(n, str) and n not in known]
        return {name: self.build(known.get(name, {}), name, names, depth + 1) for name in names}

    def _array(self, schema: Mapping[str, Any], name: str, names: Sequence[str], depth: int) -> list[Any]:
        given = schema.get("items")
        items = self._resolved(given) if isinstance(given, Mapping) else {"type": "string"}
        kind = self._kind(items)
        findings = self._findings
        built: list[Any]
        if kind == "integer" and _CITATION.search(name):
            built = list(findings.source_numbers) if findings.declined is None else []
        elif kind == "string" and not {"enum", "const"} & set(items):
            value = _value(name, "array", findings, self._asked, names)
            built = [str(item) for item in value] if isinstance(value, list) else [str(value)]
        else:
            built = [self.build(items, name, names, depth + 1)] if findings.declined is None else []
        least, most = schema.get("minItems"), schema.get("maxItems")
        while isinstance(least, int) and len(built) < min(least, _MOST_ITEMS):
            built.append(self.build(items, name, names, depth + 1))
        return built[:most] if isinstance(most, int) else built

    def _leaf(self, schema: Mapping[str, Any], name: str, kind: str, names: Sequence[str]) -> Any:
        if kind == "null":
            return None
        asks = "number" if kind in {"integer", "number"} else kind
        try:
            value = _value(name, asks, self._findings, self._asked, names)
        except _NoValue:
            self._empty.append(name)
            nullable = isinstance(schema.get("type"), list) and "null" in schema["type"]
            value = None if nullable else {"boolean": False, "number": 0, "string": ""}.get(asks)
        return self._bounded(schema, value, kind)

    @staticmethod
    def _bounded(schema: Mapping[str, Any], value: Any, kind: str) -> Any:
        if kind == "string" and value is not None:
            most = schema.get("maxLength")
            return str(value)[:most] if isinstance(most, int) else str(value)
        if kind in {"integer", "number"} and isinstance(value, (int, float)):
            low, high = schema.get("minimum"), schema.get("maximum")
            value = max(value, low) if isinstance(low, (int, float)) else value
            value = min(value, high) if isinstance(high, (int, float)) else value
            return round(value) if kind == "integer" else value
        return value

    def _choice(self, options: list[Any], name: str) -> Any:
        """One of the allowed values: yes or no, answered or not, or the one whose words the passages hold."""
        findings = self._findings
        labels = {str(option).lower().replace("_", " "): option for option in options}
        if findings.declined is not None or not findings.answered:
            for label, option in labels.items():
                if re.search(r"unknown|not|none|refus|insufficient|unanswer|declin|n/a|other|low|no\b", label):
                    return option
        if "yes" in labels and "no" in labels and is_polar(findings.question):
            return labels["yes" if findings.affirms else "no"]
        said = " ".join(passage.text.lower() for passage in findings.passages)
        for label, option in labels.items():
            if re.search(rf"\b{re.escape(label)}\b", said):
                return option
        for label, option in labels.items():
            if re.search(r"^(?:answered|found|answer|ok|success|high|supported)$", label):
                return option
        self._empty.append(name)
        return options[0]
