from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st


def test_a_schema_is_filled_by_name_and_type(ask):
    schema = {
        "type": "object",
        "properties": {
            "answer": {"type": "string", "maxLength": 500},
            "sources": {"type": "array", "items": {"type": "integer"}},
            "files": {"type": "array", "items": {"type": "string"}},
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "found": {"type": "boolean"},
            "topic": {"enum": ["leave", "fee", "other"]},
        },
        "required": ["answer", "sources"],
        "additionalProperties": False,
    }
    value = json.loads(ask("Cite sources.", schema=schema).text)
    jsonschema.validate(value, schema)
    assert "1%" in value["answer"]
    assert (value["sources"], value["files"], value["found"], value["topic"]) == ([1], ["fees.md"], True, "fee")


def test_references_inside_a_schema_are_followed_and_nested_objects_are_built(ask):
    schema = {
        "$defs": {
            "cite": {"type": "object", "properties": {"source": {"type": "integer"}, "quote": {"type": "string"}}}
        },
        "type": "object",
        "properties": {"answer": {"type": "string"}, "citations": {"type": "array", "items": {"$ref": "#/$defs/cite"}}},
    }
    value = json.loads(ask("", schema=schema).text)
    assert value["citations"][0]["source"] == 1
    assert "1%" in value["citations"][0]["quote"]


def test_a_declined_question_fits_the_schema_too(ask):
    schema = {
        "type": "object",
        "properties": {
            "answer": {"type": "string"},
            "citations": {"type": "array", "items": {"type": "integer"}},
            "answered": {"type": "boolean"},
        },
        "required": ["answer", "citations", "answered"],
    }
    value = json.loads(
        ask("If the sources lack the answer, say 'No idea.'", "What is the dress code?", schema=schema).text
    )
    assert value == {"answer": "No idea.", "citations": [], "answered": False}


def test_an_answer_that_cannot_fit_says_so(ask):
    answer = ask("", schema={"type": "object", "properties": {"answer": {"type": "string", "pattern": "^ZZZ$"}}})
    assert any("does not fit the response schema" in note for note in answer.notes)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://nowhere.invalid/x.json"},
        {"$ref": "#/a", "a": {"$ref": "#/a"}},
        {"allOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"type": "object", "properties": {name: {"$ref": "#"} for name in "abcdefgh"}},
        {"type": "object", "properties": {"answer": {"type": "string", "pattern": "^(a+)+$"}}},
        {"type": 7},
        {},
    ],
)
def test_a_schema_that_leads_nowhere_still_gives_json(ask, schema):
    text = ask("", schema=schema).text
    json.loads(text)
    assert len(text) < 100_000


_LEAVES = st.sampled_from(
    [
        {"type": "string"},
        {"type": "integer"},
        {"type": "number"},
        {"type": "boolean"},
        {"enum": ["yes", "no"]},
        {"const": 3},
        {"type": ["string", "null"]},
    ]
)
_SCHEMAS = st.recursive(
    _LEAVES,
    lambda inner: (
        st.builds(lambda items: {"type": "array", "items": items, "minItems": 1}, inner)
        | st.dictionaries(
            st.sampled_from(["answer", "sources", "score", "file", "x", "is_allowed", "quote"]), inner, max_size=4
        ).map(
            lambda properties: {
                "type": "object",
                "properties": properties,
                "required": sorted(properties),
                "additionalProperties": False,
            }
        )
    ),
    max_leaves=8,
)


@settings(max_examples=80, deadline=None)
@given(
    schema=_SCHEMAS, question=st.sampled_from(["How much is the early repayment fee?", "What is the dress code?", ""])
)
def test_ordinary_schemas_are_met(ask, schema, question):
    answer = ask("Only use the sources.", question, schema=schema)
    jsonschema.validate(json.loads(answer.text), schema)
