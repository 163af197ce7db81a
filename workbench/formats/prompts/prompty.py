"""`.prompty`, versions 1 and 2: settings in YAML, and below them messages that begin with `system:` or `user:`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from workbench.domain.dataset import Example
from workbench.domain.prompt import Message, MessageRole, PromptFile
from workbench.errors import FormatError, InputError
from workbench.formats import yaml_nodes
from workbench.formats.dataset_rows import to_row
from workbench.formats.fields import Fields
from workbench.formats.prompts import documents, jinja, prompty_inputs, prompty_model, settings
from workbench.formats.prompts.building import Draft, build, rows
from workbench.formats.prompts.composing import Turn, joined, parsed
from workbench.formats.prompts.documents import FrontMatter, line_of
from workbench.formats.prompts.foreign import Foreign, Losses, Source, Written
from workbench.formats.prompts.leaving import JINJA, prompt_losses, row_losses, texts
from workbench.templates.parsing import Part, Variable

CARRIES = frozenset({"model", "parameters", "tools", "answer schema", "changelog", "golden rows"})
_KEYS = {
    "name", "description", "metadata", "authors", "tags", "version", "model", "inputs", "inputSchema", "outputs",
    "outputSchema", "tools", "template", "sample", "displayName", "instructions", "kind",
}  # fmt: skip
_MARKER = re.compile(
    r"#?[ \t]*(?P<role>system|user|assistant|developer|tool|function)(?P<more>\[[^\]]*\])?\s*:", re.IGNORECASE
)
_ROLES: Mapping[str, MessageRole] = {
    **{role: role for role in get_args(MessageRole)},
    "developer": "system",
    "function": "tool",
}
_LONGEST_MARKER = 1_000
_PICTURE = re.compile(r"!\[[^\]\n]{0,300}\]\(")


def is_mine(look: documents.Look) -> bool:
    """Whether there are settings above a text, and it is called a Prompty or has a marker of a role."""
    if look.file.lower().endswith(".prompty"):
        return True
    return look.head is not None and any(_marker(line) for line in look.text.split("\n"))


def read(source: Source) -> Foreign:
    """The prompt, and its sample or defaults as a golden row. Raises FormatError."""
    front = documents.front_matter(source.text, source.file)
    if front is None:
        raise FormatError("there are no settings between two lines of '---'.", file=source.file, line=1)
    document = front.head
    fields = Fields.of(document.value, (), document.complain)
    losses = Losses()
    _note_unread(fields, losses, document)
    model, given = prompty_model.read(fields, document, losses)
    schema = settings.take_schema(document, ("model",), given, losses) or prompty_inputs.answer_schema(
        fields, document, losses
    )
    inputs = prompty_inputs.read(source, fields, document, losses)
    turns, history = _turns(source, front, fields, inputs, losses)
    draft = Draft(
        name=fields.text("name"),
        turns=turns,
        line=front.body_line,
        model=model,
        parameters=given,
        tools=prompty_model.tools(fields, document, losses),
        response_schema=schema,
        changelog=fields.text("description") or "",
    )
    prompt = build(source, draft, losses)
    row = inputs.row(prompt.content.variables, history, losses)
    return Foreign((prompt,), rows(source, [] if row is None else [(inputs.line, row)]), tuple(losses.found))


def _note_unread(fields: Fields, losses: Losses, document: yaml_nodes.Document) -> None:
    for key in fields.values:
        if key not in _KEYS or key in {"metadata", "authors", "tags", "version", "displayName"}:
            losses.add(f"{key[:60]!r} is left out.", line_of(document, (key,)))


def _turns(
    source: Source, front: FrontMatter, fields: Fields, inputs: prompty_inputs.Inputs, losses: Losses
) -> tuple[list[Turn], str | None]:
    """The messages, and the variable that holds earlier turns."""
    kind = _template_kind(fields)
    body, history = jinja.without_history(front.body)
    history_line = front.body_line + _first_difference(front.body, body)
    turns: list[Turn] = []
    last_asked = 0
    for role, line, text in _cut(body, front.body_line, losses):
        if picture := _PICTURE.search(text):
            at = line + text.count("\n", 0, picture.start())
            losses.add("A picture in the text stays text: pictures are not sent.", at)
        if kind == "jinja2":
            parts = jinja.read(text, source.file, line, losses)
        else:
            parts = parsed(text, "mustache", source.file, line)
        _require_texts(source, text, line, parts, inputs)
        threads = [p for p in parts if isinstance(p, Variable) and inputs.kinds.get(p.name) == "thread"]
        if threads:
            history, history_line = threads[0].name, line + _line_within(text, threads[0].name)
            parts = _trimmed(joined("" if part in threads else part for part in parts))
        if not any(isinstance(part, Variable) or part.strip() for part in parts):
            continue
        turns.append(Turn(_ROLES[role], "" if threads else text, parts))
        last_asked = line if role == "user" else last_asked
    if history is not None:
        if history_line > last_asked:
            problem = "earlier turns stand behind the last user message; here they stand before it."
            raise FormatError(problem, file=source.file, line=history_line)
        losses.add(f"{history!r} is where earlier turns go: a golden row has them as 'history'.", history_line)
    return turns, history


def _require_texts(
    source: Source, text: str, line: int, parts: tuple[Part, ...], inputs: prompty_inputs.Inputs
) -> None:
    """Raise FormatError for a variable that is no text, such as a picture."""
    for part in parts:
        kind = inputs.kinds.get(part.name, "") if isinstance(part, Variable) else ""
        if isinstance(part, Variable) and kind in _NOT_TEXT:
            problem = f"{part.name!r} is of the kind {kind}, and only text is sent."
            raise FormatError(problem, file=source.file, line=line + _line_within(text, part.name))


_NOT_TEXT = {"image", "audio", "file", "video"}


def _template_kind(fields: Fields) -> str:
    given = fields.values.get("template", "jinja2")
    if isinstance(given, Mapping):
        given = given.get("format", given.get("type", "jinja2"))
    if isinstance(given, Mapping):
        given = given.get("kind", "jinja2")
    if given not in ("jinja2", "mustache"):
        raise fields.error("template", "only templates in jinja2 or mustache are read")
    return str(given)


def _cut(body: str, line: int, losses: Losses) -> list[tuple[str, int, str]]:
    """The messages by their markers: role, line of the text, text. What stands above the first is the system's."""
    found: list[tuple[str, int, list[str]]] = [("system", line, [])]
    for n, text in enumerate(body.split("\n")):
        marker = _marker(text)
        if marker and marker["more"]:
            losses.add(f"{marker['more'][:60]!r} of the message is left out: messages have a role alone.", line + n)
        if marker:
            found.append((marker["role"].lower(), line + n + 1, []))
        else:
            found[-1][2].append(text)
    cut = []
    for role, start, below in found:
        blank = next((n for n, text in enumerate(below) if text), len(below))
        cut.append((role, start + blank, "\n".join(below).strip("\n")))
    return cut


