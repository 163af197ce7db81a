"""What the columns of a golden set's file are, by the names that people and tools usually give them.

Golden sets know their columns by exact names. Others are recognised here, without case and blanks, only where what was
recognised can be read: columns of JSON are not, and an id only where every row of a table has one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath

from workbench.errors import FormatError
from workbench.formats.csv_cells import read_rows
from workbench.formats.dataset_csv import delimiter_of
from workbench.formats.dataset_rows import QUESTION, input_of, is_column
from workbench.formats.json_values import JsonProblem, decode
from workbench.formats.results.columns import ROLES, plain_name
from workbench.formats.utf8 import decode as decode_text

USUAL: Mapping[str, tuple[str, ...]] = {
    "id": (*ROLES["id"], "nr", "no", "#"),
    "expected": (*ROLES["expected"], "answer"),
    "tags": (*ROLES["tags"], "labels"),
    "expect": ("expect",),
    "relevant": ("relevant",),
    "cluster": ("cluster",),
    "must_pass": ("must_pass",),
}
"""By column of golden sets, its usual names, the likeliest first. In files of results `answer` is what a model said."""

_TABLES = (".csv", ".tsv")


@dataclass(frozen=True)
class FileColumns:
    """The columns of a file as it names them."""

    names: tuple[str, ...]
    table: str | None = None
    """A table's text; None for JSON."""

    @property
    def has_inputs(self) -> bool:
        """Whether a column says itself that it holds inputs."""
        return any(is_column(name) and name.startswith("inputs") for name in self.names)

    def could_be_ids(self, name: str) -> bool:
        """Whether every row of a table has a value of its own there. False where the rows cannot be read."""
        at, seen = self.names.index(name), set[str]()
        try:
            for cells in islice(_filled(self.table or ""), 1, None):
                value = cells[at] if at < len(cells) else ""
                if not value or value != value.strip() or value in seen:
                    return False
                seen.add(value)
        except FormatError:
            return False
        return bool(seen)


def columns_of(data: bytes, file: str) -> FileColumns:
    """The columns of a file. None for one that cannot be read: reading its rows says why."""
    try:
        text = decode_text(data, file)
        start = text.lstrip()[:1]
        if PurePath(file).suffix.lower() not in _TABLES and start and start in "{[":
            return FileColumns(_keys(text.strip(), start))
        return FileColumns(tuple(cell.strip() for cell in next(_filled(text), [])), text)
    except (FormatError, JsonProblem):
        return FileColumns(())


def recognised(columns: FileColumns, given: Mapping[str, str], wanted: Sequence[str] = ()) -> dict[str, str]:
    """What columns are that golden sets do not know by these names, and whose meaning is not `given`.

    By the file's own name, that of a column of golden sets, or the plain name of an input. `wanted` are the inputs that
    prompts ask for; `question` always is one. A name that is one exactly is left as it is.
    """
    free = [name for name in columns.names if name and name not in given and not is_column(name)]
    taken = {input_of(given.get(name, name)) for name in columns.names if name not in free}
    told_inputs = any(target.startswith("inputs") for target in given.values())
    apart = columns.table is not None and not columns.has_inputs and not told_inputs
    by_plain_name: dict[str, str] = {}
    for name in free:
        by_plain_name.setdefault(plain_name(name) or name, name)
    asked = {plain_name(wish) for wish in wanted}
    found: dict[str, str] = {}
    for target, usual in USUAL.items():
        likely = [name for name in usual if name in by_plain_name and name not in asked]
        candidates = [by_plain_name[name] for name in likely if target not in taken]
        fit = (name for name in candidates if target != "id" or columns.could_be_ids(name))
        found |= dict.fromkeys(islice(fit, 1), target)
    for wish in dict.fromkeys((QUESTION, *wanted)):
        known = wish if wish in free else by_plain_name.get(plain_name(wish))
        # Where no column says that it holds inputs, all that are not known do: an exact name needs no word then.
        if known is None or known in found or (known == wish and apart) or is_column(wish):
            continue
        if input_of(wish) not in taken:
            found[known] = wish
    return found


def _keys(text: str, start: str) -> tuple[str, ...]:
    first = decode(text.split("\n", 1)[0]) if start == "{" else decode(text)
    rows = first if isinstance(first, list) else [first]
    return tuple(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))


def _filled(text: str) -> Iterator[list[str]]:
    """The rows of a table that are not blank, the header first."""
    return (cells for _, cells in read_rows(text, delimiter_of(text)) if any(cells))
