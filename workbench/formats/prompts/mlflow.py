"""A prompt of MLflow's registry in JSON or YAML: a template or messages, with tags, as its API and its tracking server give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.errors import FormatError
from workbench.formats.fields import Fields
from workbench.formats.json_values import JsonProblem, decode
from workbench.formats.prompts import braces, documents, jinja, settings
from workbench.formats.prompts.building import Draft, build
from workbench.formats.prompts.composing import Turn, ours
from workbench.formats.prompts.documents import line_of, text_line
from workbench.formats.prompts.foreign import Foreign, Losses, Source
from workbench.formats.yaml_nodes import Document

CARRIES = frozenset({"model", "parameters", "answer schema", "changelog"})
_TEXT_TAG, _TYPE_TAG = "mlflow.prompt.text", "_mlflow_prompt_type"
_KEYS = {
    "name",
    "template",
    "commit_message",
    "description",
    "response_format",
    "model_config",
    "tags",
    "template_format",
}
_SILENT = {"version", "creation_timestamp", "last_updated_timestamp", "user_id", "variables", "is_text_prompt", "uri"}


def is_mine(look: documents.Look) -> bool:
    """Whether there is a named template, or a model version with the tag in which MLflow keeps a prompt's text."""
    keys = look.keys
    if "_type" in keys or "prompt_name" in keys or "name" not in keys:
        return False
    return "template" in keys or _TEXT_TAG in _tags(look.value.get("tags"))


def read(source: Source) -> Foreign:
    """The prompt. Raises FormatError."""
    document = documents.read(source.text, source.file)
    fields = Fields.of(document.value, (), document.complain)
    losses = Losses()
    tags = _tags(fields.values.get("tags"))
    for key, value in fields.values.items():
        if key not in _KEYS | _SILENT and value not in (None, [], {}):
            losses.add(f"{key[:60]!r} is left out.", line_of(document, (key,)))
    free = [tag for tag in tags if not tag.startswith(("mlflow.", "_mlflow"))]
    if free:
        losses.add(f"Tags are left out: {', '.join(free)[:200]}.", line_of(document, ("tags",)))
    path = ("model_config",)
    config = dict(fields.mapping("model_config") or {})
    provider, model = config.pop("provider", None), config.pop("model_name", config.pop("model", None))
    extra = config.pop("extra_params", None)
    given = settings.parameters(document, path, config, losses)
    if isinstance(extra, Mapping):
        given |= settings.parameters(document, path, extra, losses)
    draft = Draft(
        name=fields.text("name"),
        turns=_turns(source, document, fields, tags, losses),
        line=line_of(document, ("template",)),
        model=settings.model_name(str(provider or ""), model) if isinstance(model, str) and model else None,
        parameters=given,
        response_schema=_schema(fields),
        changelog=fields.text("commit_message") or fields.text("description") or "",
    )
    return Foreign((build(source, draft, losses),), losses=tuple(losses.found))


def _tags(given: object) -> dict[str, Any]:
    """Tags as a mapping; the tracking server lists them."""
    if isinstance(given, Mapping):
        return dict(given)
    if not isinstance(given, list):
        return {}
    return {str(tag.get("key")): tag.get("value") for tag in given if isinstance(tag, Mapping)}


def _schema(fields: Fields) -> Mapping[str, Any] | None:
    """MLflow keeps the schema of an answer as it is."""
    return fields.mapping("response_format") or None


def _turns(source: Source, document: Document, fields: Fields, tags: Mapping[str, Any], losses: Losses) -> list[Turn]:
    template = fields.values.get("template")
    line = text_line(document, source.text, ("template",))
    if template is None:
        line = line_of(document, ("tags",))
        template = tags.get(_TEXT_TAG)
        if tags.get(_TYPE_TAG) == "chat" and isinstance(template, str):
            try:
                template = decode(template)
            except JsonProblem as problem:
                raise document.complain(("tags",), f"{_TEXT_TAG}: {problem.problem}") from problem
    logic = fields.values.get("template_format") == "jinja2" or (isinstance(template, str) and "{%" in template)
    if isinstance(template, str):
        parts = jinja.read(template, source.file, line, losses) if logic else braces.read(template, source.file, line)
        return [Turn("user", template, parts)]
    if not isinstance(template, list):
        raise document.complain(("template",), "expected a text or a list of messages")
    turns = []
    for n, message in enumerate(template):
        at = line_of(document, ("template", n))
        role = ours(str(message.get("role"))) if isinstance(message, Mapping) else None
        content = message.get("content") if isinstance(message, Mapping) else None
        if not isinstance(content, str) or role is None:
            raise FormatError("a message has a known role and a text.", file=source.file, line=at)
        turns.append(Turn(role, content, braces.read(content, source.file, at)))
    return turns
