"""One door for golden sets in any format."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.domain.dataset import Example
from workbench.errors import FormatError
from workbench.formats.datasets import read_dataset, write_csv, write_jsonl

JSON_LINES = b'{"id": "a", "inputs": {"q": "x"}}\n{"id": "b", "inputs": {"q": "y"}}\n'
JSON = b'[{"id": "a", "inputs": {"q": "x"}},\n{"id": "b", "inputs": {"q": "y"}}]'
CSV = b"id,q\na,x\nb,y\n"
TSV = CSV.replace(b",", b"\t")
ROWS = (Example("a", {"q": "x"}), Example("b", {"q": "y"}))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rows.jsonl", JSON_LINES),
        ("rows.NDJSON", JSON_LINES),
        ("rows.json", JSON),
        ("rows.json", JSON_LINES),
        ("rows.csv", CSV),
        ("rows.tsv", TSV),
        ("rows.txt", TSV),
        ("rows", JSON_LINES),
        ("rows", b"\xef\xbb\xbf \n" + JSON),
        (Path("folder/rows.CSV"), CSV),
    ],
)
def test_the_ending_or_the_content_says_which_format_it_is(name: str | Path, data: bytes) -> None:
    assert read_dataset(name, data) == ROWS


@pytest.mark.parametrize(("name", "data"), [("a.json", b"id,q\n"), ("a.jsonl", CSV), ("a.csv", b"\x1f\x8b")])
def test_content_that_is_not_what_the_ending_says_is_an_error_with_the_files_name(name: str, data: bytes) -> None:
    with pytest.raises(FormatError, match=name):
        read_dataset(name, data)


def test_a_files_own_columns_are_mapped_in_every_format() -> None:
    columns = {"question": "inputs.q"}
    for name, data in (("a.csv", CSV), ("a.jsonl", JSON_LINES), ("a.json", JSON)):
        flat = (
            data.replace(b'"inputs": {"q": ', b'"question": ').replace(b'"}}', b'"}').replace(b"id,q", b"id,question")
        )
        assert read_dataset(name, flat, columns=columns) == ROWS


def test_both_written_forms_give_the_same_rows_back() -> None:
    assert read_dataset("a.jsonl", write_jsonl(ROWS).encode()) == ROWS
    assert read_dataset("a.csv", write_csv(ROWS).encode()) == ROWS
    assert read_dataset("a.csv", write_csv(iter(ROWS), for_spreadsheet=True).encode()) == ROWS
