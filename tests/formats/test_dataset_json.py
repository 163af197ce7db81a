"""Golden sets as one JSON list."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.golden_rows import golden_rows
from workbench.domain.dataset import Example
from workbench.errors import FormatError
from workbench.formats import dataset_json, dataset_jsonl


def refused(text: str) -> FormatError:
    with pytest.raises(FormatError) as caught:
        dataset_json.read(text.encode(), "rows.json")
    return caught.value


def test_a_list_over_any_number_of_lines_is_read() -> None:
    data = b'\xef\xbb\xbf\n[\n {"inputs": {"q": "a"}},\r\n {"inputs":\n {"q": "b"}}\n]\n'
    assert [example.inputs["q"] for example in dataset_json.read(data)] == ["a", "b"]


def test_a_files_own_names_can_be_mapped() -> None:
    (example,) = dataset_json.read(b'[{"question": "q"}]', columns={"question": "inputs.question"})
    assert example.inputs == {"question": "q"}


@pytest.mark.parametrize(
    ("text", "line", "column", "message"),
    [
        ("", 1, 1, "not a JSON list of rows"),
        ('{"inputs": {}}', 1, 1, "not a JSON list of rows"),
        ("[]", None, None, "there are no rows"),
        ('[{"inputs": {}}\n', 2, 1, "expected ',' or ']'"),
        ('[{"inputs": {}},\n]', 2, 1, "not JSON"),
        ('[{"inputs": {}}] x', 1, 18, "more after the list"),
        ('[{"inputs": {}},\n\n  {"inputs": {"a": 1, "a": 2}}]', 3, 3, "the key 'a' is there twice"),
        ('[{"inputs": {}},\n 3]', 2, None, "a row is a JSON object"),
        ('[\n{"inputs": {}},\n{"inputs": {},\n "expect": "x"}]', 3, "expect", "one of answer, refuse, ignore"),
        ('[{"question": 1}]', 1, None, "the row has no 'inputs', but 'question'"),
    ],
)
def test_what_is_wrong_is_said_with_the_line(
    text: str, line: int | None, column: int | str | None, message: str
) -> None:
    error = refused(text)
    assert message in str(error)
    assert (error.line, error.column) == (line, column)


@given(golden_rows(), st.sampled_from([None, 2]))
def test_the_same_rows_are_the_same_examples_in_json_and_in_json_lines(
    examples: tuple[Example, ...], indent: int | None
) -> None:
    rows = [json.loads(line) for line in dataset_jsonl.write(examples).split("\n")[:-1]]
    assert dataset_json.read(json.dumps(rows, indent=indent).encode()) == examples


@given(st.text('{}[]":,inputs 0\n', max_size=60))
def test_any_text_is_rows_or_a_format_error(text: str) -> None:
    try:
        examples = dataset_json.read(text.encode())
    except FormatError:
        return
    assert examples
