"""The plain part of Jinja2, which Nunjucks shares: `{{ name }}`, comments, raw blocks and texts in quotes. Nothing is run.

Everything else (statements, filters, calls, attributes) is refused with its line: it can run code, or means a prompt
that changes with its values.
"""

from __future__ import annotations

import re
from typing import NoReturn

from workbench.errors import FormatError, InputError
from workbench.formats.prompts.composing import joined
from workbench.formats.prompts.documents import Lines
from workbench.formats.prompts.foreign import Losses
from workbench.templates.parsing import Part, Variable
from workbench.text.shortening import shortened

_OPENING = re.compile(r"\{\{-?|\{%-?|\{#-?")
_NAME = re.compile(r"[^\W\d]\w*")
_QUOTED = re.compile(r"'(?P<one>[^'\\]*)'|\"(?P<two>[^\"\\]*)\"")
_RAW = re.compile(r"\s*raw\s*")
_END_RAW = re.compile(r"\{%-?\s*endraw\s*-?%\}")
_CONSTANTS = {"true", "false", "none", "True", "False", "None"}
_HISTORY = re.compile(
    r"\{%-?[ \t]*for[ \t]+(?P<item>[^\W\d]\w*)[ \t]+in[ \t]+(?P<turns>[^\W\d]\w*)[ \t]*-?%\}\s*"
    r"\{\{-?[ \t]*(?P=item)\.role[ \t]*-?\}\}:[ \t]*\n\s*\{\{-?[ \t]*(?P=item)\.content[ \t]*-?\}\}\s*"
    r"\{%-?[ \t]*endfor[ \t]*-?%\}[ \t]*\n?"
)


def read(text: str, file: str, line: int, losses: Losses) -> tuple[Part, ...]:
    """The texts and variables of a template that begins in a line. Raises FormatError for all that is more."""
    return _Reader(text, file, line, losses).read()


def write(parts: tuple[Part, ...]) -> str:
    """The template. Braces that are meant literally become texts in quotes."""
    return "".join(_literal(part) if isinstance(part, str) else f"{{{{{part.name}}}}}" for part in _apart(parts))


def without_history(text: str) -> tuple[str, str | None]:
    """The template without the loop that writes earlier turns, and the variable they stood in; None without a loop.

    Its lines stay, so that places in the text remain what they are.
    """
    found = _HISTORY.search(text)
    if found is None:
        return text, None
    return text[: found.start()] + "\n" * found[0].count("\n") + text[found.end() :], found["turns"]


def _apart(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """A name with a hyphen is no name in Jinja2."""
    for part in parts:
        if isinstance(part, Variable) and not _NAME.fullmatch(part.name):
            raise InputError(
                f"The variable {part.name!r} has no name that this format knows.", hint="Write '_' instead of '-'."
            )
    return parts


def _literal(text: str) -> str:
    return re.sub(r"\{[{%#]|\{\Z", lambda found: f"{{{{ '{found[0]}' }}}}", text)


class _Reader:
    def __init__(self, text: str, file: str, line: int, losses: Losses) -> None:
        self._text = text
        self._file = file
        self._lines = Lines(text, line)
        self._losses = losses

    def read(self) -> tuple[Part, ...]:
        text, position = self._text, 0
        parts: list[Part] = []
        strip_next = False
        while True:
            opening = _OPENING.search(text, position)
            literal = text[position : opening.start() if opening else len(text)]
            literal = literal.lstrip() if strip_next else literal
            if opening is None:
                parts.append(literal)
                return joined(parts)
            parts.append(literal.rstrip() if opening[0].endswith("-") else literal)
            kind = opening[0][:2]
            closing = {"{{": "}}", "{%": "%}", "{#": "#}"}[kind]
            end = text.find(closing, opening.end())
            if end < 0:
                self._refuse(opening.start(), f"'{kind}' is never closed with '{closing}'")
            inside = text[opening.end() : end]
            strip_next = inside.endswith("-")
            inside = inside.removesuffix("-")
            position = end + 2
            if kind == "{{":
                parts.append(self._expression(opening.start(), inside.strip()))
            elif kind == "{#":
                self._losses.add("A comment in the template is left out.", self._lines.at(opening.start()))
            elif _RAW.fullmatch(inside):
                raw_end = _END_RAW.search(text, position)
                if raw_end is None:
                    self._refuse(opening.start(), "a raw block is never closed with 'endraw'")
                parts.append(text[position : raw_end.start()])
                position = raw_end.end()
            else:
                self._refuse(opening.start(), f"'{{% {_shown(inside)} %}}' is logic, and templates are not run")

    def _expression(self, at: int, inside: str) -> Part:
        quoted = _QUOTED.fullmatch(inside)
        if quoted:
            return quoted["one"] if quoted["one"] is not None else quoted["two"]
        if not _NAME.fullmatch(inside) or inside in _CONSTANTS:
            self._refuse(at, f"'{{{{ {_shown(inside)} }}}}' is more than a variable, and templates are not run")
        return Variable(inside)

    def _refuse(self, at: int, problem: str) -> NoReturn:
        raise FormatError(
            f"{problem}.",
            file=self._file,
            line=self._lines.at(at),
            hint="Put the finished text into a variable of its own: only {{ name }} is read.",
        )


def _shown(inside: str) -> str:
    return shortened(" ".join(inside.split()), 60)
