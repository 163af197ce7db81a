"""The inputs, samples and outputs of a Prompty."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.errors import InputError
from workbench.formats.fields import Fields
from workbench.formats.json_values import JsonProblem, decode
from workbench.formats.prompts import schemas, settings
from workbench.formats.prompts.documents import line_of
from workbench.formats.prompts.foreign import Losses, Source
from workbench.formats.utf8 import decode as decode_text
from workbench.formats.yaml_nodes import Document

_FILE = re.compile(r"\$\{\s*file\s*:\s*(?P<path>[^}]{1,300})\}")


@dataclass(frozen=True)
class Inputs:
    """What a Prompty says of its variables."""

    line: int
    kinds: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    """A sample's values, or defaults where there is no sample."""

    def row(self, variables: Sequence[str], history: str | None, losses: Losses) -> dict[str, Any] | None:
        """The golden row that the values make; None when some are missing."""
        inputs = {name: value for name, value in self.values.items() if name in variables}
        if not inputs:
            return None
        missing = [name for name in variables if inputs.get(name) is None]
        if missing:
            losses.add(
                f"The sample gives no {', '.join(map(repr, missing))}, so it makes no golden row: {_shown(inputs)}.",
                self.line,
            )
            return None
        row: dict[str, Any] = {"inputs": inputs}
        turns = self.values.get(history or "")
        if isinstance(turns, list) and turns:
            row["history"] = turns
        unused = [name for name in self.values if name not in variables and name != history]
        if unused:
            losses.add(f"The sample's {', '.join(map(repr, unused))} is left out: no message uses it.", self.line)
        return row


def read(source: Source, fields: Fields, document: Document, losses: Losses) -> Inputs:
    """The inputs of either version, with the sample where there is one. Raises FormatError."""
    kinds, defaults = _declared(fields)
    key = next((key for key in ("sample", "inputs", "inputSchema") if key in fields.values), "")
    line = line_of(document, (key,) if key else ())
    for name, value in list(defaults.items()):
        if settings.refers_outside(value):
            losses.add(f"The default of {name[:60]!r} names something outside the file, which is not read.", line)
            del defaults[name]
    return Inputs(line, kinds, {**defaults, **_sample(source, fields, line, losses)})


def _declared(fields: Fields) -> tuple[dict[str, str], dict[str, Any]]:
    """Kinds and defaults by name: from a list, a mapping of names, or a mapping with a list of properties."""
    given = fields.values.get("inputs", fields.values.get("inputSchema"))
    if isinstance(given, Mapping) and isinstance(given.get("properties"), (list, Mapping)):
        given = given["properties"]
    entries: list[tuple[str, Any]] = []
    if isinstance(given, Mapping):
        entries = list(given.items())
    elif isinstance(given, list):
        entries = [(one["name"], one) for one in given if isinstance(one, Mapping) and isinstance(one.get("name"), str)]
    elif given is not None:
        raise fields.wrong("inputs", "a list of inputs")
    kinds: dict[str, str] = {}
    defaults: dict[str, Any] = {}
    for name, one in entries:
        about = one if isinstance(one, Mapping) else {"default": one}
        kinds[name] = str(about.get("kind", about.get("type", "string")))
        value = about.get("default", about.get("sample", about.get("example")))
        if value is not None:
            defaults[name] = value
    return kinds, defaults


def _sample(source: Source, fields: Fields, line: int, losses: Losses) -> Mapping[str, Any]:
    given = fields.values.get("sample")
    if isinstance(given, str):
        named = _FILE.fullmatch(given.strip())
        path = named["path"].strip() if named else given.strip()
        if named is None and not path.endswith(".json"):
            losses.add("The sample is left out: it is a text.", line)
            return {}
        try:
            given = decode(decode_text(source.beside(path), path))
        except JsonProblem as problem:
            losses.add(f"The sample in {path[:100]!r} is left out: {problem.problem}.", line)
            return {}
        except InputError as error:
            losses.add(f"The sample in {path[:100]!r} is left out: {error}", line)
            return {}
    if given is not None and not isinstance(given, Mapping):
        losses.add("The sample is left out: it is no mapping of names to values.", line)
        return {}
    values = dict(given or {})
    for name, value in list(values.items()):
        if settings.refers_outside(value):
            losses.add(f"The sample's {name[:60]!r} names something outside the file, which is not read.", line)
            del values[name]
    return values


def answer_schema(fields: Fields, document: Document, losses: Losses) -> Mapping[str, Any] | None:
    """The schema that a list of outputs makes. Version 1 only describes its outputs, so they are noted there."""
    given = fields.values.get("outputs", fields.values.get("outputSchema"))
    if isinstance(given, Mapping) and isinstance(given.get("properties"), list):
        given = given["properties"]
    if not given:
        return None
    key = "outputs" if "outputs" in fields.values else "outputSchema"
    schema = schemas.of_properties(given) if isinstance(given, list) else None
    if schema is None:
        losses.add(
            "The outputs are left out: they describe the answer, and do not ask for it.", line_of(document, (key,))
        )
    return schema


def written_outputs(schema: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """A list of outputs for the schema of an answer; None when it says more than such a list can."""
    properties = schemas.to_properties(schema)
    return properties or None


def write(variables: Sequence[str], values: Mapping[str, Any], losses: Losses) -> list[dict[str, Any]]:
    """The inputs, each with the row's value as its default."""
    found = []
    for name in variables:
        value = values.get(name)
        one: dict[str, Any] = {"name": name, "kind": _kind(value)}
        found.append(one if value is None else one | {"default": value})
    unused = [name for name in values if name not in variables]
    if unused:
        losses.add(f"The row's inputs {', '.join(map(repr, unused))} are left out: no message uses them.")
    return found


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "float"
    if isinstance(value, Mapping):
        return "object"
    return "array" if isinstance(value, list) else "string"


def _shown(inputs: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} = {str(value)[:60]!r}" for name, value in inputs.items())
