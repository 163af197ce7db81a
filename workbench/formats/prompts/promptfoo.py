"""promptfoo's configuration: prompts, providers, and tests with assertions, in the shapes from 2023 to 2026."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from workbench.domain.dataset import Example
from workbench.domain.prompt import PromptFile
from workbench.errors import FormatError
from workbench.formats import yaml_nodes
from workbench.formats.csv_cells import read_rows
from workbench.formats.fields import Fields, Path
from workbench.formats.prompts import documents, jinja, promptfoo_providers, promptfoo_tests
from workbench.formats.prompts.building import Draft, build, fit_name, rows
from workbench.formats.prompts.composing import Turn, ours
from workbench.formats.prompts.documents import line_of, text_line
from workbench.formats.prompts.foreign import Foreign, Losses, Source, Written
from workbench.formats.prompts.leaving import JINJA, prompt_losses, texts
from workbench.formats.yaml_nodes import Document
from workbench.hashing import plain

CARRIES = frozenset({"model", "parameters", "tools", "answer schema", "changelog", "golden rows", "checks"})
_KEYS = {"prompts", "providers", "targets", "tests", "description", "defaultTest"}
_SILENT = {
    "$schema", "outputPath", "sharing", "writeLatestResults", "commandLineOptions", "evaluateOptions",
    "assertionTemplates", "testTemplates",
}  # fmt: skip
"""What says how promptfoo itself runs and where it writes."""
_TEXTS = (".txt", ".md", ".j2", ".json", ".yaml", ".yml", ".csv")
_PROGRAMS = (".py", ".js", ".cjs", ".mjs", ".ts", ".mts", ".cts", ".sh", ".exe", ".rb", ".bat", ".ps1")
_PATH = re.compile(rf"[^\n{{}}]{{1,300}}(?:{'|'.join(map(re.escape, (*_TEXTS, *_PROGRAMS)))})(?::\w+)?", re.IGNORECASE)
_BETWEEN = re.compile(r"^---[ \t]*$", re.MULTILINE)


def is_mine(look: documents.Look) -> bool:
    """Whether there are prompts or tests in a configuration, a list of tests, or a table with expectations."""
    name = PurePosixPath(look.file.replace("\\", "/")).name.lower()
    if name in ("promptfooconfig.yaml", "promptfooconfig.yml", "promptfooconfig.json"):
        return True
    if name.endswith((".txt", ".j2")) and look.head is None:
        return "{{" in look.text
    if isinstance(look.value, list):
        first = look.value[0] if look.value else None
        return isinstance(first, Mapping) and "vars" in first and "output" not in first and "response" not in first
    keys = look.keys
    if "prompts" in keys or ("tests" in keys and "providers" in keys):
        return "results" not in keys and "evalId" not in keys
    return promptfoo_tests.is_table(look.text)


def read(source: Source) -> Foreign:
    """The prompts as versions of one, and the tests as golden rows. Raises FormatError."""
    losses = Losses()
    name = source.file.lower()
    if name.endswith(".csv") or promptfoo_tests.is_table(source.text):
        values = promptfoo_tests.of_table(source, source.text, losses)
        return Foreign((), rows(source, values), tuple(losses.found))
    if name.endswith((".txt", ".j2", ".md")):
        return _of_texts(source, losses)
    document = documents.read(source.text, source.file)
    if isinstance(document.value, list):
        values = promptfoo_tests.of_list(source, document, (), {}, losses)
        if not values:
            raise FormatError("there are no tests in the list.", file=source.file, line=1)
        return Foreign((), rows(source, values), tuple(losses.found))
    fields = Fields.of(document.value, (), document.complain)
    for key in fields.values:
        if key not in _KEYS | _SILENT:
            losses.add(f"{key[:60]!r} is left out.", line_of(document, (key,)))
    examples = rows(source, promptfoo_tests.read(source, fields, document, losses))
    prompts = _prompts(source, fields, document, losses)
    if not prompts and not examples:
        raise FormatError(
            "there is no prompt and no test that could be read."
            + "".join(f" {loss}" for loss in list(losses.found)[:3]),
            file=source.file,
            line=line_of(document, ("prompts",)),
        )
    return Foreign(prompts, examples, tuple(losses.found))


def _of_texts(source: Source, losses: Losses) -> Foreign:
    """A file with nothing but prompts, between lines of `---`."""
    documents.require_size(source.text, source.file)
    found = _cut(source.text, source.file)
    prompts = [
        build(source, Draft(None, _turns(text, source.file, line, losses), line), losses) for text, line in found
    ]
    if not prompts:
        raise FormatError("the file is empty.", file=source.file, line=1)
    return Foreign(tuple(prompts), losses=tuple(losses.found))


def _prompts(source: Source, fields: Fields, document: Document, losses: Losses) -> tuple[PromptFile, ...]:
    entries = _entries(fields, document)
    described = fields.text("description") or ""
    found: list[tuple[str | None, list[Turn], str, int]] = []
    for label, text, path in entries:
        line = line_of(document, path)
        for turns, file, at in _read_entry(source, text, document, path, losses):
            if not turns:
                raise FormatError("the prompt is empty.", file=file, line=at)
            found.append((label, turns, file, line))
    if not found:
        return ()
    model, given, tools, schema = promptfoo_providers.read(fields, document, losses)
    prompts = []
    alone = len(found) == 1
    for label, turns, _, line in found:
        draft = Draft(
            name=fit_name(label) if alone and label else None,
            turns=turns,
            line=line,
            model=model,
            parameters=given,
            tools=tools,
            response_schema=schema,
            changelog=described if alone or not label else label,
        )
        prompts.append(build(source, draft, losses))
    name = prompts[0].name
    return tuple(replace(prompt, name=name) for prompt in prompts)


def _entries(fields: Fields, document: Document) -> list[tuple[str | None, str, Path]]:
    """The prompts as they are listed: label, text or path, and where that stands."""
    given = fields.values.get("prompts")
    if given is None:
        return []
    if isinstance(given, str):
        return [(None, given, ("prompts",))]
    if isinstance(given, Mapping):  # paths to labels, as in 2023
        return [(str(label) if label else None, path, ("prompts", path)) for path, label in given.items()]
    found: list[tuple[str | None, str, Path]] = []
    for n, one in enumerate(fields.items("prompts") or []):
        path: Path = ("prompts", n)
        if isinstance(one, str):
            found.append((None, one, path))
            continue
        entry = Fields.of(one, path, document.complain)
        key = next((key for key in ("raw", "file", "path", "id") if entry.text(key)), None)
        if key is None:
            raise document.complain(path, "a prompt is a text, a path, or has one as 'raw' or 'id'")
        found.append((entry.text("label") or entry.text("display"), entry.text(key) or "", (*path, key)))
    return found


def _read_entry(
    source: Source, text: str, document: Document, path: Path, losses: Losses
) -> list[tuple[list[Turn], str, int]]:
    """The messages of each prompt that an entry stands for, with the file and line where they begin."""
    line = line_of(document, path)
    named = text.removeprefix("file://")
    if named == text and not _PATH.fullmatch(text):
        at = text_line(document, source.text, path)
        return [(_turns(text, source.file, at, losses), source.file, at)]
    plain_path = re.sub(r":\w+\Z", "", named)
    if plain_path.lower().endswith(_PROGRAMS):
        losses.add(f"The prompt {named[:100]!r} is a program, which is not run.", line)
        return []
    if any(sign in plain_path for sign in "*?"):
        losses.add(f"The prompts {named[:100]!r} are left out: patterns of files are not followed; list them.", line)
        return []
    inside = documents.text_beside(source, plain_path, document, path)
    there = losses.inside(plain_path)
    return [(_turns(one, plain_path, at, there), plain_path, at) for one, at in _cut(inside, plain_path)]


def _cut(text: str, file: str) -> list[tuple[str, int]]:
    """The prompts of a text file, without the blank lines around them, and the line of each."""
    if file.lower().endswith(".csv"):
        table = list(read_rows(text, ",", file))
        head = [cell.strip().lower() for cell in table[0][1]] if table else []
        column = head.index("prompt") if "prompt" in head else 0
        return [
            (cells[column], line) for line, cells in table["prompt" in head :] if len(cells) > column and cells[column]
        ]
    starts = [0, *(match.end() for match in _BETWEEN.finditer(text))] if file.lower().endswith(".txt") else [0]
    ends = [*(match.start() for match in _BETWEEN.finditer(text)), len(text)] if len(starts) > 1 else [len(text)]
    found = []
    for start, end in zip(starts, ends, strict=True):
        piece = text[start:end]
        blank = piece[: len(piece) - len(piece.lstrip())]
        if piece.strip():
            found.append((piece.strip(), text.count("\n", 0, start) + blank.count("\n") + 1))
    return found


def _turns(text: str, file: str, line: int, losses: Losses) -> list[Turn]:
    """A chat in JSON or YAML, or one message of the user's."""
    chat = _chat(text, file)
    if chat is None:
        return [Turn("user", text, jinja.read(text, file, line, losses))] if text.strip() else []
    turns = []
    for n, message in enumerate(chat.value):
        at = line + text_line(chat, text, (n, "content")) - 1
        role, content = ours(str(message.get("role"))), message.get("content")
        if not isinstance(content, str) or role is None:
            raise FormatError(
                "a message has a role and a text; pictures and other parts are not sent.", file=file, line=at
            )
        turns.append(Turn(role, content, jinja.read(content, file, at, losses)))
    return turns


