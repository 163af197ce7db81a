"""Golden sets as JSON Lines: one row a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from workbench.domain.dataset import Example
from workbench.errors import FormatError
from workbench.formats.dataset_rows import Row, renamed, require_columns, to_examples, to_row
from workbench.formats.json_values import JsonProblem, decode
from workbench.formats.problems import Problems
from workbench.formats.utf8 import decode as decode_text


def read(data: bytes, file: str | None = None, *, columns: Mapping[str, str] | None = None) -> tuple[Example, ...]:
    """All rows. Raises one FormatError with everything that is wrong, by line; blank lines are passed over.

    `columns` says what a file's own names are, as in `{"truth": "expected", "question": "inputs.question"}`.
    """
    columns = columns or {}
    require_columns(columns)
    text = decode_text(data, file)
    problems = Problems(file)
    rows: list[Row] = []
    # Not splitlines(): a text within JSON may hold other line ends as they are.
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = decode(line)
        except JsonProblem as problem:
            if line.strip() in {"[", "{"} and not rows and not problems.errors:
                hint = "JSON Lines has one whole row on each line; a .json file holds a list of rows."
                raise FormatError(f"{problem.problem}.", file=file, line=number, hint=hint) from problem
            problems.add(f"{problem.problem}.", number, problem.position + 1)
            continue
        if isinstance(value, dict):
            rows.append(Row(number, value))
        else:
            problems.add('a row is a JSON object: {"inputs": {...}}.', number)
    if not rows and not problems.errors:
        problems.add("there are no rows.")
    return to_examples(renamed(rows, problems, columns), problems, columns)


def write(examples: Iterable[Example]) -> str:
    """One row a line. `read` gives the same examples back."""
    return "".join(f"{json.dumps(to_row(example), ensure_ascii=False, allow_nan=False)}\n" for example in examples)
