"""Dotprompt's short way to write a JSON schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.errors import FormatError

_SCALARS = {"string", "boolean", "null", "number", "integer"}
_JSON_TYPES = _SCALARS | {"object", "array"}
_ANY = "any"
_WILDCARD = "(*)"
_OPTIONAL = "?"

Refuse = Callable[[str], FormatError]
"""Makes the error for what is wrong with a schema."""


def to_json_schema(schema: object, refuse: Refuse) -> dict[str, Any]:
    """The JSON schema. One that is a JSON schema already stays. Raises what `refuse` makes."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("type"), str) and schema["type"] in _JSON_TYPES:
            return dict(schema)
        if isinstance(schema.get("properties"), Mapping):
            return {**schema, "type": "object"}
    return _type(schema, refuse)


def _type(schema: object, refuse: Refuse) -> dict[str, Any]:
    if isinstance(schema, str):
        return _named(schema, refuse)
    if not isinstance(schema, Mapping):
        raise refuse("a schema is a type's name or a mapping of fields")
    found: dict[str, Any] = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    for key, value in schema.items():
        if key == _WILDCARD:
            found["additionalProperties"] = _type(value, refuse)
            continue
        name, _, more = key.partition("(")
        optional, name = name.endswith(_OPTIONAL), name.removesuffix(_OPTIONAL)
        if not optional:
            found["required"].append(name)
        found["properties"][name] = _property(more, value, refuse, optional=optional)
    if not found["required"]:
        del found["required"]
    return found


def _named(text: str, refuse: Refuse) -> dict[str, Any]:
    name, comma, description = text.partition(",")
    name, about = name.strip(), {"description": description.strip()} if comma else {}
    if name == _ANY:
        return about
    if name not in _SCALARS:
        raise refuse(f"the schema {name[:60]!r} is in no file that is read; write it out")
    return {"type": name, **about}


def _property(more: str, value: object, refuse: Refuse, *, optional: bool) -> dict[str, Any]:
    """One field; `more` is what stands in brackets behind its name, such as `array, list of tags)`."""
    if not more:
        found = _type(value, refuse)
        if optional and isinstance(found.get("type"), str):
            found["type"] = [found["type"], "null"]
        return found
    kind, comma, description = more.removesuffix(")").partition(",")
    about = {"description": description.strip()} if comma else {}
    kind = kind.strip()
    if kind == "array":
        return {"type": ["array", "null"] if optional else "array", "items": _type(value, refuse), **about}
    if kind == "object":
        found = _type(value, refuse)
        return found | ({"type": [found.get("type", "object"), "null"]} if optional else {}) | about
    if kind == "enum" and isinstance(value, list):
        return {"enum": [*value, None] if optional and None not in value else value, **about}
    raise refuse(f"{kind[:60]!r} is none of array, object and enum")
