"""Golden sets as one JSON document: a list of rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workbench.domain.dataset import Example
from workbench.errors import FormatError
from workbench.formats.dataset_rows import Row, renamed, require_columns, to_examples
from workbench.formats.json_values import JsonProblem, decode_at, line_and_column, skip_blanks
from workbench.formats.problems import Problems
from workbench.formats.utf8 import decode as decode_text


def read(data: bytes, file: str | None = None, *, columns: Mapping[str, str] | None = None) -> tuple[Example, ...]:
    """All rows. Raises one FormatError with everything that is wrong, each with the line where its row begins.

    `columns` says what a file's own names are, as in `{"truth": "expected", "question": "inputs.question"}`.
    """
    columns = columns or {}
    require_columns(columns)
    text = decode_text(data, file)
    problems = Problems(file)
    rows: list[Row] = []
    line, counted = 1, 0
    try:
        for start, value in _items(text):
            line, counted = line + text.count("\n", counted, start), start
            if isinstance(value, dict):
                rows.append(Row(line, value))
            else:
                problems.add('a row is a JSON object: {"inputs": {...}}.', line)
    except JsonProblem as problem:
        line, column = line_and_column(text, problem.position)
        raise FormatError(f"{problem.problem}.", file=file, line=line, column=column) from problem
    if not rows and not problems.errors:
        problems.add("there are no rows.")
    return to_examples(renamed(rows, problems, columns), problems, columns)


def _items(text: str) -> Iterator[tuple[int, Any]]:
    """The items of the list that is the document, each with the character where it starts."""
    position = skip_blanks(text, 0)
    if not text.startswith("[", position):
        raise JsonProblem("this is not a JSON list of rows", position)
    position = skip_blanks(text, position + 1)
    closed = text.startswith("]", position)
    while not closed:
        value, end = decode_at(text, position)
        yield position, value
        position = skip_blanks(text, end)
        closed = text.startswith("]", position)
        if not closed:
            if not text.startswith(",", position):
                raise JsonProblem("this is not JSON: expected ',' or ']' after a row", position)
            position = skip_blanks(text, position + 1)
    position = skip_blanks(text, position + 1)
    if position < len(text):
        raise JsonProblem("there is more after the list", position)
