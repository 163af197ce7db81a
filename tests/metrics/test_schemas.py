import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.scoring import an_output
from workbench.domain.score import Scored, Unscored
from workbench.errors import InputError
from workbench.metrics.schemas import JSON_SCHEMA, compile_schema, parse_json

SCHEMA = {
    "type": "object",
    "properties": {"days": {"type": "integer"}, "code": {"type": "string", "pattern": "^[a-z]+$"}},
    "required": ["days"],
}


def test_a_fitting_answer_is_valid_and_a_wrong_one_says_where():
    assert JSON_SCHEMA.score(an_output('{"days": 30}', schema=SCHEMA)) == Scored(1.0, "valid")
    result = JSON_SCHEMA.score(an_output('{"days": "x"}', schema=SCHEMA))
    assert result == Scored(0.0, "at $.days: 'x' is not of type 'integer'")


def test_without_a_schema_there_is_nothing_to_fit():
    assert isinstance(JSON_SCHEMA.score(an_output("{}")), Unscored)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('```json\n{"days": 1}\n```', "code fence"),
        ('{"days": 1', "line 1, column"),
        ('{"days": NaN}', "NaN is not a JSON number"),
        ("", "not JSON"),
        ("[" * 200_000, "nested too deeply"),
        ("9" * 10_000, "not JSON"),
    ],
)
def test_what_is_not_json_is_a_wrong_answer_with_a_plain_reason(text, problem):
    result = JSON_SCHEMA.score(an_output(text, schema=SCHEMA))
    assert isinstance(result, Scored)
    assert result.value == 0.0
    assert problem in result.reason


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "no such type"},
        {"pattern": "(a+)+b"},
        {"patternProperties": {"(a+)+b": {}}},
        {"properties": {"a": {"items": [{"pattern": "("}]}}},
        "text",
        {"const": float("nan")},
    ],
    ids=repr,
)
def test_a_schema_that_cannot_be_used_leaves_answers_unscored(schema):
    with pytest.raises(InputError):
        compile_schema(schema)
    assert isinstance(JSON_SCHEMA.score(an_output("{}", schema=schema)), Unscored)


@pytest.mark.parametrize("reference", ["http://127.0.0.1:9/schema.json", "file:///etc/hosts", "#/nowhere"])
def test_references_are_never_followed_out_of_the_schema(reference):
    result = JSON_SCHEMA.score(an_output("{}", schema={"$ref": reference}))
    assert isinstance(result, Unscored)
    assert "which it does not hold" in result.reason


def test_a_schema_that_refers_to_itself_without_end_leaves_answers_unscored():
    result = JSON_SCHEMA.score(an_output("{}", schema={"$ref": "#"}))
    assert isinstance(result, Unscored)


def test_a_number_beyond_all_measure_is_a_wrong_answer():
    result = JSON_SCHEMA.score(an_output("9" * 400, schema={"type": "number", "multipleOf": 0.01}))
    assert result == Scored(0.0, "the answer holds a number that is too large to be checked")


@given(st.text())
def test_reading_json_never_raises(text):
    value, problem = parse_json(text)
    assert problem is None or value is None
