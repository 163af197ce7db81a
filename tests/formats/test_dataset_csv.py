"""Golden sets as tables, as spreadsheets save them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.golden_rows import TEXT, golden_rows
from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import Message
from workbench.errors import FormatError, InputError
from workbench.formats import dataset_csv
from workbench.formats.csv_cells import read_rows, write_rows
from workbench.formats.dataset_rows import COLUMNS


def read(text: str, **more: Any) -> tuple[Example, ...]:
    return dataset_csv.read(text.encode(), "rows.csv", **more)


def refused(text: str, **more: Any) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read(text, **more)
    assert str(caught.value).startswith("rows.csv")
    return caught.value


def test_every_column_is_read() -> None:
    text = """id,inputs,expected,relevant,expect,checks,must_pass,cluster,tags,history,context,metadata
a,"{""q"": ""x"", ""n"": 1}",e,h.md#a|h.md#b,refuse,"[{""type"": ""max_words"", ""value"": 5}]",TRUE,c,t|u,"[{""role"": ""user"", ""content"": ""hi""}]","[""s""]","{""k"": 1}"
"""
    assert read(text) == (
        Example(
            id="a",
            inputs={"q": "x", "n": 1},
            expected="e",
            relevant=("h.md#a", "h.md#b"),
            expect="refuse",
            checks=(Check("max_words", 5),),
            must_pass=True,
            cluster="c",
            tags=("t", "u"),
            history=(Message("user", "hi"),),
            context=("s",),
            metadata={"k": 1},
        ),
    )


def test_a_cell_with_a_newline_quotes_and_commas_is_read_as_one_cell() -> None:
    (example,) = read('question,expected\n"a ""b"",\nc\r\nd",e\n')
    assert example.inputs == {"question": 'a "b",\nc\r\nd'}
    assert example.expected == "e"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_the_delimiter_and_the_line_ends_are_recognised(delimiter: str, newline: str) -> None:
    rows = [["question", "expected"], ["a", "1"], ["b", "2"]]
    text = newline.join(delimiter.join(row) for row in rows)
    assert [(e.inputs["question"], e.expected) for e in read(text)] == [("a", "1"), ("b", "2")]


def test_a_byte_order_mark_is_not_part_of_the_first_column() -> None:
    assert read("\ufeffid,question\na,b\n")[0].id == "a"


def test_unknown_columns_are_inputs_when_no_column_is_and_hold_text_as_it_is() -> None:
    (example,) = read("question,year,empty,tags\nq,007,,\n")
    assert example.inputs == {"question": "q", "year": "007", "empty": ""}


def test_inputs_and_metadata_may_have_columns_of_their_own() -> None:
    first, second = read("inputs.id,metadata.severity,id\nx,high,1\ny,,2\n")
    assert (first.inputs, first.metadata, first.id) == ({"id": "x"}, {"severity": "high"}, "1")
    assert second.metadata == {}


def test_an_only_input_may_be_called_input() -> None:
    assert read("input,expected\na,b\n")[0].inputs == {"input": "a"}


def test_empty_cells_are_nothing() -> None:
    (example,) = read(
        "question,id,expected,relevant,expect,checks,must_pass,cluster,tags,history,context,metadata\nq" + "," * 11
    )
    assert example == Example(example.id, {"question": "q"})
    assert example.id


@pytest.mark.parametrize(
    ("cell", "value"), [("true", True), ("Yes", True), ("1", True), ("FALSE", False), ("0", False)]
)
def test_truth_values_are_read_as_spreadsheets_and_people_write_them(cell: str, value: bool) -> None:
    assert read(f"question,must_pass\na,{cell}\n")[0].must_pass is value


def test_tags_are_trimmed_and_may_be_json_when_they_hold_the_separator() -> None:
    first, second = read('question,tags\na, x | y |\nb,"[""x|y""]"\n')
    assert (first.tags, second.tags) == (("x", "y"), ("x|y",))


def test_rows_and_columns_that_a_spreadsheet_left_empty_are_passed_over() -> None:
    assert [example.inputs for example in read("question,,\na,,\n,,\n\nb,,\n")] == [
        {"question": "a"},
        {"question": "b"},
    ]


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", None, None, "the file is empty"),
        (" \n\n", None, None, "the file is empty"),
        (",,\n,,\n", 1, None, "no column with inputs"),
        ("question,expected\n", 1, None, "no rows below the header"),
        ("id,expected\na,b\n", 1, None, "no column with inputs"),
        ("question,question\na,b\n", 1, "question", "'question' a second time"),
        ("question,,tags\na,b,c\n", 1, 2, "no name"),
        ("question,Expected\na,b\n", 1, "Expected", "Call it 'expected', or 'inputs.Expected'"),
        ("question,must pass\na,b\n", 1, "must pass", "nearly called 'must_pass'"),
        ("inputs.q,note\na,b\n", 1, "note", "not known"),
        ("question,id\na,1,x\n", 2, None, "the row has 3 cells, the header 2"),
        ("question,id\na\n", 2, None, "the row has 1 cells, the header 2"),
        ('question\n"a\nb\n', 2, None, "never closed"),
        ('question\n"a"b\n', 2, None, "behind a closing quote"),
        ('question,id\n"a\nb",1\nc,1\n', 4, "id", "the id '1' is in line 2 too"),
        ("question,id\na, 1\n", 2, "id", "begins or ends with a blank"),
        ("inputs,id\n,1\n", 2, None, "the row has no 'inputs'"),
        ("inputs,id\nhello,1\n", 2, "inputs", 'This column holds JSON, such as {"question": "..."}'),
        ("inputs,id\n[1],1\n", 2, "inputs", "expected a mapping, found a list"),
        ("question,checks\na,x\n", 2, "checks", "not JSON: Expecting value (character 1 of the cell)"),
        ('question,checks\na,"[{""type"":""regex"",""value"":""(""}]"\n', 2, "checks", "no regular expression"),
        ("question,context\na,some text\n", 2, "context", 'This column holds JSON, such as ["...", "..."]'),
        ("question,tags\na,[x\n", 2, "tags", "not JSON"),
        ("question,must_pass\na,maybe\n", 2, "must_pass", "expected true or false, found the text 'maybe'"),
        ("question,expect\na,reply\n", 2, "expect", "one of answer, refuse, ignore"),
        (f"question,id\n{'x' * 1_048_577},1\n", 2, "question", "1,048,577 characters; the limit is 1,048,576"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_column(
    text: str, line: int | None, column: int | str | None, message: str
) -> None:
    error = refused(text)
    assert message in str(error)
    assert (error.line, error.column) == (line, column)


def test_a_byte_that_is_not_utf_8_is_named_with_line_and_place() -> None:
    with pytest.raises(FormatError) as caught:
        dataset_csv.read("question\nok\nZürich\n".encode("latin-1"), "rows.csv")
    assert (caught.value.line, caught.value.column) == (3, 2)
    assert "0xFC is not UTF-8" in str(caught.value)
    assert "in Excel, as 'CSV UTF-8'" in str(caught.value)


def test_a_nul_byte_is_named_with_its_line() -> None:
    assert refused("question\na\n\0").line == 3


def test_all_problems_of_a_table_are_said_together() -> None:
    error = refused("question,expect,checks\na,x,\nb,,y\nc\nd,,\n")
    assert [(e.line, e.column) for e in (error, *error.others)] == [(2, "expect"), (3, "checks"), (4, None)]


def test_a_files_own_columns_can_be_mapped_and_are_named_in_messages() -> None:
    columns = {"Question": "inputs.question", "Truth": "expected", "Kind": "expect"}
    (example,) = read("Question,Truth,Kind\nq,,refuse\n", columns=columns)
    assert (example.inputs, example.expected, example.expect) == ({"question": "q"}, None, "refuse")
    assert refused("Question,Truth,Kind\nq,t,no\n", columns=columns).column == "Kind"


def test_a_plain_name_that_is_no_columns_is_an_input() -> None:
    columns = {"Query": "question", "Truth": "expected"}
    (example,) = read("Query,Truth,Topic\nq,t,fees\n", columns=columns)
    assert (example.inputs, example.expected) == ({"question": "q", "Topic": "fees"}, "t")
    assert "'question' a second time" in str(refused("Query,question\na,b\n", columns={"Query": "question"}))


@pytest.mark.parametrize("target", ["expcted", "input.x", " ", "tag"])
def test_a_column_can_be_nothing_that_is_nearly_a_columns_name(target: str) -> None:
    with pytest.raises(InputError, match="cannot be read as"):
        read("Query\nq\n", columns={"Query": target})


def test_a_column_that_is_not_known_is_said_with_the_ways_out_and_all_there_are() -> None:
    said = str(refused("inputs.question,Nr of row\nq,1\n"))
    assert "--column 'Nr of row=id' or --column 'Nr of row=metadata.Nr of row'" in said
    assert all(column in said for column in COLUMNS)


def test_a_mapped_column_that_is_not_there_is_refused() -> None:
    assert "no column 'Turth'" in str(refused("question,Truth\nq,t\n", columns={"Turth": "expected"}))


# Writing


def test_inputs_that_are_text_and_alike_have_columns_of_their_own() -> None:
    examples = [Example("a", {"q": "x", "r": "1"}), Example("b", {"r": "", "q": "y"}, tags=("t", "u"))]
    assert dataset_csv.write(examples) == "id,inputs.q,inputs.r,tags\na,x,1,\nb,y,,t|u\n"


def test_other_inputs_are_json_in_one_column() -> None:
    assert dataset_csv.write([Example("a", {"n": 1})]) == 'id,inputs\na,"{""n"": 1}"\n'


def test_a_table_for_spreadsheets_computes_nothing_and_shows_its_alphabet() -> None:
    formulas = ["=1+1", "+1", "-1", "@a", "\t=1", "\r=1"]
    text = dataset_csv.write([Example(name, {"=q": name}, expected=name) for name in formulas], for_spreadsheet=True)
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert rows[0] == ["id", "inputs.=q", "expected"]
    assert rows[1:] == [[f"'{name}"] * 3 for name in formulas]


@given(golden_rows())
def test_writing_and_reading_gives_the_same_rows(examples: tuple[Example, ...]) -> None:
    text = dataset_csv.write(examples)
    assert dataset_csv.read(text.encode()) == examples
    assert dataset_csv.write(dataset_csv.read(text.encode())) == text


@given(golden_rows())
def test_in_a_table_for_spreadsheets_no_cell_can_be_a_formula(examples: tuple[Example, ...]) -> None:
    text = dataset_csv.write(examples, for_spreadsheet=True).removeprefix("\ufeff")
    assert not [cell for _, row in read_rows(text, ",") for cell in row if cell.startswith(tuple("=+-@\t\r"))]


@given(st.lists(st.lists(TEXT, min_size=2, max_size=4), min_size=1, max_size=4))
def test_cells_agree_with_the_standard_library(rows: list[list[str]]) -> None:
    text = write_rows(rows)
    assert list(csv.reader(io.StringIO(text, newline=""), strict=True)) == rows
    standard = io.StringIO(newline="")
    csv.writer(standard).writerows(rows)
    assert [row for _, row in read_rows(standard.getvalue(), ",")] == rows


@given(st.one_of(st.binary(max_size=60), st.text('",;\t\n\r|[]{}:aidnputs', max_size=60).map(str.encode)))
def test_any_bytes_are_rows_or_a_format_error(data: bytes) -> None:
    for whole in (data, b"question,tags,inputs.a\n" + data):
        try:
            examples = dataset_csv.read(whole)
        except FormatError:
            continue
        assert examples
