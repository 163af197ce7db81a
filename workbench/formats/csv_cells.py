"""Tables of cells as text: reading with the line of each row, and writing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from workbench.errors import FormatError

_NEEDS_QUOTES = re.compile(r'[",;\t\r\n]|^\s|\s$')
_FORMULA = re.compile(r"[=+\-@\t\r]")


def read_rows(text: str, delimiter: str, file: str | None = None) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line in which each begins, from 1; a cell in quotes may hold anything, line ends too.

    Raises FormatError for a quote that is never closed and for text behind a closing quote.
    """
    cell_end = re.compile(rf"[{re.escape(delimiter)}\r\n]|\Z")
    position, line = 0, 1
    while position < len(text):
        cells: list[str] = []
        first_line = line
        while True:
            if text.startswith('"', position):
                cell, position = _quoted(text, position, line, file)
                line += _line_ends(cell)
                if not cell_end.match(text, position):
                    hint = 'A quote inside a cell is written twice: "".'
                    raise FormatError("there is text behind a closing quote.", file=file, line=line, hint=hint)
            else:
                end = cell_end.search(text, position)
                stop = end.start() if end else len(text)
                cell, position = text[position:stop], stop
            cells.append(cell)
            if not text.startswith(delimiter, position):
                break
            position += 1
        position += 2 if text.startswith("\r\n", position) else 1
        line += 1
        yield first_line, cells


def _quoted(text: str, start: int, line: int, file: str | None) -> tuple[str, int]:
    """The cell whose opening quote stands at `start`, and where what follows its closing quote begins."""
    pieces: list[str] = []
    position = start + 1
    while True:
        quote = text.find('"', position)
        if quote < 0:
            hint = 'A quote inside a cell is written twice: "".'
            raise FormatError("a quote is opened here and never closed.", file=file, line=line, hint=hint)
        pieces.append(text[position:quote])
        if not text.startswith('"', quote + 1):
            return '"'.join(pieces), quote + 1
        position = quote + 2


def _line_ends(cell: str) -> int:
    return cell.count("\n") + cell.count("\r") - cell.count("\r\n")


def write_rows(rows: Iterable[Sequence[str]]) -> str:
    """Comma-separated text; cells are quoted where they must be. `read_rows` gives the same cells back."""
    return "".join(",".join(map(_written, row)) + "\n" for row in rows)


def neutral(cell: str) -> str:
    """The cell as a spreadsheet shows it instead of computing it: what could be a formula gets a quote in front."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _written(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell
