"""The model and the tools of a Prompty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.prompt import PromptContent
from workbench.formats.fields import Fields
from workbench.formats.prompts import schemas, settings
from workbench.formats.prompts.documents import line_of
from workbench.formats.prompts.foreign import Losses
from workbench.formats.yaml_nodes import Document

_PROVIDERS = {"openai": "openai", "azure": "azure", "anthropic": "anthropic", "azure_ai": "foundry"}


def read(fields: Fields, document: Document, losses: Losses) -> tuple[str | None, dict[str, Any]]:
    """The model's name and its parameters, of either version. Raises FormatError for what is no chat model."""
    if isinstance(fields.values.get("model"), str):
        name = fields.name("model")
        if settings.refers_outside(name):
            losses.add("The model names something outside the file, which is not read.", line_of(document, ("model",)))
            name = None
        return name, {}
    model = fields.table("model")
    if model is None:
        return None, {}
    api = "apiType" if "apiType" in model.values else "api"
    if model.text(api) not in (None, "chat", "responses"):
        raise model.error(api, f"this is for {model.text(api)!r}; only prompts for chat models are read")
    configuration = model.table("configuration")
    name, provider = model.text("id"), model.text("provider")
    if configuration is not None:
        provider = provider or configuration.text("type")
        name = name or next(
            filter(None, (configuration.text(key) for key in ("azure_deployment", "model", "name"))), None
        )
    for key in ("connection", "configuration", "response"):
        _note(model, key, document, losses)
    if name is not None and settings.refers_outside(name):
        losses.add("The model names something outside the file, which is not read.", line_of(document, ("model", "id")))
        name = None
    options = "options" if "options" in model.values else "parameters"
    values = dict(model.mapping(options) or {})
    values.pop("tools", None)  # read as tools
    more = values.pop("additionalProperties", None)
    found = settings.parameters(document, ("model", options), values, losses)
    if isinstance(more, Mapping):
        found |= settings.parameters(document, ("model", options, "additionalProperties"), more, losses)
    return (settings.model_name(provider, name) if name and name.strip() else None), found


def _note(model: Fields, key: str, document: Document, losses: Losses) -> None:
    value = model.values.get(key)
    line = line_of(document, ("model", key))
    if key == "response" and value not in (None, "first"):
        losses.add(f"'response: {str(value)[:40]}' is left out: the first answer's text is kept.", line)
    elif (
        key != "response" and isinstance(value, Mapping) and set(value) - {"type", "azure_deployment", "model", "name"}
    ):
        losses.add("How the model is reached is left out: that is its alias in workbench.toml.", line)


def tools(fields: Fields, document: Document, losses: Losses) -> list[dict[str, Any]]:
    """The functions a model may call, as OpenAI's API has them. Other kinds are noted and left out."""
    model = fields.values.get("model")
    old = model.get("parameters") if isinstance(model, Mapping) else None
    hoisted = old.get("tools") if isinstance(old, Mapping) else None
    if "tools" not in fields.values and isinstance(hoisted, list):
        return [dict(tool) for tool in hoisted if isinstance(tool, Mapping)]
    found = []
    for n, tool in enumerate(fields.tables("tools") or ()):
        line = line_of(document, ("tools", n))
        if isinstance(tool.values.get("function"), Mapping):
            found.append(dict(tool.values))
            continue
        kind, name = tool.text("kind") or "function", tool.require("name", tool.name("name"))
        if kind != "function":
            losses.add(
                f"The tool {name[:60]!r} is left out: it is of the kind {kind[:40]!r}, and only functions are offered.",
                line,
            )
            continue
        if tool.values.get("bindings"):
            losses.add(f"The bindings of the tool {name[:60]!r} are left out: tools are not called.", line)
        parameters = schemas.of_properties(tool.values.get("parameters"))
        if parameters is None:
            raise tool.wrong("parameters", "a list of named parameters, or a JSON schema")
        function: dict[str, Any] = {"name": name, "parameters": parameters}
        if tool.text("description"):
            function["description"] = tool.text("description")
        if tool.flag("strict") is not None:
            function["strict"] = tool.flag("strict")
        found.append({"type": "function", "function": function})
    return found


def write(content: PromptContent, losses: Losses) -> dict[str, Any]:
    """The model's settings."""
    if content.model is None:
        if content.parameters:
            losses.add("There is no model in the file; whoever uses it sets one.")
            return {"model": {"apiType": "chat", "options": _options(content)}}
        return {}
    provider, name = settings.model_parts(content.model, _PROVIDERS)
    model: dict[str, Any] = {"id": name, **({"provider": provider} if provider else {}), "apiType": "chat"}
    if content.parameters:
        model["options"] = _options(content)
    return {"model": model}


_OPTIONS = {"max_tokens", "top_p", "top_k", "frequency_penalty", "presence_penalty", "stop", "temperature", "seed"}


def _options(content: PromptContent) -> dict[str, Any]:
    known = {key: value for key, value in content.parameters.items() if key in _OPTIONS}
    more = {key: value for key, value in content.parameters.items() if key not in _OPTIONS}
    return settings.camel(known, "maxOutputTokens") | ({"additionalProperties": more} if more else {})


def written_tools(content: PromptContent, losses: Losses) -> dict[str, Any]:
    """The tools that are functions; others are noted."""
    found = []
    for tool in content.tools:
        function = tool.get("function")
        if not isinstance(function, Mapping) or set(function) - {"name", "description", "parameters", "strict"}:
            losses.add(
                f"The tool {str(tool.get('name', '?'))[:60]!r} is left out: it is not a function as OpenAI's API has it."
            )
            continue
        properties = schemas.to_properties(function.get("parameters", {"type": "object", "properties": {}}))
        written = {"name": function.get("name"), "kind": "function"}
        written |= {key: function[key] for key in ("description", "strict") if key in function}
        found.append(written | {"parameters": function.get("parameters", {}) if properties is None else properties})
    return {"tools": found} if found else {}
