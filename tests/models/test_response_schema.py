"""When a schema is sent, and when strictly."""

from __future__ import annotations

import pytest

from workbench.domain.model import ModelSpec
from workbench.models.response_schema import is_strict, response_format

STRICT = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"type": "string"}}},
    "required": ["a"],
    "additionalProperties": False,
}


@pytest.mark.parametrize(
    ("model", "sent"),
    [
        ("openai/gpt-4o-mini", True),
        ("anthropic/claude-sonnet-4-5", True),
        ("openai/my-own-server", True),
        ("hosted_vllm/anything", True),
        ("replicate/some/model", False),
    ],
)
def test_a_schema_goes_to_models_that_are_known_to_take_one(model: str, sent: bool) -> None:
    assert (response_format(ModelSpec("m", model), STRICT) is not None) is sent


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        (STRICT, True),
        ({"type": "string"}, True),
        ({**STRICT, "required": []}, False),
        ({**STRICT, "additionalProperties": True}, False),
        ({**STRICT, "properties": {"a": {"type": "object"}}}, False),
        ({**STRICT, "properties": {"a": {"anyOf": [{"type": "null"}, {"type": "object"}]}}}, False),
        ({**STRICT, "properties": []}, False),
        ({"type": "object", "required": None}, False),
    ],
)
def test_a_schema_is_strict_only_when_nothing_in_it_is_left_open(schema: object, strict: bool) -> None:
    assert is_strict(schema) is strict


def test_a_schema_that_is_not_strict_is_sent_without_the_word() -> None:
    form = response_format(ModelSpec("m", "openai/x"), {"type": "object"})
    assert form == {"type": "json_schema", "json_schema": {"name": "answer", "schema": {"type": "object"}}}
