"""Template text cut into literal text and variables, for both formats."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from workbench.errors import TemplateError

if TYPE_CHECKING:
    from workbench.domain.prompt import TemplateFormat

_REST_OF_BLANK_LINE = re.compile(r"[ \t\r]*(?:\n|\Z)")
_BRACE = re.compile(r"[{}]")
_BRACE_HINT = "Where two braces are meant literally, use the f-string format and write each brace twice."
_F_STRING_HINT = "A brace that is meant literally is written twice."

_MUSTACHE_LOGIC = {
    "#": "a section",
    "/": "the end of a section",
    "^": "an inverted section",
    ">": "a partial",
    "=": "a change of delimiters",
}


class Variable(NamedTuple):
    """A place where a value is inserted."""

    name: str


Part = str | Variable


def parse(text: str, template_format: TemplateFormat) -> tuple[Part, ...]:
    """Cut a template into literal texts and variables. Raises TemplateError naming what and the line."""
    if template_format == "mustache":
        return _parse_mustache(text)
    if template_format == "f-string":
        return _parse_f_string(text)
    raise TemplateError(  # types forbid it, files do not
        f"The template format {template_format!r} is not rendered.", hint="Use mustache or f-string."
    )


def _refuse(text: str, at: int, what: str, hint: str | None = None) -> NoReturn:
    raise TemplateError(f"line {text.count(chr(10), 0, at) + 1}: {what}.", hint=hint)


def _shown(tag: str) -> str:
    """A tag as messages quote it, cut when it is long."""
    return repr(tag if len(tag) <= 40 else tag[:39] + "…")


def _parse_mustache(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    position = 0
    while (start := text.find("{{", position)) >= 0:
        triple = text.startswith("{{{", start)
        opening, closing = ("{{{", "}}}") if triple else ("{{", "}}")
        end = text.find(closing, start + len(opening))
        if end < 0:
            _refuse(text, start, f"a tag is opened with '{opening}' and never closed with '{closing}'", _BRACE_HINT)
        inside = text[start + len(opening) : end]
        after = end + len(closing)
        literal = text[position:start]
        if inside.startswith("!") and not triple:
            # As mustache has it, a comment alone on its line takes the line with it.
            before, rest = literal.rstrip(" \t"), _REST_OF_BLANK_LINE.match(text, after)
            starts_line = before.endswith("\n") or (before == "" and (position == 0 or text[position - 1] == "\n"))
            if starts_line and rest:
                literal, after = before, rest.end()
            parts.append(literal)
        else:
            parts += [literal, Variable(_mustache_name(text, start, inside, triple=triple))]
        position = after
    parts.append(text[position:])
    return tuple(part for part in parts if part != "")


def _mustache_name(text: str, start: int, inside: str, *, triple: bool) -> str:
    name = inside.strip()
    sign = name[:1]
    if not triple and sign in _MUSTACHE_LOGIC:
        _refuse(
            text,
            start,
            f"{_shown('{{' + inside + '}}')} is {_MUSTACHE_LOGIC[sign]}; only plain variables are rendered",
            "Put the finished text into a variable instead.",
        )
    if sign == "&" and not triple:
        name = name[1:].strip()
    _require_name(text, start, name, _BRACE_HINT)
    return name


def _require_name(text: str, at: int, name: str, hint: str | None = None) -> None:
    if name[:1] != "-" and name.replace("-", "_").isidentifier():
        return
    if not name.strip():
        _refuse(text, at, "a placeholder has no name", hint)
    if "." in name or "[" in name:
        _refuse(
            text,
            at,
            f"{_shown(name)} reaches into a value; a placeholder stands for a whole one",
            "Give that part a name of its own in the inputs.",
        )
    _refuse(text, at, f"{_shown(name)} is no variable name (letters, digits, '_' and '-', not a digit first)", hint)


def _parse_f_string(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    position = 0
    while brace := _BRACE.search(text, position):
        start = brace.start()
        literal = text[position:start]
        if text.startswith(brace.group() * 2, start):
            parts.append(literal + brace.group())
            position = start + 2
        elif brace.group() == "}":
            _refuse(text, start, "a '}' closes nothing", _F_STRING_HINT)
        else:
            closing = _BRACE.search(text, start + 1)
            if closing is None:
                _refuse(text, start, "a '{' is never closed", _F_STRING_HINT)
            if closing.group() == "{":
                _refuse(text, start, "a '{' stands inside a placeholder", _F_STRING_HINT)
            parts += [literal, Variable(_f_string_name(text, start, text[start + 1 : closing.start()]))]
            position = closing.end()
    parts.append(text[position:])
    return tuple(part for part in parts if part != "")


def _f_string_name(text: str, start: int, inside: str) -> str:
    for sign, what in (("!", "a conversion"), (":", "a format specification")):
        if sign in inside:
            _refuse(
                text, start, f"{_shown('{' + inside + '}')} has {what}; values are inserted as they are", _F_STRING_HINT
            )
    _require_name(text, start, inside, _F_STRING_HINT)
    return inside
