"""`.prompt` of Google's Dotprompt: settings in YAML, and below them messages in Handlebars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import FormatError
from workbench.formats.fields import Fields
from workbench.formats.prompts import documents, handlebars, picoschema, settings
from workbench.formats.prompts.building import Draft, build, rows
from workbench.formats.prompts.composing import Turn, ours, require_before_last_user
from workbench.formats.prompts.documents import line_of
from workbench.formats.prompts.foreign import Foreign, Losses, Source
from workbench.formats.yaml_nodes import Document

CARRIES = frozenset({"model", "parameters", "answer schema", "changelog", "golden rows"})
_KEYS = {"name", "description", "model", "config", "input", "output"}


def is_mine(look: documents.Look) -> bool:
    """Whether it is called so, or has a role as Dotprompt writes it."""
    if look.file.lower().endswith(".prompt"):
        return True
    return not isinstance(look.value, (Mapping, list)) and ('{{role "' in look.text or '{{#role "' in look.text)


def read(source: Source) -> Foreign:
    """The prompt, and the inputs' defaults as a golden row. Raises FormatError."""
    front = documents.front_matter(source.text, source.file, comments_first=True)
    document = front.head if front else Document(source.file, {})
    # As Dotprompt has it: below settings, blank lines around the text do not count.
    body = front.body.strip() if front else source.text
    line = front.body_line + _blank_lines(front.body) if front else 1
    fields = Fields.of(document.value, (), document.complain)
    losses = Losses()
    for key in fields.values:
        if key not in _KEYS:
            losses.add(f"{key[:60]!r} is left out.", line_of(document, (key,)))
    turns = _turns(source, body, line, losses)
    given = settings.parameters(document, ("config",), fields.mapping("config") or {}, losses)
    model = fields.name("model")
    draft = Draft(
        name=fields.text("name"),
        turns=turns,
        line=line,
        model=None if model is None else settings.model_name(*_model(model)),
        parameters=given,
        response_schema=_answer_schema(fields, document, given, losses),
        changelog=fields.text("description") or "",
    )
    prompt = build(source, draft, losses)
    return Foreign(
        (prompt,), rows(source, _row(fields, document, prompt.content.variables, losses)), tuple(losses.found)
    )


def _turns(source: Source, body: str, line: int, losses: Losses) -> list[Turn]:
    pieces = handlebars.read(body, source.file, line, losses)
    turns = []
    for piece in pieces.pieces:
        role = ours(piece.role)
        if role is None:
            raise FormatError(f"the role {piece.role!r} is not known.", file=source.file, line=piece.line)
        turns.append(Turn(role, "", tuple(piece.parts)))
    if pieces.history_at is not None:
        at = line + body.count("\n", 0, body.find("history"))
        require_before_last_user(source.file, turns, (pieces.history_at, at))
        losses.add("'{{history}}' is where earlier turns go: a golden row has them as 'history'.", at)
    return turns


def _answer_schema(
    fields: Fields, document: Document, given: dict[str, Any], losses: Losses
) -> Mapping[str, Any] | None:
    output = fields.table("output")
    if output is None:
        return None
    line = line_of(document, ("output",))
    for key in output.values:
        if key not in ("format", "schema"):
            losses.add(f"{f'output.{key}'[:60]!r} is left out.", line_of(document, ("output", key)))
    schema = None
    if output.values.get("schema") is not None:
        try:
            schema = picoschema.to_json_schema(output.values["schema"], lambda problem: output.error("schema", problem))
        except FormatError as error:
            losses.add(f"The schema of the answer is left out: {error.problem}", error.line)
        if schema is not None and schema.get("type") not in (None, "object"):
            losses.add("The schema of the answer is left out: models keep to schemas of objects only.", line)
            schema = None
    if schema is None and output.values.get("format") == "json":
        given["response_format"] = {"type": "json_object"}
    return schema


def _row(
    fields: Fields, document: Document, variables: tuple[str, ...], losses: Losses
) -> list[tuple[int, dict[str, Any]]]:
    given = fields.table("input")
    if given is None:
        return []
    line = line_of(document, ("input", "default"))
    defaults = given.mapping("default") or {}
    inputs = {name: value for name, value in defaults.items() if name in variables}
    missing = [name for name in variables if inputs.get(name) is None]
    if not inputs:
        return []
    if missing:
        losses.add(f"The defaults give no {', '.join(map(repr, missing))}, so they make no golden row.", line)
        return []
    return [(line, {"inputs": inputs})]


def _model(model: str) -> tuple[str, str]:
    provider, slash, name = model.partition("/")
    return (provider, name) if slash else ("", model)


def _blank_lines(body: str) -> int:
    return body[: len(body) - len(body.lstrip())].count("\n")
