"""Golden sets as JSON Lines: every field, every refusal with its line, and nothing lost in writing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.golden_rows import golden_rows
from workbench.domain.dataset import Check, Example
from workbench.domain.prompt import Message
from workbench.errors import FormatError, InputError
from workbench.formats import dataset_jsonl

FULL: dict[str, Any] = {
    "id": "q-001",
    "inputs": {"question": "How long?", "year": 2026},
    "expected": "30 days",
    "relevant": ["handbook.md#leave"],
    "expect": "refuse",
    "checks": [
        {"type": "contains", "value": "30 days"},
        {"type": "similarity", "value": "thirty days", "threshold": 0.7},
    ],
    "must_pass": True,
    "cluster": "leave",
    "tags": ["leave", "adversarial"],
    "history": [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}],
    "context": ["Leave is 30 days."],
    "metadata": {"severity": "high"},
}


def lines(*rows: Any) -> bytes:
    return "\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows).encode()


def refused(data: bytes, **more: Any) -> FormatError:
    with pytest.raises(FormatError) as caught:
        dataset_jsonl.read(data, "rows.jsonl", **more)
    assert str(caught.value).startswith("rows.jsonl")
    return caught.value


def test_every_field_of_a_row_is_read() -> None:
    assert dataset_jsonl.read(lines(FULL)) == (
        Example(
            id="q-001",
            inputs={"question": "How long?", "year": 2026},
            expected="30 days",
            relevant=("handbook.md#leave",),
            expect="refuse",
            checks=(Check("contains", "30 days"), Check("similarity", "thirty days", 0.7)),
            must_pass=True,
            cluster="leave",
            tags=("leave", "adversarial"),
            history=(Message("user", "Hello"), Message("assistant", "Hi")),
            context=("Leave is 30 days.",),
            metadata={"severity": "high"},
        ),
    )


def test_only_inputs_is_required_and_null_is_as_good_as_absent() -> None:
    nulls = dict.fromkeys(FULL) | {"id": "a", "inputs": {"q": 1}}
    assert dataset_jsonl.read(lines({"id": "a", "inputs": {"q": 1}})) == dataset_jsonl.read(lines(nulls))


def test_no_sources_given_and_no_sources_known_are_told_apart() -> None:
    given, unknown = dataset_jsonl.read(lines({"inputs": {}, "context": []}, {"inputs": {"a": 1}}))
    assert given.context == ()
    assert unknown.context is None


def test_blank_lines_windows_line_ends_and_a_byte_order_mark_do_no_harm() -> None:
    data = b'\xef\xbb\xbf{"inputs": {"q": "a"}}\r\n\r\n  \n{"inputs": {"q": "b"}}\r\n'
    assert [example.inputs["q"] for example in dataset_jsonl.read(data)] == ["a", "b"]


def test_line_ends_of_other_alphabets_stay_inside_a_text() -> None:
    data = '{"inputs": {"q": "a\u2028b\x85c"}}'.encode()
    assert dataset_jsonl.read(data)[0].inputs == {"q": "a\u2028b\x85c"}


ONE = {"inputs": {"q": 1}}


@pytest.mark.parametrize(
    ("row", "column", "message"),
    [
        ("{", 2, "not JSON"),
        ('{"inputs": {"q": NaN}}', 1, "NaN is no JSON number"),
        ('{"inputs": {"q": 1e999}}', 1, "too large"),
        ('{"inputs": {"q": ' + "9" * 5000 + "}}", 1, "a number is too long"),
        ('{"inputs": {}, "inputs": {}}', 1, "the key 'inputs' is there twice"),
        ('{"inputs": {"q": "\\ud800"}}', 1, "lone surrogate"),
        ('{"inputs": {"q\\u0000": 1}}', 1, "NUL character"),
        ('{"inputs": ' + "[" * 60 + "]" * 60 + "}", 1, "levels of nesting"),
        ('{"inputs": ' + '{"a":' * 100_000, 1, "levels of nesting"),
        ({"inputs": {"q": "x" * 1_048_577}}, 1, "the limit is 1,048,576"),
        ('{"inputs": {}} {}', 16, "more after the value"),
        ([1], None, "a row is a JSON object"),
        ("3", None, "a row is a JSON object"),
        ({"id": "a"}, None, "the row has no 'inputs'"),
        ({"inputs": None}, None, "the row has no 'inputs'"),
        ({"question": "a"}, None, "but 'question'. Put what the prompt asks for inside 'inputs'"),
        ({"inputs": [1]}, "inputs", "expected a mapping, found a list"),
        (ONE | {"expcted": "a"}, "expcted", "Did you mean 'expected'"),
        (ONE | {"id": 7}, "id", "expected text, found the number 7"),
        (ONE | {"id": " a"}, "id", "begins or ends with a blank"),
        (ONE | {"expected": ["a"]}, "expected", "expected text, found a list"),
        (ONE | {"relevant": "a.md"}, "relevant", "expected a list"),
        (ONE | {"relevant": [1]}, "relevant", "relevant[0]: expected text"),
        (ONE | {"tags": ["a", " "]}, "tags", "one of the texts is empty"),
        (ONE | {"expect": "maybe"}, "expect", "one of answer, refuse, ignore"),
        (ONE | {"must_pass": "yes"}, "must_pass", "expected true or false"),
        (ONE | {"cluster": 1}, "cluster", "expected text"),
        (ONE | {"history": [{"role": "bot", "content": ""}]}, "history", "history[0].role: expected one of"),
        (ONE | {"history": [{"role": "user"}]}, "history", "history[0]: the key 'content' is missing"),
        (ONE | {"history": [{"role": "user", "text": ""}]}, "history", "history[0].text: this key is not known"),
        (ONE | {"context": "a"}, "context", "expected a list"),
        (ONE | {"metadata": 1}, "metadata", "expected a mapping"),
        (ONE | {"inputs.a": 1}, "inputs", "both 'inputs' and 'inputs.a'"),
        (ONE | {"checks": {"type": "equals"}}, "checks", "expected a list"),
        (ONE | {"checks": [{"type": "equal", "value": "a"}]}, "checks", "checks[0].type: expected one of equals"),
        (ONE | {"checks": [{"value": "a"}]}, "checks", "checks[0]: the key 'type' is missing"),
        (ONE | {"checks": [{"type": "equals"}]}, "checks", "checks[0]: the key 'value' is missing"),
        (ONE | {"checks": [{"type": "equals", "vlaue": 1}]}, "checks", "checks[0].vlaue: this key is not known"),
        (ONE | {"checks": [{"type": "equals", "value": 3}]}, "checks", "checks[0].value: expected text"),
        (ONE | {"checks": [{"type": "contains", "value": ""}]}, "checks", "the text is empty"),
        (ONE | {"checks": [{"type": "regex", "value": "("}]}, "checks", "no regular expression"),
        (ONE | {"checks": [{"type": "json_schema", "value": {"type": "x"}}]}, "checks", "no JSON schema"),
        (ONE | {"checks": [{"type": "json_schema", "value": "x"}]}, "checks", "expected a mapping"),
        (ONE | {"checks": [{"type": "json_schema", "value": {"$schema": []}}]}, "checks", "no JSON schema"),
        (ONE | {"checks": [{"type": "contains_all", "value": []}]}, "checks", "the list is empty"),
        (
            ONE | {"checks": [{"type": "contains_any", "value": ["a", 1]}]},
            "checks",
            "checks[0].value[1]: expected text",
        ),
        (ONE | {"checks": [{"type": "max_words", "value": 0}]}, "checks", "a whole number, 1 or more"),
        (ONE | {"checks": [{"type": "similarity", "value": "a", "threshold": 80}]}, "checks", "from 0 to 1"),
        (ONE | {"checks": [{"type": "equals", "value": "a", "threshold": 0.5}]}, "checks", "has no threshold"),
    ],
)
def test_a_wrong_row_is_refused_with_line_and_column(row: Any, column: int | str | None, message: str) -> None:
    error = refused(lines({"inputs": {"q": "fine"}}, row, ""))
    assert message in str(error)
    assert (error.line, error.column) == (2, column)


def test_all_problems_of_a_file_are_said_together_by_line() -> None:
    error = refused(lines({"inputs": 1, "tags": "a"}, "nope", {"inputs": {}}, {"inputs": {}, "expect": "?"}))
    assert [(e.line, e.column) for e in (error, *error.others)] == [
        (1, "inputs"),
        (1, "tags"),
        (2, 1),
        (4, "expect"),
    ]
    assert len(str(error).splitlines()) == 4


def test_of_very_many_problems_twenty_are_said_and_the_others_counted() -> None:
    error = refused(lines(*["nope"] * 50))
    assert len(error.others) == 20
    assert "there are 30 more problems" in str(error.others[-1])


def test_rows_with_the_same_id_are_both_named() -> None:
    error = refused(lines({"id": "a", "inputs": {}}, {"id": "b", "inputs": {}}, {"id": "a", "inputs": {}}))
    assert (error.line, error.column) == (3, "id")
    assert "the id 'a' is in line 1 too" in str(error)


@pytest.mark.parametrize("data", [b"", b" \n\n"])
def test_a_file_without_rows_is_refused(data: bytes) -> None:
    assert "no rows" in str(refused(data))


def test_json_over_several_lines_is_recognised() -> None:
    assert "JSON Lines has one whole row on each line" in str(refused(b'[\n  {"inputs": {}}\n]'))


@pytest.mark.parametrize(
    ("data", "line", "column", "message"),
    [
        (b'{"inputs": {}}\n{"inputs": "\xe9"}', 2, 13, "0xE9 is not UTF-8"),
        (b'\xef\xbb\xbf{"inputs": "\xe9"}', 1, 16, "0xE9 is not UTF-8"),
        (b'{"inputs": {}}\n\0', 2, 1, "NUL byte"),
        ("{}".encode("utf-16"), None, None, "UTF-16"),
        (b"PK\x03\x04xlsx", None, None, "a spreadsheet"),
    ],
)
def test_what_is_no_utf_8_text_is_named(data: bytes, line: int | None, column: int | None, message: str) -> None:
    error = refused(data)
    assert message in str(error)
    assert (error.line, error.column) == (line, column)


# A file's own names


def test_a_files_own_names_can_be_mapped() -> None:
    rows = lines({"question": "q", "truth": "t", "page": 3})
    columns = {"question": "inputs.question", "truth": "expected", "page": "metadata.page"}
    (example,) = dataset_jsonl.read(rows, columns=columns)
    assert (example.inputs, example.expected, example.metadata) == ({"question": "q"}, "t", {"page": 3})


def test_messages_speak_of_the_files_own_names() -> None:
    error = refused(lines({"inputs": {}, "truth": 1}), columns={"truth": "expected"})
    assert error.column == "truth"


def test_a_mapped_name_that_no_row_has_is_refused() -> None:
    error = refused(lines({"inputs": {}, "truth": "a"}), columns={"turth": "expected", "truth": "cluster"})
    assert "there is no 'turth'" in str(error)
    assert "Did you mean 'truth'" in str(error)


def test_two_values_under_one_name_are_refused() -> None:
    error = refused(lines({"inputs": {}, "truth": "a", "expected": "b"}), columns={"truth": "expected"})
    assert "this is 'expected' a second time" in str(error)


@pytest.mark.parametrize("columns", [{"a": "expcted"}, {"a": "inputs."}, {"a": "tags.x"}, {"a": "id", "b": "id"}])
def test_a_mapping_to_no_column_or_twice_to_one_is_refused(columns: dict[str, str]) -> None:
    with pytest.raises(InputError, match="cannot"):
        dataset_jsonl.read(lines({"inputs": {}}), columns=columns)


def test_a_mapping_to_a_plain_name_makes_an_input() -> None:
    (example,) = dataset_jsonl.read(lines({"Query": "When?"}), columns={"Query": "question"})
    assert example.inputs == {"question": "When?"}


# Ids


def derived(*rows: dict[str, Any]) -> list[str]:
    return [example.id for example in dataset_jsonl.read(lines(*rows))]


def test_derived_ids_stay_when_rows_change_places() -> None:
    a, b = {"inputs": {"q": "a"}}, {"inputs": {"q": "b"}}
    again = {"inputs": {"q": "a"}, "expected": "other"}
    forwards, backwards = derived(a, b, again), derived(again, b, a)
    assert forwards == backwards[::-1]
    assert len(set(forwards)) == 3


def test_derived_ids_stay_when_an_expectation_is_edited() -> None:
    assert derived({"inputs": {"q": "a"}}) == derived({"inputs": {"q": "a"}, "expected": "b", "tags": ["t"]})


def test_the_second_of_two_equal_rows_has_a_two_at_its_end() -> None:
    first, second = derived({"inputs": {"q": "a"}}, {"inputs": {"q": "a"}})
    assert second == f"{first}-2"


def test_a_derived_id_never_takes_one_that_a_row_has() -> None:
    (own,) = derived({"inputs": {"q": "a"}})
    assert derived({"inputs": {"q": "a"}}, {"id": own, "inputs": {"q": "a"}}) == [f"{own}-2", own]


# Properties


@given(golden_rows())
def test_writing_and_reading_gives_the_same_rows(examples: tuple[Example, ...]) -> None:
    text = dataset_jsonl.write(examples)
    assert dataset_jsonl.read(text.encode()) == examples
    assert dataset_jsonl.write(dataset_jsonl.read(text.encode())) == text


def test_what_has_its_default_is_not_written() -> None:
    assert dataset_jsonl.write([Example("a", {"q": 1})]) == '{"id": "a", "inputs": {"q": 1}}\n'


@given(st.one_of(st.binary(max_size=60), st.text('{}[]":,\\inputs 0e\n', max_size=60).map(str.encode)))
def test_any_bytes_are_rows_or_a_format_error(data: bytes) -> None:
    try:
        examples = dataset_jsonl.read(data)
    except FormatError:
        return
    assert examples


COLUMN = st.sampled_from([*FULL, "extra", "inputs.a"])
VALUE = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3)),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "value", "role"]), inner),
    max_leaves=4,
)


@given(st.lists(st.dictionaries(COLUMN, VALUE, max_size=5), max_size=3))
def test_any_json_is_rows_or_a_format_error(rows: list[dict[str, Any]]) -> None:
    try:
        examples = dataset_jsonl.read(lines(*rows))
    except FormatError:
        return
    assert len(examples) == len(rows)
