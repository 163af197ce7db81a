"""The part of Handlebars that Dotprompt's messages are made of: variables, roles, the place of earlier turns, comments.

Conditions, loops, partials, pictures and other helpers are refused with their line: a prompt of ours is the same for
every row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NoReturn

from workbench.errors import FormatError
from workbench.formats.prompts.composing import joined
from workbench.formats.prompts.documents import Lines
from workbench.formats.prompts.foreign import Losses
from workbench.templates.parsing import Part, Variable
from workbench.text.shortening import shortened

_NAME = re.compile(r"[^\W\d][\w-]*")
_ROLE = re.compile(r"#?role\s+(?:\"(?P<one>\w+)\"|'(?P<two>\w+)')")
_REST_OF_LINE = re.compile(r"[ \t]*(?:\n|\Z)")
_WORDS = {
    "#": "a block, and templates are not run",
    "^": "a block, and templates are not run",
    ">": "a partial, another file's text",
    "@": "a value from outside the prompt",
}
_ALONE = {"this", "else", "media", "section", "json", "history", "role", "true", "false", "null", "undefined"}


@dataclass
class Piece:
    """A stretch of the template that one message is made of."""

    role: str
    line: int
    parts: list[Part] = field(default_factory=list)

    def is_blank(self) -> bool:
        """Whether nothing would be sent."""
        return not any(isinstance(part, Variable) or part.strip() for part in self.parts)


@dataclass(frozen=True)
class Pieces:
    """A template, cut by roles. `history_at` counts the pieces before the place of earlier turns; None without one."""

    pieces: tuple[Piece, ...]
    history_at: int | None


def read(text: str, file: str, line: int, losses: Losses) -> Pieces:
    """The messages of a template that begins in a line. Raises FormatError for what is not read."""
    return _Reader(text, file, line, losses).read()


class _Reader:
    def __init__(self, text: str, file: str, line: int, losses: Losses) -> None:
        self._text = text
        self._file = file
        self._lines = Lines(text, line)
        self._losses = losses
        self._pieces = [Piece("user", line)]
        self._history_at: int | None = None
        self._block_line: int | None = None

    def read(self) -> Pieces:
        text, position, strip_next = self._text, 0, False
        while True:
            start = text.find("{{", position)
            literal = text[position : start if start >= 0 else len(text)]
            literal = literal.lstrip() if strip_next else literal
            if start > 0 and text[start - 1] == "\\":
                self._add(literal[:-1] + "{{")
                position, strip_next = start + 2, False
                continue
            if start < 0:
                self._add(literal)
                break
            inside, position = self._tag(start)
            literal = literal.rstrip() if inside.startswith("~") else literal
            strip_next = inside.endswith("~") and inside != "~"
            bare = inside.strip("~").strip()
            if bare[:1] in {"!", "#", "/"} and not text[text.rfind("\n", 0, start) + 1 : start].strip():
                rest = _REST_OF_LINE.match(text, position)
                if rest:  # a comment or block alone on its line takes the line with it
                    literal, position = literal.rstrip(" \t"), rest.end()
            self._add(literal)
            self._take(start, bare)
        if self._block_line is not None:
            raise FormatError("the block '{{#role}}' is never closed.", file=self._file, line=self._block_line)
        return self._result()

    def _tag(self, start: int) -> tuple[str, int]:
        """What stands between the braces, and the position behind them."""
        text = self._text
        if text.startswith("{{!--", start) or text.startswith("{{~!--", start):
            closing = "--}}" if text.find("--}}", start) >= 0 else "--~}}"
            end = text.find(closing, start)
            if end < 0:
                self._refuse(start, "a comment is never closed with '--}}'")
            return text[start + 2 : end] + closing[2:-2], end + len(closing)
        triple = text.startswith("{{{", start)
        closing = "}}}" if triple else "}}"
        end = text.find(closing, start)
        opening = 3 if triple else 2
        inside = text[start + opening : end] if end >= 0 else ""
        if end < 0 or ("{{" in inside and not inside.lstrip("~").startswith("!")):
            self._refuse(start, "'{{' is never closed with '}}'")
        return inside, end + len(closing)

    def _take(self, at: int, inside: str) -> None:
        role = _ROLE.fullmatch(inside)
        if inside.startswith("!"):
            self._losses.add("A comment in the template is left out.", self._lines.at(at))
        elif role:
            self._switch(at, role["one"] or role["two"], block=inside.startswith("#"))
        elif inside == "/role" and self._block_line is not None:
            self._block_line = None
            self._pieces.append(Piece("user", self._lines.at(at)))
        elif inside == "history":
            if self._history_at is not None:
                self._refuse(at, "'{{history}}' is there twice")
            self._pieces.append(Piece("model", self._lines.at(at)))
            self._history_at = len(self._pieces) - 1
        elif _NAME.fullmatch(inside.removeprefix("&").strip()) and inside not in _ALONE:
            self._pieces[-1].parts.append(Variable(inside.removeprefix("&").strip()))
        else:
            self._refuse(at, f"'{{{{{_shown(inside)}}}}}' is {_what(inside)}")

    def _switch(self, at: int, role: str, *, block: bool) -> None:
        if block:
            if self._block_line is not None:
                self._refuse(at, "a block '{{#role}}' stands inside another")
            self._block_line = self._lines.at(at)
            self._losses.add("'{{#role}}' is read as the message that it stands around.", self._lines.at(at))
        self._pieces.append(Piece(role, self._lines.at(at)))

    def _result(self) -> Pieces:
        before = self._pieces[: self._history_at]
        kept = [piece for piece in self._pieces if not piece.is_blank()]
        for piece in kept:
            piece.parts = list(joined(piece.parts))
        at = None if self._history_at is None else sum(not piece.is_blank() for piece in before)
        return Pieces(tuple(kept), at)

    def _add(self, literal: str) -> None:
        self._pieces[-1].parts.append(literal)

    def _refuse(self, at: int, problem: str) -> NoReturn:
        raise FormatError(
            f"{problem}.",
            file=self._file,
            line=self._lines.at(at),
            hint="Only variables, roles and {{history}} are read; put finished text into a variable.",
        )


def _what(inside: str) -> str:
    if inside.startswith("/"):
        return "the end of a block that was never opened"
    if inside[:1] in _WORDS:
        return _WORDS[inside[:1]]
    if " " in inside:
        return "a helper, and templates are not run"
    if "." in inside or "[" in inside:
        return "a part of a value; a variable stands for a whole one"
    return "not a variable's name"


def _shown(inside: str) -> str:
    return shortened(" ".join(inside.split()), 60)
