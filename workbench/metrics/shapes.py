"""The shape of an answer: plain text, a list, a table, JSON or code."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from workbench.domain.dataset import AnswerFormat
from workbench.metrics.schemas import parse_json

_ITEM = re.compile(r"[ ]{0,8}(?:[-*+•]|\d{1,3}[.)])[ \t]+\S")
_INDENTED = re.compile(r"[ \t]{2,}\S")
_DELIMITERS = re.compile(r"[ ]{0,3}\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?[ ]*")
_MARKED = re.compile(
    r"^[ ]{0,3}(?:#{1,6}[ ]|>[ ]?|```|~~~|[-*+][ ]|\d{1,3}[.)][ ])|\*\*\S|__\S|`[^`\n]{1,200}`|!?\[[^\]\n]{1,200}\]\([^)\n]{1,500}\)",
    re.MULTILINE,
)
_FENCE = re.compile(r"^[ ]{0,3}(```+|~~~+)[^\n]*\n(.*?)^[ ]{0,3}\1[ ]*$", re.MULTILINE | re.DOTALL)


def shape_problem(text: str, shape: AnswerFormat) -> str | None:
    """Why a text has not the shape, as in `is not a list: ...`; None when it has.

    `plain` is text without Markdown. `list` is one item a line, after an introduction of a line at most. `table` is one
    Markdown table or more whose rows have as many cells as its head, with any text around it. `json` is JSON and nothing
    else. `code` is at least one fenced block that is closed and not empty.
    """
    return _PROBLEMS[shape](text.strip())


def _plain(text: str) -> str | None:
    found = _MARKED.search(text)
    if found is not None:
        return f"is not plain text: it has {found[0].strip()[:40]!r}"
    return "is not plain text: it has a table" if _tables(text.splitlines()) else None


def _list(text: str) -> str | None:
    lines = [line for line in text.splitlines() if line.strip()]
    if lines and not _ITEM.match(lines[0]):
        lines = lines[1:]
    wrong = next((line for line in lines if not (_ITEM.match(line) or _INDENTED.match(line))), None)
    if not any(_ITEM.match(line) for line in lines):
        return "is not a list: it has no item"
    return None if wrong is None else f"is not a list: {wrong.strip()[:40]!r} is no item"


def _table(text: str) -> str | None:
    lines = text.splitlines()
    tables = _tables(lines)
    if not tables:
        return "has no table"
    for head in tables:
        wanted = _cells(lines[head])
        for line in lines[head + 2 :]:
            if "|" not in line:
                break
            if _cells(line) != wanted:
                return f"has a table whose row {line.strip()[:40]!r} has {_cells(line)} cells, not {wanted}"
    return None


def _tables(lines: list[str]) -> list[int]:
    """The lines that are a table's head: the next one is made of dashes, with as many cells."""
    return [
        at
        for at in range(len(lines) - 1)
        if "|" in lines[at]
        and "|" in lines[at + 1]
        and _DELIMITERS.fullmatch(lines[at + 1][:2_000])
        and _cells(lines[at]) == _cells(lines[at + 1])
    ]


def _cells(line: str) -> int:
    return line.strip().removeprefix("|").removesuffix("|").replace("\\|", "").count("|") + 1


def _json(text: str) -> str | None:
    _, problem = parse_json(text)
    return None if problem is None else problem.removeprefix("the answer ")


def _code(text: str) -> str | None:
    return None if any(block[2].strip() for block in _FENCE.finditer(text)) else "has no fenced block of code"


_PROBLEMS: Mapping[AnswerFormat, Callable[[str], str | None]] = {
    "plain": _plain,
    "list": _list,
    "table": _table,
    "json": _json,
    "code": _code,
}
