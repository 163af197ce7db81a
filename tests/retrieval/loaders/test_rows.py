"""Rows of CSV and JSON Lines as documents."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import FormatError
from workbench.formats.csv_cells import write_rows
from workbench.retrieval.loaders import csv_rows, jsonl_rows


def jsonl(*rows):
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def texts(rows):
    return {name: parsed.text for name, parsed in rows.documents}


def test_other_columns_are_metadata_and_titles_are_headings():
    rows = csv_rows.read(b"id,title,text,lang,year\nx1,Leave,30 days,en,2024\n", None)
    [(name, parsed)] = rows.documents
    assert (name, parsed.text) == ("x1", "Leave\n\n30 days")
    assert [section.heading_path for section in parsed.sections] == [("Leave",)]
    assert parsed.metadata == {"id": "x1", "title": "Leave", "lang": "en", "year": "2024"}


def test_numbers_truths_and_tags_of_json_are_metadata_and_what_nests_is_not():
    row = {"text": "t", "year": 2024, "live": True, "tags": ["a", "b"], "vector": [0.1], "more": {"x": 1}, "none": None}
    [(_, parsed)] = jsonl_rows.read(jsonl(row), None).documents
    assert parsed.metadata == {"year": 2024, "live": True, "tags": ["a", "b"]}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("body,text", "text"),
        ("Title,Content", "Content"),
        ("question,answer", "answer"),
        ("Page Content,x", "Page Content"),
    ],
)
def test_the_usual_names_of_text_are_known(header, column):
    cells = header.split(",")
    table = f"{header}\n" + ",".join("the text" if cell == column else "else" for cell in cells) + "\n"
    assert "the text" in csv_rows.read(table.encode(), None).documents[0][1].text


def test_without_a_text_column_the_columns_are_listed():
    with pytest.raises(FormatError, match=r"name the text column\. There is: 'a', 'b'"):
        csv_rows.read(b"a,b\n1,2\n", None)
    with pytest.raises(FormatError, match="no column 'c'"):
        jsonl_rows.read(jsonl({"a": "x"}), "c")


def test_ids_are_safe_in_a_name_and_each_is_given_once():
    ids = ["a/../b", "a b", "..", "", "x", "x", "x-2", "Ü 1", "#h"]
    rows = jsonl_rows.read(jsonl(*({"id": id_, "text": f"t{n}"} for n, id_ in enumerate(ids))), None)
    names = list(texts(rows))
    assert names == ["a-..-b", "a-b", "3", "4", "x", "x-2", "x-2-2", "Ü-1", "h"]


def test_rows_without_an_id_are_called_by_their_number():
    assert list(texts(csv_rows.read(b"text\none\n\ntwo\n", None))) == ["1", "2"]
    assert list(texts(jsonl_rows.read(b'{"text": "one"}\n\n{"text": "two"}\n', None))) == ["1", "3"]


def test_rows_without_text_and_broken_lines_are_named():
    rows = jsonl_rows.read(b'{"text": "a"}\n{"text": ""}\nnonsense\n{"text": 3}\n[1]\n{"id": 4}\n', None)
    assert texts(rows) == {"1": "a"}
    assert dict(rows.left_out) == {
        "line=3": "this is not JSON: Expecting value",
        "line=5": "not a JSON object",
        "line=2,4,6": "no text in 'text'",
    }


def test_a_row_with_too_many_cells_is_named_and_a_short_one_is_read():
    rows = csv_rows.read(b"text,lang\na,en,extra\nb\nc,de,,\n", None)
    assert texts(rows) == {"2": "b", "3": "c"}
    assert [place for place, _ in rows.left_out] == ["row=1"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_seen_in_the_header(delimiter):
    assert texts(csv_rows.read(delimiter.join(["id", "text"]).encode() + f"\nx{delimiter}y\n".encode(), None)) == {
        "x": "y"
    }


def test_what_excel_writes_is_read():
    assert texts(csv_rows.read(b"\xef\xbb\xbfsep=;\r\nid;text\r\n1;caf\xc3\xa9\r\n", None)) == {"1": "café"}
    assert texts(csv_rows.read("id\ttext\r\n1\tcafé\r\n".encode("utf-16"), None)) == {"1": "café"}


def test_a_huge_cell_is_named_and_the_rest_is_read():
    rows = csv_rows.read(b"text\n" + b"x" * (2**20 + 1) + b"\nok\n", None)
    assert texts(rows) == {"2": "ok"}
    assert [place for place, _ in rows.left_out] == ["row=1"]


def test_many_kinds_of_broken_lines_make_few_entries():
    lines = [f"{{{' ' * number}x".encode() for number in range(500)]
    rows = jsonl_rows.read(
        b"\n".join([b'{"text": "a"}', *lines, *(b'{"a%d": 1, "a%d": 1}' % (n, n) for n in range(500))]), None
    )
    assert texts(rows) == {"1": "a"}
    assert len(rows.left_out) <= 22


cell = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00\r"), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(cell, cell), min_size=1, max_size=8))
def test_every_row_of_a_table_is_a_document_or_named(pairs):
    table = write_rows([["id", "text"], *([f"r{id_}", text] for id_, text in pairs)])
    rows = csv_rows.read(table.encode(), None)
    expected = [text for _, text in pairs if text.strip()]
    assert [parsed.text for _, parsed in rows.documents] == expected
    names = [name for name, _ in rows.documents]
    assert len(set(names)) == len(names)
    assert all("/" not in name and name.strip(".") for name in names)
    assert bool(rows.left_out) == (len(expected) < len(pairs))


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    for loader in (csv_rows, jsonl_rows):
        with suppress(FormatError):
            loader.read(data, None)
