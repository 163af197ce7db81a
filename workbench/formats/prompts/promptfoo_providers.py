"""promptfoo's providers as a model with its parameters, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.prompt import PromptContent
from workbench.formats.fields import Fields, Path
from workbench.formats.prompts import settings
from workbench.formats.prompts.documents import line_of
from workbench.formats.prompts.foreign import Losses
from workbench.formats.yaml_nodes import Document

_VENDORS = {
    "openai": "openai", "anthropic": "anthropic", "google": "gemini", "vertex": "vertex_ai", "azure": "azure",
    "azureopenai": "azure", "bedrock": "bedrock", "ollama": "ollama", "mistral": "mistral", "groq": "groq",
    "cohere": "cohere_chat", "deepseek": "deepseek", "openrouter": "openrouter", "togetherai": "together_ai",
}  # fmt: skip
_BACK = {ours: theirs for theirs, ours in _VENDORS.items() if theirs != "azureopenai"}
_KINDS = {"chat", "messages", "responses", "completion"}
_NO_MODELS = {"claude-agent-sdk", "codex-sdk", "realtime", "image", "embedding", "moderation", "assistant"}

Read = tuple[str | None, dict[str, Any], list[Mapping[str, Any]], Mapping[str, Any] | None]
"""Model, parameters, tools and the schema of the answer."""


def read(fields: Fields, document: Document, losses: Losses) -> Read:
    """The first provider that is a model. The others are noted: a run takes them with --model."""
    key = "targets" if "targets" in fields.values and "providers" not in fields.values else "providers"
    found: Read | None = None
    others: list[str] = []
    for entry, path in _entries(fields.values.get(key), (key,)):
        line = line_of(document, path)
        name, config, config_path = _named(entry, path)
        model = None if name is None else _model(name)
        if model is None:
            losses.add(f"The provider {str(name or entry)[:80]!r} is left out: it is not known as a model.", line)
        elif found is None:
            found = (model, *_settings(config, config_path, document, losses))
        else:
            others.append(model)
    if others:
        losses.add(
            f"A prompt has one model; a run asks the others with --model: {', '.join(dict.fromkeys(others))[:300]}.",
            line_of(document, (key,)),
        )
    return found or (None, {}, [], None)


def _entries(given: object, path: Path) -> list[tuple[object, Path]]:
    if given is None:
        return []
    return [(one, (*path, n)) for n, one in enumerate(given)] if isinstance(given, list) else [(given, path)]


def _named(entry: object, path: Path) -> tuple[str | None, Mapping[str, Any], Path]:
    """A provider's id and config, in each of the shapes: text, `{id, config}`, `{ID: {config}}`."""
    if isinstance(entry, str):
        return entry, {}, path
    if not isinstance(entry, Mapping):
        return None, {}, path
    if not isinstance(entry.get("id"), str) and len(entry) == 1:
        ((name, about),) = entry.items()
        path = (*path, name)
        about = about if isinstance(about, Mapping) else {}
    else:
        name, about = entry.get("id"), entry
    config = about.get("config")
    return name, config if isinstance(config, Mapping) else {}, (*path, "config")


def _model(name: str) -> str | None:
    parts = name.split(":")
    if len(parts) == 1:
        return None if "/" not in name and not name.strip() else name
    vendor, rest = parts[0].lower(), parts[1:]
    if vendor not in _VENDORS or rest[0] in _NO_MODELS:
        return None
    rest = rest[1:] if len(rest) > 1 and rest[0] in _KINDS else rest
    return f"{_VENDORS[vendor]}/{':'.join(rest)}"


def _settings(
    config: Mapping[str, Any], path: Path, document: Document, losses: Losses
) -> tuple[dict[str, Any], list[Mapping[str, Any]], Mapping[str, Any] | None]:
    values = {key: value for key, value in config.items() if key not in ("tools", "functions")}
    for key, value in list(values.items()):
        if isinstance(value, str) and value.startswith("file://"):
            losses.add(f"{key!r} is left out: it is in another file.", line_of(document, (*path, key)))
            del values[key]
    given = settings.parameters(document, path, values, losses)
    schema = settings.take_schema(document, path, given, losses)
    tools: list[Mapping[str, Any]] = []
    for key in ("tools", "functions"):
        listed = config.get(key)
        if listed is None:
            continue
        if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
            losses.add(f"{key!r} is left out: only a list of functions is read.", line_of(document, (*path, key)))
            continue
        tools += listed if key == "tools" else [{"type": "function", "function": one} for one in listed]
    return given, tools, schema


def write(content: PromptContent, losses: Losses) -> dict[str, Any]:
    """The provider for the prompt's model."""
    config = settings.with_schema(content.parameters, content.response_schema, losses)
    if content.tools:
        config["tools"] = content.tools
    if content.model is None:
        losses.add("The prompt names no model: give promptfoo one with --provider.")
        if config:
            losses.add(f"Without a model these are left out: {', '.join(sorted(config))}.")
        return {}
    vendor, name = settings.model_parts(content.model, _BACK)
    kind = {"openai": "chat:", "anthropic": "messages:", "azure": "chat:"}.get(vendor or "", "")
    if vendor is None:
        losses.add(f"promptfoo may not know the model {name!r}; see its list of providers.")
    provider: dict[str, Any] = {"id": f"{vendor}:{kind}{name}" if vendor else name}
    return {"providers": [provider | ({"config": config} if config else {})]}
