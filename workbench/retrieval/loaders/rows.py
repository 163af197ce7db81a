"""Rows of a table as documents: which column holds the text, which ones head it, and what a row is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.index import Section
from workbench.errors import FormatError
from workbench.retrieval.loaders.parsed import Parsed, clean, clean_value, one_line, ranges

TEXT_COLUMNS = ("text", "content", "body", "passage", "page_content", "document", "chunk", "answer")
"""Where the text is looked for when no column is named, in this order; case does not count."""
_HEADINGS = ("title", "heading", "subject", "question")
_IDS = ("id", "_id", "doc_id", "document_id", "passage_id", "chunk_id")

_LONGEST_NAME = 200
_LONGEST_VALUE = 500
"""Characters of a value that is metadata; a longer one is a text that nobody filters by."""
_MOST_TAGS = 50
_COLUMNS_SHOWN = 12
_UNSAFE = re.compile(r"[^\w.\-]+")


@dataclass(frozen=True)
class Row:
    """One row of a table."""

    number: int
    """From 1: of the row, or of the line where rows are lines."""
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Rows:
    """What a table gives."""

    documents: tuple[tuple[str, Parsed], ...]
    """One a row, with its name within the table."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Rows that give none, each as (where, such as `row=3,7-9`; reason)."""


def to_documents(
    rows: Sequence[Row],
    text_column: str | None,
    *,
    unit: str = "row",
    problems: Iterable[tuple[int, str]] = (),
) -> Rows:
    """A document of each row that has text: its headings, an empty line, the text; other columns are metadata.

    `unit` is what a number counts, `problems` are rows that could not be read. Raises FormatError when no column
    holds the text.
    """
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row.values))
    text_name = _text_column(list(names), text_column)
    headings = [name for name in names if name != text_name and _key(name) in _HEADINGS]
    id_name = next((name for wanted in _IDS for name in names if _key(name) == wanted), None)
    called = _Names()
    documents: list[tuple[str, Parsed]] = []
    reasons: dict[str, list[int]] = {}
    for number, reason in problems:
        reasons.setdefault(reason, []).append(number)
    for row in rows:
        text = row.values.get(text_name)
        if not isinstance(text, str) or not text.strip():
            reasons.setdefault(f"no text in {text_name!r}", []).append(row.number)
            continue
        name = called.take(row.values.get(id_name) if id_name else None, row.number)
        documents.append((name, _document(row.values, text_name, headings)))
    return Rows(tuple(documents), tuple((f"{unit}={ranges(numbers)}", reason) for reason, numbers in reasons.items()))


def _key(column: str) -> str:
    return column.strip().lower().replace(" ", "_")


def _text_column(names: Sequence[str], wanted: str | None) -> str:
    if wanted is not None:
        found = next((name for name in names if name.strip() == wanted.strip()), None)
    else:
        found = next((name for usual in TEXT_COLUMNS for name in names if _key(name) == usual), None)
    if found is not None:
        return found
    shown = ", ".join(repr(one_line(clean(name))[:40]) for name in names[:_COLUMNS_SHOWN]) or "none"
    more = f" and {len(names) - _COLUMNS_SHOWN} more" if len(names) > _COLUMNS_SHOWN else ""
    missing = f"no column {wanted!r}" if wanted is not None else "no column is called text, content, body or the like"
    raise FormatError(f"{missing}; name the text column. There is: {shown}{more}")


def _document(values: Mapping[str, Any], text_name: str, headings: Sequence[str]) -> Parsed:
    titles = [one_line(clean(value)) for name in headings if isinstance(value := values.get(name), str)]
    titles = [title for title in titles if title]
    text = "\n\n".join([*titles, clean(values[text_name]).replace("\r\n", "\n").replace("\r", "\n")])
    metadata = {
        clean(name): clean_value(value) for name, value in values.items() if name != text_name and _is_metadata(value)
    }
    return Parsed(text, (Section(0, len(text), tuple(titles)),), metadata)


def _is_metadata(value: Any) -> bool:
    """Whether a value is something to filter by: a number, a yes or no, a short text, or some of these."""
    if isinstance(value, str):
        return bool(value) and len(value) <= _LONGEST_VALUE
    if isinstance(value, list):
        return 0 < len(value) <= _MOST_TAGS and all(isinstance(item, str) and _is_metadata(item) for item in value)
    return isinstance(value, (bool, int, float))


class _Names:
    """Names of a table's rows: safe in a path, each given once."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def take(self, value: Any, number: int) -> str:
        """The row's id, else its number; with `-2` and so on behind it where another row has it."""
        text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
        base = _UNSAFE.sub("-", text).strip("-.")[:_LONGEST_NAME] or str(number)
        name = base
        while name in self._given:
            self._given[base] += 1
            name = f"{base}-{self._given[base]}"
        self._given[name] = 1
        return name
