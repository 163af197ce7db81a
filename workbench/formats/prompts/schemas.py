"""JSON schemas from lists of named properties, as Prompty has them, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KINDS = {
    "float": "number", "list": "array", "dict": "object", "bool": "boolean", "int": "integer", "str": "string",
}  # fmt: skip
_KNOWN = {"name", "kind", "type", "description", "required", "enumValues", "enum", "items", "properties", "default"}
_LEFT = {"required", "default", "name", "kind", "type", "enumValues"}


def of_properties(properties: object) -> dict[str, Any] | None:
    """The schema of an object with these properties; a schema is taken as it is. None for what is neither."""
    if properties is None:
        return {"type": "object", "properties": {}}
    if isinstance(properties, Mapping):
        if "properties" not in properties:
            return dict(properties)
        listed = properties["properties"]
        if isinstance(listed, Mapping):
            return dict(properties)
        properties = listed
    if not isinstance(properties, list) or not all(_is_property(one) for one in properties):
        return None
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {one["name"]: _schema(one) for one in properties},
        "additionalProperties": False,
    }
    required = [one["name"] for one in properties if one.get("required") is True]
    return schema | ({"required": required} if required else {})


def _is_property(one: object) -> bool:
    return isinstance(one, Mapping) and isinstance(one.get("name"), str) and not set(one) - _KNOWN


def _schema(one: Mapping[str, Any]) -> dict[str, Any]:
    kind = one.get("kind", one.get("type"))
    schema: dict[str, Any] = {"type": _KINDS.get(kind, kind)} if isinstance(kind, str) and kind != "any" else {}
    schema |= {key: value for key, value in one.items() if key not in _LEFT and key not in ("items", "properties")}
    if isinstance(one.get("enumValues"), list):
        schema["enum"] = one["enumValues"]
    if isinstance(one.get("items"), Mapping):
        schema["items"] = _schema(one["items"])
    if "properties" in one:
        schema |= of_properties(one["properties"]) or {}
    return schema


def to_properties(schema: object) -> list[dict[str, Any]] | None:
    """The list for a schema that it says all of; None when the schema says more."""
    if not isinstance(schema, Mapping) or not isinstance(schema.get("properties"), Mapping):
        return None
    required = schema.get("required", [])
    listed: list[dict[str, Any]] = []
    for name, one in schema["properties"].items():
        if not isinstance(one, Mapping):
            return None
        item: dict[str, Any] = {"name": name}
        kind = one.get("type", "any")
        if not isinstance(kind, str):
            return None
        item["kind"] = kind
        item |= {key: value for key, value in one.items() if key == "description"}
        if isinstance(required, list) and name in required:
            item["required"] = True
        if "enum" in one:
            item["enumValues"] = one["enum"]
        listed.append(item)
    return listed if of_properties(listed) == schema else None
