"""Templates in which `{{name}}` is a variable and everything else is text: GitHub Models, Langfuse, MLflow."""

from __future__ import annotations

import re

from workbench.errors import FormatError, InputError
from workbench.formats.prompts.composing import as_mustache, joined
from workbench.templates.parsing import Part, Variable

_VARIABLE = re.compile(r"\{\{[ \t]*(?P<name>[^\W\d][\w.-]*)[ \t]*\}\}")


def read(text: str, file: str, line: int) -> tuple[Part, ...]:
    """The texts and variables of a template that begins in a line. Raises FormatError for what reaches into a value."""
    parts: list[Part] = []
    position = 0
    for found in _VARIABLE.finditer(text):
        name = found["name"]
        if "." in name:
            raise FormatError(
                f"{name[:40]!r} reaches into a value; a variable stands for a whole one.",
                file=file,
                line=line + text.count("\n", 0, found.start()),
                hint="Give that part a name of its own.",
            )
        parts += [text[position : found.start()], Variable(name)]
        position = found.end()
    parts.append(text[position:])
    return joined(parts)


def write(parts: tuple[Part, ...]) -> str:
    """The template. Raises InputError where a text would be read as a variable."""
    text = as_mustache(parts)
    if read_again(text) != parts:
        raise InputError(
            "This prompt says '{{...}}' as a text, and the format would take that for a variable.",
            hint="Export it as promptfoo or prompty, which can tell the two apart, or put those braces into a variable.",
        )
    return text


def read_again(text: str) -> tuple[Part, ...] | None:
    """What a written text is read as; None when it is refused."""
    try:
        return read(text, "", 1)
    except FormatError:
        return None
