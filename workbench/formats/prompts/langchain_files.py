"""Prompts that LangChain saved, in JSON or YAML. They are read as data: no class is loaded and nothing is run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.prompt import MessageRole
from workbench.formats.fields import Fields
from workbench.formats.prompts import documents, jinja
from workbench.formats.prompts.building import Draft, build
from workbench.formats.prompts.composing import (
    Turn,
    joined,
    parsed,
    require_before_last_user,
    require_one_place,
    role_of,
)
from workbench.formats.prompts.documents import line_of, text_line
from workbench.formats.prompts.foreign import Foreign, Losses, Source
from workbench.formats.yaml_nodes import Document
from workbench.templates.parsing import Part, Variable

CARRIES = frozenset[str]()
_KEYS = {
    "_type", "template", "template_path", "template_format", "input_variables", "partial_variables", "prefix",
    "prefix_path", "suffix", "suffix_path", "examples", "example_prompt", "example_prompt_path", "example_separator",
    "messages", "validate_template", "optional_variables", "input_types",
}  # fmt: skip
_FORMATS = ("f-string", "mustache", "jinja2")
_ROLES: Mapping[str, MessageRole] = {"System": "system", "Human": "user", "AI": "assistant"}


def is_mine(look: documents.Look) -> bool:
    """Whether a type, an 'lc' manifest, or variables beside a template are there."""
    keys = look.keys
    if "lc" in keys:
        return True
    return ("_type" in keys or "input_variables" in keys) and bool(
        {"template", "template_path", "examples", "messages"} & set(keys)
    )


def read(source: Source) -> Foreign:
    """The prompt. Raises FormatError."""
    document = documents.read(source.text, source.file)
    losses = Losses()
    reader = _Reader(source, document, losses)
    value = document.value
    if isinstance(value, Mapping) and "lc" in value:
        turns = reader.manifest(Fields.of(value, (), document.complain))
    else:
        turns = reader.saved(Fields.of(value, (), document.complain))
    draft = Draft(name=None, turns=turns, line=reader.line)
    return Foreign((build(source, draft, losses),), losses=tuple(losses.found))


class _Reader:
    def __init__(self, source: Source, document: Document, losses: Losses) -> None:
        self._source = source
        self._document = document
        self._losses = losses
        self.line = 1

    def saved(self, fields: Fields) -> list[Turn]:
        """The messages of a prompt that `save` wrote."""
        for key in fields.values:
            if key not in _KEYS and fields.values[key] not in (None, [], {}):
                self._losses.add(f"{key[:60]!r} is left out.", line_of(self._document, (*fields.path, key)))
        kind = fields.text("_type") or "prompt"
        if kind == "chat":
            return self._chat(fields)
        if kind not in ("prompt", "few_shot"):
            raise fields.error("_type", f"prompts of the type {kind[:40]!r} are not read")
        parts = self._few_shot(fields) if kind == "few_shot" else self._plain(fields)
        return [Turn("user", "", self._filled(fields, parts))]

    def manifest(self, fields: Fields) -> list[Turn]:
        """The messages of a prompt that `dumpd` wrote: constructors of known classes, none of which is called."""
        name, inside = self._constructor(fields)
        if name == "PromptTemplate":
            return [Turn("user", "", self._filled(inside, self._plain(inside)))]
        if name != "ChatPromptTemplate":
            raise fields.complain((*fields.path, "id"), f"the class {name[:60]!r} is not read", None)
        turns: list[Turn] = []
        place: tuple[int, int] | None = None
        for message in inside.require("messages", inside.tables("messages")):
            line = line_of(self._document, message.path)
            self.line = line if not turns else self.line
            kind, about = self._constructor(message)
            if kind == "MessagesPlaceholder":
                require_one_place(place, message)
                place = len(turns), line
                self._note_history(line)
                continue
            role = kind.removesuffix("PromptTemplate").removesuffix("Message")
            if role not in _ROLES:
                raise message.complain(message.path, f"the class {kind[:60]!r} is not read", None)
            if kind.endswith("PromptTemplate"):
                prompt = Fields.of(about.values.get("prompt"), (*about.path, "prompt"), self._document.complain)
                held = self._constructor(prompt)[1]
                parts = self._filled(held, self._plain(held))
            else:
                parts = joined([about.require("content", about.text("content"))])
            turns.append(Turn(_ROLES[role], "", parts))
        require_before_last_user(self._source.file, turns, place)
        return [self._with_values(turn, inside) for turn in turns]

    def _with_values(self, turn: Turn, fields: Fields) -> Turn:
        return Turn(turn.role, "", self._filled(fields, turn.parts))

    def _constructor(self, fields: Fields) -> tuple[str, Fields]:
        """The class's name and arguments."""
        if fields.values.get("type") != "constructor":
            raise fields.complain(fields.path, "this part of the manifest cannot be read as data", None)
        path = fields.texts("id") or ()
        if not path or not path[0].startswith("langchain"):
            raise fields.complain((*fields.path, "id"), "only LangChain's own prompts are read", None)
        return path[-1], fields.require("kwargs", fields.table("kwargs"))

    def _chat(self, fields: Fields) -> list[Turn]:
        key = "template" if "template" in fields.values else "messages"
        turns: list[Turn] = []
        place: tuple[int, int] | None = None
        self.line = line_of(self._document, (key,))
        for message in fields.require(key, fields.tables(key)):
            line = line_of(self._document, (*message.path, "content"))
            if message.name("role") == "placeholder":
                require_one_place(place, message)
                place = len(turns), line
                self._note_history(line)
                continue
            role = role_of(message)
            content = message.require("content", message.text("content"))
            parts = self._parts(
                fields, content, text_line(self._document, self._source.text, (*message.path, "content"))
            )
            turns.append(Turn(role, "", self._filled(fields, parts)))
        require_before_last_user(self._source.file, turns, place)
        return turns

    def _note_history(self, line: int) -> None:
        self._losses.add("The placeholder is where earlier turns go: a golden row has them as 'history'.", line)

    def _plain(self, fields: Fields) -> tuple[Part, ...]:
        text, line = self._text(fields, "template")
        self.line = line
        return self._parts(fields, fields.require("template", text), line)

    def _text(self, fields: Fields, key: str) -> tuple[str | None, int]:
        """A text, or that of the file beside this one that it is in, and the line."""
        path = fields.text(f"{key}_path")
        if path is None:
            return fields.text(key), text_line(self._document, self._source.text, (*fields.path, key))
        return self._beside(fields, f"{key}_path", path, (".txt",)), line_of(
            self._document, (*fields.path, f"{key}_path")
        )

    def _beside(self, fields: Fields, key: str, path: str, endings: tuple[str, ...]) -> str:
        if not path.lower().endswith(endings):
            raise fields.error(key, f"only files ending in {', '.join(endings)} are read")
        return documents.text_beside(self._source, path, self._document, (*fields.path, key))

    def _few_shot(self, fields: Fields) -> tuple[Part, ...]:
        """Prefix, examples and suffix as one text, as LangChain puts them together."""
        prefix, prefix_line = self._text(fields, "prefix")
        suffix, suffix_line = self._text(fields, "suffix")
        self.line = line_of(self._document, (*fields.path, "examples"))
        examples = self._examples(fields)
        pieces: list[tuple[Part, ...]] = []
        if prefix:
            pieces.append(self._parts(fields, prefix, prefix_line))
        pieces += [self._example(fields, example) for example in examples]
        pieces.append(self._parts(fields, fields.require("suffix", suffix), suffix_line))
        separator = fields.text("example_separator")
        between = "\n\n" if separator is None else separator
        self._losses.add(f"{len(examples)} examples are written into the text, not kept as few-shot pairs.", self.line)
        parts: list[Part] = []
        for n, piece in enumerate(pieces):
            parts += [between, *piece] if n else piece
        return joined(parts)

    def _examples(self, fields: Fields) -> list[Mapping[str, Any]]:
        given = fields.values.get("examples")
        if isinstance(given, str):
            text = self._beside(fields, "examples", given, (".json", ".yaml", ".yml"))
            given = documents.read(text, given).value
        if not isinstance(given, list) or not all(isinstance(one, Mapping) for one in given):
            raise fields.error("examples", "expected a list of examples")
        return given

    def _example(self, fields: Fields, example: Mapping[str, Any]) -> tuple[Part, ...]:
        about = fields.table("example_prompt")
        if about is None:
            path = fields.require("example_prompt", fields.text("example_prompt_path"))
            value = documents.read(self._beside(fields, "example_prompt_path", path, (".json", ".yaml", ".yml")), path)
            about = Fields.of(value.value, (), value.complain)
        parts: list[Part] = []
        for part in self._plain(about):
            if isinstance(part, str):
                parts.append(part)
            elif example.get(part.name) is None:
                raise fields.error("examples", f"an example gives no {part.name!r}")
            else:
                parts.append(str(example[part.name]))
        return joined(parts)

    def _parts(self, fields: Fields, text: str, line: int) -> tuple[Part, ...]:
        kind = fields.choice("template_format", _FORMATS) or "f-string"
        if kind == "jinja2":
            return jinja.read(text, self._source.file, line, self._losses)
        if kind == "mustache":
            self._losses.add("LangChain's mustache escapes HTML in values; here they are inserted as they are.", line)
        return parsed(text, "mustache" if kind == "mustache" else "f-string", self._source.file, line)

    def _filled(self, fields: Fields, parts: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts with the values that the file gives for some variables."""
        values = fields.mapping("partial_variables") or {}
        line = line_of(self._document, (*fields.path, "partial_variables"))
        done: list[Part] = []
        for part in parts:
            if isinstance(part, Variable) and part.name in values:
                value = values[part.name]
                if isinstance(value, (Mapping, list)) or value is None:
                    raise fields.error("partial_variables", f"{part.name!r} is no text")
                self._losses.add(f"The value of {part.name!r} is written into the text.", line)
                done.append(str(value))
            else:
                done.append(part)
        return joined(done)
