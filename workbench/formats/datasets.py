"""Golden sets in every format that is read, and the two that are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import PurePath

from workbench.domain.dataset import Example
from workbench.formats import dataset_csv, dataset_json, dataset_jsonl

_READERS = {
    ".jsonl": dataset_jsonl.read,
    ".ndjson": dataset_jsonl.read,
    ".csv": dataset_csv.read,
    ".tsv": dataset_csv.read,
}


def read_dataset(
    path_or_name: str | PurePath, data: bytes, *, columns: Mapping[str, str] | None = None
) -> tuple[Example, ...]:
    """The rows of a file, by the ending of its name, else by how its content begins.

    `columns` says what a file's own columns are, as in `{"truth": "expected", "question": "inputs.question"}`.
    Raises one FormatError with all problems of the file, each with line and column.
    """
    file = str(path_or_name)
    reader = _READERS.get(PurePath(file).suffix.lower())
    if reader is None:
        start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        reader = {b"[": dataset_json.read, b"{": dataset_jsonl.read}.get(start, dataset_csv.read)
        if start != b"{" and PurePath(file).suffix.lower() == ".json":
            reader = dataset_json.read
    return reader(data, file, columns=columns)


def write_jsonl(examples: Iterable[Example]) -> str:
    """One row a line, what has its default left out. Reading gives the same examples back."""
    return dataset_jsonl.write(examples)


def write_csv(examples: Iterable[Example], *, for_spreadsheet: bool = False) -> str:
    """A table. Reading gives the same examples back.

    With `for_spreadsheet` it is for people to open: a byte order mark in front, and no cell that a spreadsheet computes.
    """
    return dataset_csv.write(tuple(examples), for_spreadsheet=for_spreadsheet)