def _chat(text: str, file: str) -> Document | None:
    if not text.lstrip().startswith(("[", "- ")) or "role" not in text:
        return None
    try:
        document = documents.read(text, file)
    except FormatError:
        return None
    value = document.value
    is_chat = (
        isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) and "role" in one for one in value)
    )
    return document if is_chat else None


def write(prompt: PromptFile, examples: Sequence[Example]) -> Written:
    """A configuration with the prompt, its model as the provider, and golden rows as tests. Raises InputError."""
    losses = Losses()
    prompt_losses(prompt, CARRIES, losses)
    document: dict[str, Any] = {}
    if prompt.changelog:
        document["description"] = prompt.changelog
    document["prompts"] = [{"label": prompt.name, "raw": _written(prompt, losses)}]
    document |= promptfoo_providers.write(prompt.content, losses)
    if examples:
        document["tests"] = promptfoo_tests.write(examples, losses)
    return Written(yaml_nodes.write(plain(document)), tuple(losses.found))


def _written(prompt: PromptFile, losses: Losses) -> str:
    messages = [{"role": message.role, "content": text} for message, text in texts(prompt.content, JINJA, losses)]
    text = messages[0]["content"]
    alone = len(messages) == 1 and not text.startswith("file://") and not _PATH.fullmatch(text)
    if alone and text.strip() and _chat(text, "") is None:
        return text
    return json.dumps(messages, ensure_ascii=False, indent=2)
