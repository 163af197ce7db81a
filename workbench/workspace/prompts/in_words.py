"""The form of an answer and the tools of a prompt, said in plain words beside the JSON that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.formats.json_values import JsonProblem, decode

SIMPLE_FORM = """{
  "type": "object",
  "properties": {
    "answer": {"type": "string", "description": "What the person is told"},
    "found": {"type": "boolean", "description": "Whether the sources hold the answer"}
  },
  "required": ["answer", "found"],
  "additionalProperties": false
}"""
"""A form to begin with."""
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "array": "a list",
    "object": "a group of fields",
    "null": "nothing",
}


def form(schema: str) -> list[str]:
    """The fields of an answer, a line each; none for JSON that is no such schema."""
    value = _decoded(schema)
    return _fields(value) if isinstance(value, Mapping) else []


def tools(text: str) -> list[str]:
    """The tools that a model may ask to call, a line each; none for JSON that names none."""
    value = _decoded(text)
    said = []
    for tool in value if isinstance(value, list) else []:
        function = tool.get("function", tool) if isinstance(tool, Mapping) else {}
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            continue
        given = function.get("parameters")
        names = _fields(given) if isinstance(given, Mapping) else []
        given_words = f", given {'; '.join(names)}" if names else ""
        said.append(f"{function['name']}{_about(function)}{given_words}")
    return said


def _fields(schema: Mapping[str, Any]) -> list[str]:
    properties, required = schema.get("properties"), schema.get("required")
    needed = required if isinstance(required, list) else []
    return [
        f"{name}: {_kind(of)}{'' if name in needed else ', may be left out'}{_about(of)}"
        for name, of in (properties.items() if isinstance(properties, Mapping) else ())
        if isinstance(of, Mapping)
    ]


def _kind(of: Mapping[str, Any]) -> str:
    choices, kind = of.get("enum"), of.get("type")
    if isinstance(choices, list):
        return f"one of {', '.join(map(str, choices))}"
    kinds = kind if isinstance(kind, list) else [kind]
    said = " or ".join(_KINDS.get(str(one), "anything") for one in kinds)
    items = of.get("items")
    return f"{said}, each {_kind(items)}" if kind == "array" and isinstance(items, Mapping) else said


def _about(of: Mapping[str, Any]) -> str:
    about = of.get("description")
    return f" ({about})" if isinstance(about, str) and about else ""


def _decoded(text: str) -> object:
    try:
        return decode(text)
    except JsonProblem:
        return None