def _marker(line: str) -> re.Match[str] | None:
    """The role with which a message begins, where the line says one."""
    return _MARKER.fullmatch(line.strip()) if len(line) <= _LONGEST_MARKER else None


def _trimmed(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """The parts without blank lines at their ends, which taking something out has left."""
    done = list(parts)
    if done and isinstance(done[0], str):
        done[0] = done[0].lstrip("\n")
    if done and isinstance(done[-1], str):
        done[-1] = done[-1].rstrip("\n")
    return joined(done)


def _line_within(text: str, name: str) -> int:
    found = re.search(rf"\{{\{{[-{{&]*\s*{re.escape(name)}\b", text)
    return text.count("\n", 0, found.start()) if found else 0


def _first_difference(before: str, after: str) -> int:
    at = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), len(after))
    return before.count("\n", 0, at)


def write(prompt: PromptFile, examples: Sequence[Example]) -> Written:
    """A file of version 2, with the first golden row as the inputs' defaults. Raises InputError."""
    losses = Losses()
    prompt_losses(prompt, CARRIES, losses)
    content = prompt.content
    head: dict[str, Any] = {"name": prompt.name}
    if prompt.changelog:
        head["description"] = prompt.changelog
    head |= prompty_model.write(content, losses)
    row = to_row(examples[0]) if examples else {}
    head["inputs"] = prompty_inputs.write(content.variables, row.get("inputs", {}), losses)
    head |= prompty_model.written_tools(content, losses)
    if content.response_schema is not None:
        outputs = prompty_inputs.written_outputs(content.response_schema)
        if outputs is None:
            losses.add("The schema of the answer is left out: Prompty has lists of named outputs only.")
        else:
            head["outputs"] = outputs
    head["template"] = {"format": {"kind": "jinja2"}, "parser": {"kind": "prompty"}}
    if len(examples) > 1:
        losses.add(f"Only the first of {len(examples):,} golden rows is kept, as the inputs' defaults.")
    row_losses(examples[:1], {"history"} | ({"id"} if len(examples) > 1 else set()), losses)
    messages = texts(content, JINJA, losses)
    written = [_message(message, text, losses) for message, text in messages]
    if row.get("history"):
        thread = _free_name(content.variables)
        head["inputs"].append({"name": thread, "kind": "thread", "default": row["history"]})
        last = max(n for n, (message, _) in enumerate(messages) if message.role == "user")
        written.insert(last, f"{{{{{thread}}}}}")
    body = "\n\n".join(written)
    return Written(f"---\n{yaml_nodes.write(head)}---\n{body}\n", tuple(losses.found))


def _free_name(variables: Sequence[str]) -> str:
    """What the input with earlier turns is called."""
    numbered = (f"earlier_turns_{number}" for number in range(2, len(variables) + 3))
    return next(name for name in ("history", "earlier_turns", *numbered) if name not in variables)


def _message(message: Message, text: str, losses: Losses) -> str:
    if any(_marker(line) for line in text.split("\n")):
        raise InputError(
            "A message has a line that Prompty would take for the beginning of another, such as 'user:'.",
            hint="Write something else in that line, or export to another format.",
        )
    kept = text.replace("\r\n", "\n").strip("\n")
    if kept != text:
        losses.add("Line breaks at the beginning and end of messages are left out.")
    return f"{message.role}:\n{kept}"
