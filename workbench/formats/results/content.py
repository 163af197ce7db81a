"""A results file taken apart, before anybody asks which tool wrote it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from workbench.errors import FormatError
from workbench.formats.csv_cells import read_rows
from workbench.formats.json_values import (
    MAX_TEXT,
    JsonProblem,
    decode_results,
    decode_results_at,
    line_and_column,
    skip_blanks,
)
from workbench.formats.utf8 import decode as decode_text

MOST_BYTES = 100 * 1024 * 1024
"""A larger file is a log, not an evaluation."""
MOST_RECORDS = 200_000
_DELIMITERS = (",", ";", "\t")
_TABLES = (".csv", ".tsv")
_NOT_READ = (".yaml", ".yml", ".html", ".htm", ".xml", ".md")


@dataclass(frozen=True)
class Record:
    """A row of a table, or an object of a list."""

    line: int
    """Where it begins, from 1."""
    values: Mapping[str, Any]
    """By column or key. In a table texts, blank ones left out; of columns with the same name the first."""


@dataclass(frozen=True)
class Content:
    """What a file holds: one JSON document, or records."""

    file: str
    document: Any = None
    """The JSON document; None for tables and JSON Lines."""
    records: tuple[Record, ...] = ()
    header: tuple[str, ...] = ()
    """A table's columns, in order; empty for JSON."""
    cells: tuple[tuple[int, Sequence[str]], ...] = ()
    """A table's rows as they are, each with its line."""

    @property
    def stem(self) -> str:
        """The file's name without folder and ending."""
        return PurePath(self.file).stem

    @property
    def is_table(self) -> bool:
        """Whether it is CSV, so that every value is text."""
        return bool(self.header)


def parse(file: str, data: bytes) -> Content:
    """Take a file apart as JSON, JSON Lines or CSV, by its content.

    Raises FormatError with the line for what is none of them, too large, or not UTF-8.
    """
    if len(data) > MOST_BYTES:
        raise FormatError(
            f"has {len(data) // 2**20:,} MB; at most {MOST_BYTES // 2**20} MB are read.",
            file=file,
            hint="Export fewer rows, or split the file.",
        )
    text = decode_text(data, file)
    start = text[skip_blanks(text, 0) :][:1]
    if not start:
        raise FormatError("the file is empty.", file=file)
    suffix = PurePath(file).suffix.lower()
    if suffix in _NOT_READ and start not in "{[":
        raise FormatError(f"{suffix} files are not read.", file=file, hint="Export JSON, JSON Lines or CSV.")
    is_json = start in "{[" and suffix not in _TABLES  # a table's first column may begin so
    content = _json(file, text) if is_json else _table(file, text)
    if len(content.records) > MOST_RECORDS:
        raise FormatError(
            f"has {len(content.records):,} rows; at most {MOST_RECORDS:,} are read.",
            file=file,
            hint="Export fewer rows.",
        )
    return content


def _json(file: str, text: str) -> Content:
    try:
        document, end = decode_results_at(text, skip_blanks(text, 0))
    except JsonProblem as problem:
        raise _at(file, text, problem) from problem
    end = skip_blanks(text, end)
    if end < len(text):
        if isinstance(document, list):
            raise _at(file, text, JsonProblem("there is more after the list", end))
        return Content(file, records=_lines(file, text))
    if isinstance(document, list):
        return Content(file, document, _items(file, text, document))
    return Content(file, document, (Record(1, document),))


def _items(file: str, text: str, items: Sequence[Any]) -> tuple[Record, ...]:
    """The objects of a JSON list. Their lines are looked up by decoding again, item after item."""
    records: list[Record] = []
    position, line, counted = skip_blanks(text, 0) + 1, 1, 0
    for item in items:
        position = skip_blanks(text, position)
        line, counted = line + text.count("\n", counted, position), position
        if not isinstance(item, dict):
            raise FormatError("an answer is a JSON object: {...}.", file=file, line=line)
        records.append(Record(line, item))
        _, position = decode_results_at(text, position)
        position = skip_blanks(text, position) + 1
    return tuple(records)


def _lines(file: str, text: str) -> tuple[Record, ...]:
    records: list[Record] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = decode_results(line)
        except JsonProblem as problem:
            raise FormatError(f"{problem.problem}.", file=file, line=number, column=problem.position + 1) from problem
        if not isinstance(value, dict):
            raise FormatError("an answer is a JSON object: {...}.", file=file, line=number)
        records.append(Record(number, value))
    return tuple(records)


def _table(file: str, text: str) -> Content:
    # A delimiter that is none gives one column, or a quote in the wrong place.
    delimiter = max(_DELIMITERS, key=lambda one: _columns(text, one))
    rows = [(line, cells) for line, cells in read_rows(text, delimiter, file) if any(cell.strip() for cell in cells)]
    if not rows:
        raise FormatError("the file is empty.", file=file)
    header = tuple(cell.strip() for cell in rows[0][1])
    for line, cells in rows:
        if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
            hint = 'A cell that holds a comma stands in quotes: "a, b".'
            raise FormatError(
                f"this row has {len(cells)} cells, the header {len(header)}.", file=file, line=line, hint=hint
            )
        if any(len(cell) > MAX_TEXT for cell in cells):
            raise FormatError(f"a cell has more than {MAX_TEXT:,} characters.", file=file, line=line)
    if len(rows) < 2:
        raise FormatError("there are no rows below the header.", file=file, line=rows[0][0])
    body = tuple(rows[1:])
    return Content(file, None, tuple(Record(line, _by_name(header, cells)) for line, cells in body), header, body)


def _columns(text: str, delimiter: str) -> int:
    try:
        return len(next(read_rows(text, delimiter))[1])
    except FormatError:
        return 0


def _by_name(header: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, cell in zip(header, cells, strict=False):
        if cell.strip():
            values.setdefault(name, cell)
    return values


def _at(file: str, text: str, problem: JsonProblem) -> FormatError:
    line, column = line_and_column(text, problem.position)
    return FormatError(f"{problem.problem}.", file=file, line=line, column=column)
