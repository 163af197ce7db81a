"""What usually is wrong where a parser finds no YAML, in the words of whoever wrote the file."""

from __future__ import annotations

import re

Cause = tuple[str, str]
"""What is wrong, and the way out."""

_BEGINS = re.compile(r"""\s*(?:---|%YAML|[\[{"'?]|-(?:\s|$)|[^\s<`*#][^:]{0,100}:(?:\s|$))""")
"""A line that YAML could begin with."""

_ANOTHER = (
    "this reads like a text of another kind, or like several documents",
    "YAML is one document of lines such as `key: value`, beginning at the left margin; a prompt file begins with `prompt_name:`.",
)
_INDENTED = (
    "the indentation of this line does not fit the lines above it",
    "Lines that belong together begin in the same column, those below them two blanks further right.",
)
_NEEDS_QUOTES = (
    "a value with a colon and a blank in it has to be in quotes",
    "Put quotes around the whole value, or write it on lines of its own below `|`.",
)
_GOES_ON = (
    "a value that begins with a quote or a bracket goes on behind its end",
    "Put quotes around the whole value, or write it on lines of its own below `|`.",
)
_OTHERS: tuple[tuple[str, Cause], ...] = (
    (r"character '\\t'", ("a tab stands where only blanks may", "Indent with blanks, two for each level.")),
    (
        "could not find expected ':'",
        (
            "this line is neither `key: value` nor indented like the text that it belongs to",
            "Indent it like that text, or put a colon behind the key.",
        ),
    ),
    (
        "unexpected end of stream|unexpected document separator",
        ("a quote is opened here and never closed", "Close it, or write the text on lines of its own below `|`."),
    ),
    (
        "unknown escape character",
        (
            "a backslash in double quotes begins an escape, and there is none like this",
            "Write two backslashes, or put the value in single quotes.",
        ),
    ),
    (
        "cannot start any token|expected alphabetic or numeric character|undefined alias",
        ("a value that begins with a sign such as @, `, %, & or * has to be in quotes", "Put quotes around the value."),
    ),
    (
        "expected ',' or",
        (
            "a bracket is opened and not closed, or a comma is missing",
            "Close it; a text that begins with a bracket has to be in quotes.",
        ),
    ),
)


def usual(said: str, text: str, before: str) -> Cause | None:
    """The usual cause of what the parser said of a text; None for what is not usual.

    `before` is what stands in the line in front of the place that it complained about.
    """
    if not _BEGINS.match(_first_line(text)):
        return _ANOTHER
    if "expected '<document start>'" in said:
        return _INDENTED if text.lstrip("\n")[:1] == " " else _ANOTHER
    if "another document" in said:
        return _ANOTHER
    if "mapping values are not allowed" in said:
        return _NEEDS_QUOTES if re.search(r":\s", before) else _INDENTED
    if "expected <block end>" in said:
        return _GOES_ON if before.strip(" -") else _INDENTED
    return next((cause for pattern, cause in _OTHERS if re.search(pattern, said)), None)


def _first_line(text: str) -> str:
    """The first line that says something."""
    lines = (line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#"))
    return next(lines, "")
