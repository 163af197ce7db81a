"""Models and their parameters under the names that other tools have for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from workbench.formats.fields import Path
from workbench.formats.prompts.documents import line_of
from workbench.formats.prompts.foreign import Losses
from workbench.formats.secrets import is_secret_name
from workbench.formats.yaml_nodes import Document

_CAMEL = {
    "maxTokens": "max_tokens",
    "maxOutputTokens": "max_tokens",
    "topP": "top_p",
    "topK": "top_k",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
    "stopSequences": "stop",
    "allowMultipleToolCalls": "parallel_tool_calls",
}
_RUNS = {
    "stream": "answers are always streamed",
    "stream_options": "answers are always streamed",
    "n": "a run has --repeats",
    "timeout": "a run has its own time limit",
    "num_retries": "a run repeats failed calls itself",
    "max_retries": "a run repeats failed calls itself",
}
"""Settings that are a run's, and how a run has them."""
_ADDRESSES = re.compile(
    r"(api_?(base|version|type|host)|api_?key_?env\w*|base_?url|endpoint|headers|organization|project|region|connection|deployment_id)|"
    r".*(endpoint|base_?url|host|uri)",
    re.IGNORECASE,
)
_OUTSIDE = re.compile(r"\$\{\s*(env|file)\s*:|\{\{\s*env\b")
"""A reference to the environment, or to a file, that another tool would follow."""


def refers_outside(value: object) -> bool:
    """Whether a value, or one within it, names a variable of the environment or a file."""
    if isinstance(value, str):
        return _OUTSIDE.search(value) is not None
    if isinstance(value, Mapping):
        return any(refers_outside(item) for item in value.values())
    return isinstance(value, list) and any(refers_outside(item) for item in value)


def parameters(document: Document, path: Path, values: Mapping[str, Any], losses: Losses) -> dict[str, Any]:
    """A model's parameters under our names; those that are none, or must not stand in a prompt, are noted and left out."""
    found: dict[str, Any] = {}
    for key, value in values.items():
        line = line_of(document, (*path, key))
        name = _CAMEL.get(key, key)
        if value is None:
            continue
        if refers_outside(value):
            losses.add(f"{key!r} names something outside the file, which is not read.", line)
        elif is_secret_name(key) or _ADDRESSES.fullmatch(key):
            losses.add(f"{key!r} is left out: addresses and keys belong to a model's alias in workbench.toml.", line)
        elif name in _RUNS:
            losses.add(f"{key!r} is left out: {_RUNS[name]}.", line)
        else:
            found[name] = value
    return found


def camel(values: Mapping[str, Any], max_tokens: str) -> dict[str, Any]:
    """Parameters under the names that tools written in JavaScript have; `max_tokens` is what they call that one."""
    back = {ours: theirs for theirs, ours in _CAMEL.items()} | {"max_tokens": max_tokens}
    return {back.get(key, key): value for key, value in values.items()}


def response_schema(form: object, losses: Losses, line: int) -> Mapping[str, Any] | None:
    """The schema of an answer from a `response_format` as OpenAI's API has it; None where it holds none."""
    if not isinstance(form, Mapping) or form.get("type") != "json_schema":
        return None
    holder = form.get("json_schema", form)
    schema = holder.get("schema") if isinstance(holder, Mapping) else None
    if not isinstance(schema, Mapping):
        return None
    name = holder.get("name")
    if name and name != SCHEMA_NAME:
        losses.add(f"The name {str(name)[:60]!r} of the answer's schema is left out; the schema is kept.", line)
    return schema


SCHEMA_NAME = "answer"
"""What a written schema is called where the format wants a name."""


def with_schema(given: Mapping[str, Any], schema: Mapping[str, Any] | None, losses: Losses) -> dict[str, Any]:
    """Parameters with the schema of the answer among them, as OpenAI's API has it."""
    if schema is None:
        return dict(given)
    if "response_format" in given:
        losses.add("The parameter 'response_format' gives way to the schema of the answer.")
    return {**given, "response_format": response_format(schema)}


def response_format(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The `response_format` for a schema, as OpenAI's API has it."""
    return {"type": "json_schema", "json_schema": {"name": SCHEMA_NAME, "schema": schema}}


def take_schema(document: Document, path: Path, found: dict[str, Any], losses: Losses) -> Mapping[str, Any] | None:
    """Take the answer's schema out of parameters that hold it as `response_format`. A plain `text` is the default."""
    form = found.get("response_format")
    schema = response_schema(form, losses, line_of(document, (*path, "response_format")))
    if schema is not None or form in ("text", {"type": "text"}):
        del found["response_format"]
    return schema


_PROVIDERS = {
    "openai": "openai",
    "azure": "azure",
    "azure_openai": "azure",
    "anthropic": "anthropic",
    "foundry": "azure_ai",
    "serverless": "azure_ai",
    "google": "gemini",
    "googleai": "gemini",
    "vertexai": "vertex_ai",
    "ollama": "ollama",
}


def model_name(provider: str | None, name: str) -> str:
    """A model as we name it: the provider in front, where it is known and not there yet."""
    prefix = _PROVIDERS.get((provider or "").lower())
    return name if prefix is None or name.startswith(f"{prefix}/") else f"{prefix}/{name}"


def model_parts(name: str, providers: Mapping[str, str]) -> tuple[str | None, str]:
    """A model's provider as another tool calls it, by `providers` from our prefix, and its name there."""
    prefix, slash, rest = name.partition("/")
    return (providers[prefix], rest) if slash and prefix in providers else (None, name)
