"""Columns of golden sets, recognised by the names that people and tools give them."""

from __future__ import annotations

import pytest
from hypothesis import given

from tests.support.golden_rows import golden_rows
from workbench.domain.dataset import Example
from workbench.formats import dataset_csv, dataset_jsonl
from workbench.formats.dataset_columns import columns_of, recognised
from workbench.formats.dataset_rows import COLUMNS


def known(header: str, *rows: str, told: dict[str, str] | None = None, wanted: tuple[str, ...] = ()) -> dict[str, str]:
    return recognised(columns_of("\n".join((header, *rows)).encode(), "a.csv"), told or {}, wanted)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Nr;Question;Ideal answer;Topic", {"Nr": "id", "Ideal answer": "expected", "Question": "question"}),
        (
            "#,Question,Ground Truth,Tags",
            {"#": "id", "Question": "question", "Ground Truth": "expected", "Tags": "tags"},
        ),
        ("QUESTION,Expected,Must pass", {"QUESTION": "question", "Expected": "expected", "Must pass": "must_pass"}),
        ("No,question,reference,answer", {"No": "id", "reference": "expected"}),
        ("question,expected,answer", {}),
        ("question,Question,expected", {}),
        ("id,Nr,question", {}),
        ("question,Context,Checks", {}),
        ("input,query,year", {}),
    ],
)
def test_columns_are_known_by_their_usual_names_where_no_exact_one_is_there(
    header: str, expected: dict[str, str]
) -> None:
    cells = header.replace(";", ",").count(",")
    delimiter = ";" if ";" in header else ","
    assert known(header, *(delimiter.join([str(row)] * (cells + 1)) for row in (1, 2))) == expected


@pytest.mark.parametrize("rows", [("1,a", "1,b"), ("1,a", ",b"), (" 1,a", "2,b"), ()])
def test_numbers_are_ids_only_where_every_row_has_its_own(rows: tuple[str, ...]) -> None:
    assert "Nr" not in known("Nr,Question", *rows)


def test_what_was_told_and_what_a_prompt_asks_for_come_first() -> None:
    row = "a,b,c"
    assert known("Question,answer,Country", row, told={"answer": "inputs.answer"}) == {"Question": "question"}
    assert known("Question,answer,Country", row, told={"Country": "expected"}) == {"Question": "question"}
    assert known("Question,answer,Country", row, wanted=("answer", "country")) == {
        "Question": "question",
        "Country": "country",
    }


def test_in_json_the_question_is_an_input_too_and_numbers_are_no_ids() -> None:
    columns = columns_of(b'{"Nr": 1, "question": "When?", "Ideal answer": "At nine."}\n', "a.jsonl")
    assert recognised(columns, {}) == {"Ideal answer": "expected", "question": "question"}


def test_what_was_recognised_is_read() -> None:
    data = "\ufeffNr;Question;Ideal answer;Topic\r\n7;When?;At nine.;hours\r\n".encode()
    rows = dataset_csv.read(data, columns=recognised(columns_of(data, "a.csv"), {}))
    assert rows == (Example("7", {"question": "When?", "Topic": "hours"}, expected="At nine."),)


@given(golden_rows())
def test_files_that_the_workbench_wrote_are_read_by_their_exact_names(examples: tuple[Example, ...]) -> None:
    for file, text in (("a.csv", dataset_csv.write(examples)), ("a.jsonl", dataset_jsonl.write(examples))):
        assert recognised(columns_of(text.encode(), file), {}, ("question", *COLUMNS)) == {}
