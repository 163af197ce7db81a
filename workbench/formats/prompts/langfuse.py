"""A prompt as Langfuse exports it in JSON: a text or a chat, its config, labels and commit message."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptFile
from workbench.errors import FormatError
from workbench.formats.fields import Fields
from workbench.formats.prompts import braces, documents, settings
from workbench.formats.prompts.building import Draft, build
from workbench.formats.prompts.composing import Turn, require_before_last_user, require_one_place, role_of
from workbench.formats.prompts.documents import line_of, text_line
from workbench.formats.prompts.foreign import Foreign, Losses, Source, Written
from workbench.formats.prompts.leaving import BRACES, no_rows, prompt_losses, texts
from workbench.formats.yaml_nodes import Document
from workbench.hashing import plain
from workbench.templates.parsing import Part

CARRIES = frozenset({"model", "parameters", "tools", "answer schema", "changelog"})
_KEYS = {"name", "type", "prompt", "config", "commitMessage", "version"}
_SILENT = {"id", "createdAt", "updatedAt", "createdBy", "projectId", "isActive", "resolutionGraph", "lastUpdatedAt"}
"""What Langfuse writes about its own record of the prompt."""
_REFERENCE = re.compile(r"@@@langfusePrompt:[^@\n]{0,300}@@@")


def is_mine(look: documents.Look) -> bool:
    """Whether there is a `prompt` in the form that Langfuse has, in an object or a list of them."""
    first = next(iter(_records(look.value)), (None, None))[1]
    return (
        isinstance(first, Mapping)
        and "prompt" in first
        and ("name" in first or "type" in first)
        and "_type" not in first
    )


def _records(value: Any) -> list[tuple[tuple[str | int, ...], Any]]:
    """The prompts with their paths: the document itself, a list, or the `data` of a page of the API's."""
    if isinstance(value, Mapping) and isinstance(value.get("data"), list):
        return [(("data", n), one) for n, one in enumerate(value["data"])]
    if isinstance(value, list):
        return [((n,), one) for n, one in enumerate(value)]
    return [((), value)]


def read(source: Source) -> Foreign:
    """The prompt's versions, in their order. Raises FormatError."""
    document = documents.read(source.text, source.file)
    losses = Losses()
    records = [Fields.of(value, path, document.complain) for path, value in _records(document.value)]
    if not records:
        raise FormatError("there is no prompt in the file.", file=source.file, line=1)
    names = {record.text("name") for record in records}
    if len(names) > 1:
        shown = ", ".join(sorted((name or "unnamed")[:60] for name in names))
        raise FormatError(
            f"the file holds several prompts: {shown}.",
            file=source.file,
            line=line_of(document, records[1].path),
            hint="Put each prompt in a file of its own.",
        )
    records.sort(key=lambda record: record.whole("version", least=0) or 0)
    prompts = tuple(_prompt(source, document, record, losses) for record in records)
    return Foreign(prompts, losses=tuple(losses.found))


def _prompt(source: Source, document: Document, record: Fields, losses: Losses) -> PromptFile:
    for key in record.values:
        if key not in _KEYS | _SILENT and record.values[key] not in (None, [], {}):
            losses.add(f"{key[:60]!r} is left out.", line_of(document, (*record.path, key)))
    path = (*record.path, "config")
    config = dict(record.mapping("config") or {})
    model = config.pop("model", config.pop("model_name", None))
    tools = config.pop("tools", None) or []
    given = settings.parameters(document, path, config, losses)
    schema = settings.take_schema(document, path, given, losses)
    if not isinstance(tools, list) or not all(isinstance(tool, Mapping) for tool in tools):
        raise document.complain((*path, "tools"), "expected a list of functions")
    if model is not None and not isinstance(model, str):
        raise document.complain((*path, "model"), "expected a model's name")
    draft = Draft(
        name=record.text("name"),
        turns=_turns(source, document, record, losses),
        line=line_of(document, (*record.path, "prompt")),
        model=model or None,
        parameters=given,
        tools=tools,
        response_schema=schema,
        changelog=record.text("commitMessage") or "",
    )
    return build(source, draft, losses)


def _turns(source: Source, document: Document, record: Fields, losses: Losses) -> list[Turn]:
    value = record.values.get("prompt")
    if isinstance(value, str):
        line = text_line(document, source.text, (*record.path, "prompt"))
        return [Turn("user", value, _parts(value, source, line))]
    turns: list[Turn] = []
    placeholder: tuple[int, int] | None = None
    for message in record.require("prompt", record.tables("prompt")):
        line = line_of(document, message.path)
        if message.values.get("type") == "placeholder":
            require_one_place(placeholder, message)
            placeholder = len(turns), line
            losses.add("The placeholder is where earlier turns go: a golden row has them as 'history'.", line)
            continue
        content = message.require("content", message.text("content"))
        turns.append(Turn(role_of(message), content, _parts(content, source, line)))
    require_before_last_user(source.file, turns, placeholder)
    return turns


def _parts(text: str, source: Source, line: int) -> tuple[Part, ...]:
    reference = _REFERENCE.search(text)
    if reference is not None:
        raise FormatError(
            "another prompt is referred to, and its text is not in the file.",
            file=source.file,
            line=line + text.count("\n", 0, reference.start()),
            hint="Export the prompt with its references resolved.",
        )
    return braces.read(text, source.file, line)


def write(prompt: PromptFile, examples: Sequence[Example]) -> Written:
    """The file. Golden rows have no place in it. Raises InputError."""
    losses = Losses()
    prompt_losses(prompt, CARRIES, losses)
    no_rows(examples, losses)
    content = prompt.content
    messages = [{"role": message.role, "content": text} for message, text in texts(content, BRACES, losses)]
    config: dict[str, Any] = {} if content.model is None else {"model": content.model}
    config |= settings.with_schema(content.parameters, content.response_schema, losses)
    if content.tools:
        config["tools"] = content.tools
    alone = len(messages) == 1
    document = {
        "name": prompt.name,
        "type": "text" if alone else "chat",
        "prompt": messages[0]["content"] if alone else messages,
        "config": config,
        "labels": [],
        "tags": [],
        "commitMessage": prompt.changelog or None,
    }
    text = json.dumps(plain(document), ensure_ascii=False, indent=2, allow_nan=False)
    return Written(f"{text}\n", tuple(losses.found))
