"""CSV and TSV (.csv, .tsv): a row is a document; the first row names the columns."""

from __future__ import annotations

import re
from collections import Counter

from workbench.errors import FormatError
from workbench.formats import csv_cells
from workbench.formats.json_values import MAX_TEXT
from workbench.retrieval.loaders.parsed import decode
from workbench.retrieval.loaders.rows import Row, Rows, to_documents

_DELIMITERS = (",", ";", "\t", "|")
# What Excel writes in front to say how it separates cells.
_SAYS = re.compile(r"sep=(.)\n", re.IGNORECASE)


def read(data: bytes, text_column: str | None) -> Rows:
    """A document of each row. Raises FormatError when the table cannot be read or has no column with text."""
    text = decode(data, advice="save it as 'CSV UTF-8'")
    said = _SAYS.match(text)
    text = (text[said.end() :] if said else text).lstrip("\n")
    table = csv_cells.read_rows(text, said[1] if said else _delimiter(text))
    header = next((cells for _, cells in table if any(map(str.strip, cells))), [])
    while header and not header[-1].strip():
        header = header[:-1]
    names = [name.strip() or f"column {number}" for number, name in enumerate(header, start=1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise FormatError(f"two columns are called {twice[0][:40]!r}")
    rows: list[Row] = []
    problems: list[tuple[int, str]] = []
    filled = (cells for _, cells in table if any(cells))
    for number, cells in enumerate(filled, start=1):
        problem = _problem(cells, len(names))
        if problem is None:
            # A short row lacks its last cells; spreadsheets leave them out.
            rows.append(Row(number, dict(zip(names, cells, strict=False))))
        else:
            problems.append((number, problem))
    if not rows and not problems:
        raise FormatError("there are no rows below the header")
    return to_documents(rows or [Row(0, dict.fromkeys(names, ""))], text_column, problems=problems)


def _delimiter(text: str) -> str:
    """The one that makes most columns of the header."""

    def columns(delimiter: str) -> int:
        try:
            return len(next(csv_cells.read_rows(text, delimiter))[1])
        except (FormatError, StopIteration):
            return 0

    return max(_DELIMITERS, key=columns)


def _problem(cells: list[str], columns: int) -> str | None:
    if any(cells[columns:]):
        return f"more cells than the {columns} columns; a cell with a delimiter in it must stand in quotes"
    if max(map(len, cells)) > MAX_TEXT:
        return f"a cell has more than {MAX_TEXT:,} characters"
    return None
