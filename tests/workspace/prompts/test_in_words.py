import json

import pytest

from workbench.workspace.prompts import in_words


def test_the_fields_of_a_form_are_said_with_their_kinds_choices_and_meaning():
    schema = {
        "type": "object",
        "properties": {
            "verdict": {"enum": ["yes", "no"], "description": "What it comes to"},
            "sources": {"type": "array", "items": {"type": "integer"}},
            "note": {"type": ["string", "null"]},
        },
        "required": ["verdict", "sources"],
    }

    assert in_words.form(json.dumps(schema)) == [
        "verdict: one of yes, no (What it comes to)",
        "sources: a list, each a whole number",
        "note: text or nothing, may be left out",
    ]


def test_a_tool_is_said_with_what_it_is_given():
    function = {"name": "look", "description": "Looks it up", "parameters": {"properties": {"day": {"type": "string"}}}}

    assert in_words.tools(json.dumps([{"type": "function", "function": function}])) == [
        "look (Looks it up), given day: text, may be left out"
    ]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '[{"name": 3}]', '{"properties": []}', '{"properties": {"a": 3}}']
)
def test_of_what_is_no_form_and_no_tool_nothing_is_said(text):
    assert in_words.form(text) == []
    assert in_words.tools(text) == []


def test_the_simple_form_asks_for_what_it_says():
    assert in_words.form(in_words.SIMPLE_FORM) == [
        "answer: text (What the person is told)",
        "found: yes or no (Whether the sources hold the answer)",
    ]
