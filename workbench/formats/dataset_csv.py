"""Golden sets as a table: comma-, semicolon- or tab-separated, the first row naming the columns.

`tags` and `relevant` are separated by `|`; `inputs`, `checks`, `history`, `context` and `metadata` hold JSON. One
value of `inputs` or `metadata` may have a column of its own, `inputs.question`, and holds text as it is. Without any
column for inputs, all columns that are not known are inputs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.dataset import Example
from workbench.errors import FormatError, suggestion
from workbench.formats.csv_cells import neutral, read_rows, write_rows
from workbench.formats.dataset_rows import (
    COLUMNS,
    NESTED,
    Row,
    input_of,
    is_column,
    mistaken,
    require_columns,
    to_examples,
    to_row,
    ways_out,
)
from workbench.formats.json_values import MAX_TEXT, JsonProblem, decode
from workbench.formats.problems import Problems
from workbench.formats.utf8 import decode as decode_text

_DELIMITERS = (",", ";", "\t")
_LISTS = ("tags", "relevant")
_JSON = ("inputs", "checks", "history", "context", "metadata")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_BYTE_ORDER_MARK = "\ufeff"


def read(data: bytes, file: str | None = None, *, columns: Mapping[str, str] | None = None) -> tuple[Example, ...]:
    """All rows. Raises one FormatError with everything that is wrong, by line and column; blank rows are passed over.

    `columns` says what a file's own columns are, as in `{"truth": "expected", "question": "inputs.question"}`.
    """
    columns = columns or {}
    require_columns(columns)
    text = decode_text(data, file)
    if not text.strip():
        raise FormatError("the file is empty.", file=file)
    problems = Problems(file)
    delimiter = delimiter_of(text)
    table = [(line, cells) for line, cells in read_rows(text, delimiter, file) if any(cells)]
    (header_line, header), *body = table or [(1, [])]
    read_as = _header(header, header_line, columns, problems)
    problems.raise_any()
    if not body:
        raise FormatError("there are no rows below the header.", file=file, line=header_line)
    rows = [_row(line, cells, read_as, problems) for line, cells in body]
    return to_examples([row for row in rows if row is not None], problems, columns)


def write(examples: Sequence[Example], *, for_spreadsheet: bool = False) -> str:
    """A comma-separated table with the columns that the examples use. `read` gives the same examples back.

    Inputs have a column each, `inputs.NAME`, when all examples have the same ones and they are text; else one of JSON.
    With `for_spreadsheet`, for people to open: a byte order mark in front, and no cell that a spreadsheet would compute.
    """
    apart = _inputs_apart(examples)
    rows = [_cells(to_row(example), apart) for example in examples]
    used = {name for row in rows for name in row}
    inputs = [f"inputs.{name}" for name in apart] or ["inputs"]
    columns = [name for column in COLUMNS for name in (inputs if column == "inputs" else [column])]
    columns = [column for column in columns if column in used or column in {"id", *inputs}]
    table = [columns, *([row.get(column, "") for column in columns] for row in rows)]
    if not for_spreadsheet:
        return write_rows(table)
    return _BYTE_ORDER_MARK + write_rows([neutral(cell) for cell in row] for row in table)


def delimiter_of(text: str) -> str:
    """The delimiter under which the first row has the most known columns, then the most columns at all."""

    def fit(delimiter: str) -> tuple[int, int]:
        try:
            _, cells = next(read_rows(text, delimiter), (1, []))
        except FormatError:
            return (-1, 0)
        return sum(is_column(cell.strip()) for cell in cells), len(cells)

    return max(_DELIMITERS, key=fit)


@dataclass(frozen=True)
class _Column:
    name: str
    """As the file has it."""
    target: str
    """What it is read as."""


def _header(cells: list[str], line: int, columns: Mapping[str, str], problems: Problems) -> list[_Column]:
    """What each column is. Without a column for inputs, those that are not known are inputs."""
    names = [cell.strip() for cell in cells]
    while names and not names[-1]:
        names.pop()
    targets = [columns.get(name, name) for name in names]
    read_as = [input_of(target) for target in targets]
    has_inputs = any(is_column(target) and target.startswith("inputs") for target in targets)
    read: list[_Column] = []
    for position, (name, target) in enumerate(zip(names, read_as, strict=True), 1):
        told = name in columns or is_column(name)
        if not name:
            problems.add("this column has no name.", line, position)
        elif read_as.index(target) < position - 1:
            problems.add(f"this is the column {targets[position - 1]!r} a second time.", line, name)
        elif not told and has_inputs:
            problems.add("this column is not known.", line, name, ways_out(name))
        elif not told and (near := mistaken(name, names)):
            hint = f"Call it {near!r}, or 'inputs.{name}' if the prompt asks for it."
            problems.add(f"this column is nearly called {near!r}.", line, name, hint)
        read.append(_Column(name, target))
    for source, target in columns.items():
        if source not in names:
            problems.add(
                f"there is no column {source!r} to be read as {target!r}.", line, hint=suggestion(source, names)
            )
    if not any(column.target.startswith("inputs") for column in read):
        problems.add("there is no column with inputs.", line, hint="Add one, such as 'question'.")
    return read


def _row(line: int, cells: list[str], columns: list[_Column], problems: Problems) -> Row | None:
    while len(cells) > len(columns) and not cells[-1]:
        cells = cells[:-1]
    if len(cells) != len(columns):
        hint = "A cell that holds a delimiter, a quote or a line end must stand in quotes."
        problems.add(f"the row has {len(cells)} cells, the header {len(columns)}.", line, hint=hint)
        return None
    values: dict[str, Any] = {}
    for column, cell in zip(columns, cells, strict=True):
        if len(cell) > MAX_TEXT:
            problems.add(f"the cell has {len(cell):,} characters; the limit is {MAX_TEXT:,}.", line, column.name)
            return None
        try:
            values[column.target] = _value(column.target, cell)
        except JsonProblem as problem:
            shape = '{"question": "..."}' if column.target in NESTED else '["...", "..."]'
            hint = f"This column holds JSON, such as {shape}."
            problems.add(f"{problem.problem} (character {problem.position + 1} of the cell).", line, column.name, hint)
            return None
    return Row(line, {name: value for name, value in values.items() if value is not None})


def _value(column: str, cell: str) -> Any:
    """What a cell holds. An empty cell is nothing, but for an input: there it is an empty text."""
    if column.startswith("inputs."):
        return cell
    if not cell.strip():
        return None
    if column in _JSON or (column in _LISTS and cell.lstrip().startswith("[")):
        return decode(cell)
    if column in _LISTS:
        return [name.strip() for name in cell.split("|") if name.strip()]
    if column == "must_pass":
        return _FLAGS.get(cell.strip().lower(), cell)
    return cell


def _inputs_apart(examples: Sequence[Example]) -> list[str]:
    """The names of inputs that can have columns of their own; none when they need one column of JSON."""
    names = list(examples[0].inputs) if examples else []
    tidy = all(name and name == name.strip() for name in names)
    alike = all(
        example.inputs.keys() == set(names) and all(isinstance(value, str) for value in example.inputs.values())
        for example in examples
    )
    return names if tidy and alike else []


def _cells(row: Mapping[str, Any], apart: Sequence[str]) -> dict[str, str]:
    cells = {f"inputs.{name}": row["inputs"][name] for name in apart}
    for column, value in row.items():
        if column == "inputs" and apart:
            continue
        cells[column] = _cell(column, value)
    return cells


def _cell(column: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if column in _LISTS and not any("|" in name or name != name.strip() or name.startswith("[") for name in value):
        return "|".join(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False)
