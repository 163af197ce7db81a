"""Files of YAML, of JSON, or of text with YAML above it, with the line of everything in them."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from workbench.errors import FormatError, InputError
from workbench.formats import yaml_nodes
from workbench.formats.fields import Path
from workbench.formats.json_values import JsonProblem, line_and_column, skip_blanks
from workbench.formats.json_values import decode as decode_json
from workbench.formats.prompts.foreign import Source
from workbench.formats.utf8 import decode
from workbench.formats.yaml_nodes import MAX_CHARACTERS, Document

_MARK = re.compile(r"---[ \t]*\Z")
_BLOCK = re.compile(r"\|[-+]?\s*(?:#.*)?\Z")
_DECODER = json.JSONDecoder()


def read(text: str, file: str) -> Document:
    """The value of a JSON or YAML text, which may be told apart by its first character. Raises FormatError."""
    require_size(text, file)
    start = skip_blanks(text, 0)
    if text[start : start + 1] not in {"{", "["}:
        return yaml_nodes.read(text, file)
    try:
        value = decode_json(text)
    except JsonProblem as problem:
        if not file.lower().endswith((".json", ".jsonl")):
            return yaml_nodes.read(text, file)  # YAML may be written in braces too
        line, column = line_and_column(text, problem.position)
        raise FormatError(f"{problem.problem}.", file=file, line=line, column=column) from problem
    document = Document(file, value)
    _Places(text, document).walk(start, ())
    return document


def require_size(text: str, file: str) -> None:
    """Raise FormatError for a text that is too long to be a prompt file."""
    if len(text) > MAX_CHARACTERS:
        raise FormatError(f"the file has more than {MAX_CHARACTERS:,} characters.", file=file, line=1)


@dataclass(frozen=True)
class Look:
    """A first look at a file, from which its format is told."""

    file: str
    text: str
    value: Any
    """What it holds as YAML or JSON; None when it is neither."""
    head: Mapping[str, Any] | None
    """What stands between two lines of `---` above a text; None when there is nothing of the kind."""

    @property
    def keys(self) -> Collection[str]:
        """The keys of the whole, where it is a mapping."""
        return self.value.keys() if isinstance(self.value, Mapping) else ()


def look(text: str, file: str) -> Look:
    """A first look. Raises FormatError only for a file that is too long."""
    require_size(text, file)
    head = value = None
    with suppress(FormatError):  # whoever reads it says why
        front = front_matter(text, file, comments_first=True)
        head = front.head.value if front is not None and isinstance(front.head.value, Mapping) else None
    if head is None:
        with suppress(FormatError):
            value = read(text, file).value
    return Look(file, text, value, head)


@dataclass(frozen=True)
class FrontMatter:
    """A text with YAML above it, between two lines of `---`."""

    head: Document
    body: str
    body_line: int
    """The line in which the body begins."""


def front_matter(text: str, file: str, *, comments_first: bool = False) -> FrontMatter | None:
    """The two parts of a file, or None when it does not begin with `---`. Raises FormatError.

    With `comments_first`, lines of `#` and blank ones may stand above.
    """
    require_size(text, file)
    lines = text.replace("\r\n", "\n").split("\n")
    start = 0
    while comments_first and start < len(lines) - 1 and (not lines[start].strip() or lines[start].startswith("#")):
        start += 1
    if not _MARK.match(lines[start]):
        return None
    end = next((n for n in range(start + 1, len(lines)) if _MARK.match(lines[n])), None)
    if end is None:
        raise FormatError("'---' opens settings that no second '---' closes.", file=file, line=start + 1)
    head = "\n" * (start + 1) + "\n".join(lines[start + 1 : end])
    document = yaml_nodes.read(head, file) if head.strip() and not _only_comments(head) else Document(file, {})
    return FrontMatter(document, "\n".join(lines[end + 1 :]), end + 2)


def text_beside(source: Source, named: str, document: Document, path: Path) -> str:
    """The text of a file beside the imported one, which names it at a path. Raises FormatError."""
    try:
        data = source.beside(named)
    except InputError as error:
        raise document.complain(path, error.message, error.hint) from error
    text = decode(data, named)
    require_size(text, named)
    return text


class Lines:
    """The lines of places in a text that begins in a line. They are asked for in their order."""

    def __init__(self, text: str, first: int) -> None:
        self._text = text
        self._line = first
        self._counted = 0

    def at(self, position: int) -> int:
        """The line of a character."""
        self._line += self._text.count("\n", self._counted, position)
        self._counted = max(self._counted, position)
        return self._line


def line_of(document: Document, path: Path) -> int:
    """The line of a value, or of the nearest one above it."""
    return document.complain(path, "").line or 1


def text_line(document: Document, source: str, path: Path) -> int:
    """The line in which a value's text begins: below its key where it is written as a block."""
    line = line_of(document, path)
    lines = _lines(source)
    return line + 1 if 0 < line <= len(lines) and _BLOCK.search(lines[line - 1]) else line


@lru_cache(maxsize=2)
def _lines(text: str) -> list[str]:
    return text.split("\n")


def _only_comments(text: str) -> bool:
    return all(not line.strip() or line.lstrip().startswith("#") for line in text.split("\n"))


class _Places:
    """Walks a JSON text that was read already, noting where each value stands."""

    def __init__(self, text: str, document: Document) -> None:
        self._text = text
        self._document = document
        self._line_ends = [match.start() for match in re.finditer("\n", text)]

    def walk(self, position: int, path: Path) -> int:
        """Note the value at a position and what is in it. The position behind it."""
        self._document.places.setdefault(path, self._place(position))
        sign = self._text[position]
        if sign not in "{[":
            return int(_DECODER.raw_decode(self._text, position)[1])
        closing, number = "}" if sign == "{" else "]", 0
        position = skip_blanks(self._text, position + 1)
        while self._text[position] != closing:
            step: Any = number
            if sign == "{":
                here = position
                step, position = _DECODER.raw_decode(self._text, position)
                self._document.places[(*path, step)] = self._place(here)
                position = skip_blanks(self._text, skip_blanks(self._text, position) + 1)
            position = skip_blanks(self._text, self.walk(position, (*path, step)))
            number += 1
            if self._text[position] == ",":
                position = skip_blanks(self._text, position + 1)
        return position + 1

    def _place(self, position: int) -> tuple[int, int]:
        line = bisect_right(self._line_ends, position - 1)
        return line + 1, position - (self._line_ends[line - 1] if line else -1)
