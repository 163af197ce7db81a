"""What a row of a golden set may hold: the rules that JSON Lines, JSON and CSV share."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from shlex import quote
from typing import Any, TypeVar, get_args

from workbench.domain.dataset import Check, Example, Expect
from workbench.domain.prompt import Message, MessageRole
from workbench.errors import FormatError, InputError, suggestion
from workbench.formats.dataset_checks import read_check
from workbench.formats.dataset_ids import with_ids
from workbench.formats.fields import Fields, Path, shown_path
from workbench.formats.problems import Problems
from workbench.hashing import plain

COLUMNS = (
    "id",
    "inputs",
    "expected",
    "relevant",
    "expect",
    "checks",
    "must_pass",
    "cluster",
    "tags",
    "history",
    "context",
    "metadata",
)
"""The names of a row's values, in the order in which they are written."""

NESTED = ("inputs", "metadata")
"""Columns whose values may each have a column of their own, such as `inputs.question`."""

QUESTION = "question"
"""What most prompts ask for."""

INPUT = "inputs."

T = TypeVar("T")


@dataclass(frozen=True)
class Row:
    """A row as a file has it."""

    line: int
    values: Mapping[str, Any]


def is_column(name: str) -> bool:
    """Whether a name is a column's, or that of one value within `inputs` or `metadata`."""
    outer, dot, inner = name.partition(".")
    return name in COLUMNS or (bool(dot and inner) and outer in NESTED)


def input_of(name: str) -> str:
    """What a column is read as that was said to be `name`: a plain name that is no column's is that of an input."""
    return name if is_column(name) else INPUT + name


def require_columns(columns: Mapping[str, str]) -> None:
    """Raise InputError unless `columns` leads from a file's names to columns or plain names, each only once."""
    targets = [input_of(target) for target in columns.values()]
    for source, target in columns.items():
        if not is_column(target) and (not target.strip() or "." in target or mistaken(target, ())):
            raise InputError(
                f"{source!r} cannot be read as {target!r}.",
                hint=f"The columns are {', '.join(COLUMNS)}, and inputs.NAME and metadata.NAME.",
            )
        if targets.count(input_of(target)) > 1:
            raise InputError(
                f"Two columns cannot both be read as {target!r}.",
                hint="Name one of them alone, or inputs.NAME for each.",
            )


def mistaken(name: str, there: Collection[str]) -> str | None:
    """The column, not among those that are there, that a name is probably meant to be, by how it is written.

    `input` is none: that is what many call their only input.
    """
    free = [column for column in COLUMNS if column not in there]
    near = difflib.get_close_matches(name.lower().replace("-", "_").replace(" ", "_"), free, n=1, cutoff=0.85)
    return near[0] if near and name.lower() != "input" else None


def ways_out(name: str) -> str:
    """What to do about a column that is not known."""
    near = mistaken(name, ())
    meant = f"Did you mean {near!r}? " if near else ""
    options = " or ".join(f"--column {quote(f'{name}={target}')}" for target in ("id", f"metadata.{name}"))
    return (
        f"{meant}Say what it is, such as {options}; there are {', '.join(COLUMNS)}, and inputs.NAME and metadata.NAME."
    )


def renamed(rows: Sequence[Row], problems: Problems, columns: Mapping[str, str]) -> list[Row]:
    """The rows with a file's own names replaced, as in `{"truth": "expected", "question": "inputs.question"}`.

    Notes names that no row has, and two values under one name.
    """
    seen = {name for row in rows for name in row.values}
    for source, target in columns.items():
        if rows and source not in seen:
            problems.add(f"there is no {source!r} to be read as {target!r}.", hint=suggestion(source, seen))
    done: list[Row] = []
    for row in rows:
        values: dict[str, Any] = {}
        for source, value in row.values.items():
            name = input_of(columns[source]) if source in columns else source
            if name in values:
                problems.add(f"this is {name!r} a second time.", row.line, source)
            values[name] = value
        done.append(Row(row.line, values))
    return done


def to_examples(rows: Sequence[Row], problems: Problems, columns: Mapping[str, str]) -> tuple[Example, ...]:
    """All rows, renamed already, as examples, or one FormatError with everything that is wrong.

    `columns` is what they were renamed by: messages speak of the file's own names.
    """
    read = [(row.line, _example(row, problems, columns)) for row in rows]
    first_lines: dict[str, int] = {}
    for line, example in read:
        if example.id in first_lines:
            problems.add(f"the id {example.id!r} is in line {first_lines[example.id]} too.", line, "id")
        elif example.id:
            first_lines[example.id] = line
    problems.raise_any()
    return with_ids([example for _, example in read])


