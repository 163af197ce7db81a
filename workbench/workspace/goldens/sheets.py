"""Golden sets as a table that people edit, and what differs between two sets of rows."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.dataset import Example
from workbench.errors import FormatError
from workbench.formats import yaml_nodes
from workbench.formats.dataset_rows import INPUT, Row, to_examples, to_row
from workbench.formats.json_values import JsonProblem, decode
from workbench.formats.problems import Problems
from workbench.hashing import canonical_json

TABLE = "table"
"""What errors call the edited table; a line is one of its rows."""
PLAIN_COLUMNS = ("expected", "expect", "tags", "must_pass", "relevant")
"""Columns of the table besides id and inputs. What has no column here stays as it was."""
_LISTS = ("tags", "relevant")


@dataclass(frozen=True)
class Changes:
    """How rows differ from earlier ones, by id."""

    added: tuple[Example, ...]
    changed: tuple[tuple[Example, Example], ...]
    """Before and after."""
    removed: tuple[Example, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def words(self) -> str:
        """The counts, such as `2 added, 1 changed`."""
        counts = (("added", self.added), ("changed", self.changed), ("removed", self.removed))
        return ", ".join(f"{len(rows):,} {word}" for word, rows in counts if rows) or "nothing changed"


def changes(before: Sequence[Example], after: Sequence[Example]) -> Changes:
    """What was added, changed and removed. The order of rows is no change."""
    old = {example.id: example for example in before}
    new = {example.id: example for example in after}
    return Changes(
        added=tuple(example for name, example in new.items() if name not in old),
        changed=tuple(
            (old[name], example)
            for name, example in new.items()
            if name in old and canonical_json(old[name]) != canonical_json(example)
        ),
        removed=tuple(example for name, example in old.items() if name not in new),
    )


def row_text(example: Example) -> str:
    """A row as people compare it: one value a line, what has its default left out."""
    return yaml_nodes.write(to_row(example))


def input_names(examples: Sequence[Example]) -> tuple[str, ...]:
    """The names of inputs that any row has, in order of appearance."""
    return tuple(dict.fromkeys(name for example in examples for name in example.inputs))


def table(examples: Sequence[Example]) -> list[dict[str, Any]]:
    """The rows as cells by column: id, `inputs.NAME` as text, and the PLAIN_COLUMNS."""
    names = input_names(examples)
    return [
        {
            "id": example.id,
            **{INPUT + name: _cell(example.inputs.get(name)) for name in names},
            "expected": example.expected,
            "expect": example.expect,
            "tags": list(example.tags),
            "must_pass": example.must_pass,
            "relevant": list(example.relevant),
        }
        for example in examples
    ]


def rows_from(cells: Sequence[Mapping[str, Any]], before: Sequence[Example]) -> tuple[Example, ...]:
    """The rows of an edited table. What has no column is taken from the row of that id in `before`.

    Rows that are blank are left out. Raises one FormatError with everything that is wrong, by row and column.
    """
    known = {example.id: example for example in before}
    problems = Problems(TABLE)
    rows: list[Row] = []
    for line, row in enumerate(cells, 1):
        if any(value not in (None, "", [], False) for name, value in row.items() if name != "expect"):
            rows.append(Row(line, _values(line, row, known.get(row.get("id") or ""), problems)))
    problems.raise_any()
    if not rows:
        raise FormatError("no row is left.", file=TABLE, hint="A golden set has at least one.")
    return to_examples(rows, problems, {})


def _values(line: int, row: Mapping[str, Any], was: Example | None, problems: Problems) -> dict[str, Any]:
    values = {} if was is None else to_row(was)
    inputs = {} if was is None else dict(was.inputs)
    for column, cell in row.items():
        if not column.startswith(INPUT):
            continue
        name = column.removeprefix(INPUT)
        if (cell or "") == (_cell(inputs.get(name)) or ""):
            continue
        if name in inputs and not isinstance(inputs[name], str):
            try:
                inputs[name] = decode(cell or "null")
            except JsonProblem as problem:
                problems.add(f"{problem.problem}.", line, column, "This value was not text: write it as JSON.")
        else:
            inputs[name] = cell or ""
    values["inputs"] = inputs or None
    if row.get("id"):
        values["id"] = row["id"]
    for column in PLAIN_COLUMNS:
        if column in row:
            cell = row[column]
            values[column] = list(cell) if column in _LISTS and cell is not None else cell
    return values


def _cell(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else json.dumps(value, ensure_ascii=False)