def to_row(example: Example) -> dict[str, Any]:
    """An example as plain values in the order of the columns; what has its default is left out, but for the id."""
    row: dict[str, Any] = {"id": example.id, "inputs": plain(example.inputs)}
    written = {
        "expected": example.expected,
        "relevant": example.relevant or None,
        "expect": None if example.expect == "answer" else example.expect,
        "checks": [_written_check(check) for check in example.checks] or None,
        "must_pass": example.must_pass or None,
        "cluster": example.cluster,
        "tags": example.tags or None,
        "history": example.history or None,
        "context": example.context,
        "metadata": example.metadata or None,
    }
    return row | {key: plain(value) for key, value in written.items() if value is not None}


def _written_check(check: Check) -> dict[str, Any]:
    written = {"type": check.type, "value": check.value, "threshold": check.threshold}
    return {key: value for key, value in written.items() if value is not None}


def _example(row: Row, problems: Problems, columns: Mapping[str, str]) -> Example:
    """The row's example; where a problem was noted, with a default in the wrong value's place."""
    sources = {input_of(target).partition(".")[0]: source for source, target in columns.items()}

    def complain(path: Path, problem: str, hint: str | None) -> FormatError:
        column = str(path[0]) if path else None
        where = f"{shown_path(path)}: " if len(path) > 1 else ""
        return FormatError(
            f"{where}{problem}.",
            file=problems.file,
            line=row.line,
            column=sources.get(column, column) if column else None,
            hint=hint,
        )

    values = _nested(row, problems)
    fields = Fields(values, (), complain)

    def take(read: Callable[[Fields, str], T], key: str, default: T) -> T:
        try:
            return read(fields, key)
        except FormatError as error:
            problems.errors.append(error)
            return default

    if values.get("inputs") is not None:
        for name in values:
            if name not in COLUMNS:
                problems.errors.append(fields.error(name, "this column is not known", ways_out(name)))
    else:
        problems.errors.append(_without_inputs(fields))
    return Example(
        id=take(_id, "id", ""),
        inputs=take(_mapping, "inputs", {}),
        expected=take(Fields.text, "expected", None) or None,
        relevant=take(_names, "relevant", ()),
        expect=take(_expect, "expect", "answer"),
        checks=take(_checks, "checks", ()),
        must_pass=take(Fields.flag, "must_pass", None) or False,
        cluster=take(Fields.text, "cluster", None) or None,
        tags=take(_names, "tags", ()),
        history=take(_history, "history", ()),
        context=take(Fields.texts, "context", None),
        metadata=take(_mapping, "metadata", {}),
    )


def _nested(row: Row, problems: Problems) -> dict[str, Any]:
    """The row's values with those of `inputs.NAME` and of `metadata.NAME` put together."""
    values: dict[str, Any] = {}
    parts: dict[str, dict[str, Any]] = {}
    for name, value in row.values.items():
        outer, _, inner = name.partition(".")
        if name not in COLUMNS and is_column(name):
            parts.setdefault(outer, {})[inner] = value
        else:
            values[name] = value
    for outer, inside in parts.items():
        if values.get(outer) is not None:
            problems.add(f"there are both {outer!r} and '{outer}.{next(iter(inside))}'.", row.line, outer)
        else:
            values[outer] = inside
    return values


def _without_inputs(fields: Fields) -> FormatError:
    others = [name for name in fields.values if name not in COLUMNS]
    if not others:
        return fields.complain((), "the row has no 'inputs'", None)
    name = others[0]
    return fields.complain(
        (),
        f"the row has no 'inputs', but {', '.join(repr(other[:40]) for other in others[:5])}",
        f"Put what the prompt asks for inside 'inputs', or read {name[:40]!r} as 'inputs.{name[:40]}'.",
    )


def _id(fields: Fields, key: str) -> str:
    value = fields.text(key) or ""
    if value != value.strip():
        raise fields.error(key, f"the id {value[:40]!r} begins or ends with a blank")
    return value


def _mapping(fields: Fields, key: str) -> Mapping[str, Any]:
    return fields.mapping(key) or {}


def _names(fields: Fields, key: str) -> tuple[str, ...]:
    names = fields.texts(key) or ()
    if not all(name.strip() for name in names):
        raise fields.error(key, "one of the texts is empty")
    return names


def _expect(fields: Fields, key: str) -> Expect:
    return fields.choice(key, get_args(Expect)) or "answer"


def _checks(fields: Fields, key: str) -> tuple[Check, ...]:
    return tuple(read_check(check) for check in fields.tables(key, ("type", "value", "threshold")) or ())


def _history(fields: Fields, key: str) -> tuple[Message, ...]:
    return tuple(
        Message(
            role=turn.require("role", turn.choice("role", get_args(MessageRole))),
            content=turn.require("content", turn.text("content")),
        )
        for turn in fields.tables(key, ("role", "content")) or ()
    )
