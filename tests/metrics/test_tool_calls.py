import pytest

from tests.support.scoring import an_output
from workbench.domain.model import ToolCall
from workbench.domain.score import Unscored
from workbench.metrics.tool_calls import TOOL_CALLS

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = (
    {"type": "function", "function": {"name": "weather", "parameters": SCHEMA}},
    {"name": "clock"},
    {"name": "delete_account", "input_schema": {"type": "object"}},
)
ALLOWED = ("weather", "clock")


def score(*calls, **fields):
    made = [ToolCall(f"c{at}", name, arguments) for at, (name, arguments) in enumerate(calls)]
    return TOOL_CALLS.score(an_output("", tool_calls=made, **{"tools": TOOLS, "allowed_tools": ALLOWED, **fields}))


def test_calls_of_allowed_tools_with_fitting_arguments_pass():
    assert score(("weather", '{"city": "Oslo"}'), ("clock", "")).value == 1.0


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (("delete_account", "{}"), "not among the allowed"),
        (("shell", "{}"), "no tool of the prompt"),
        (("weather", '{"town": "Oslo"}'), "'city' is a required property"),
        (("weather", "{city: Oslo"), "not JSON"),
        (("clock", "now"), "not JSON"),
    ],
)
def test_one_call_that_is_wrong_fails_the_answer_and_is_named(call, says):
    found = score(("weather", '{"city": "Oslo"}'), call)
    assert found.value == 0.0
    assert says in found.reason


def test_without_a_list_of_its_own_a_policy_allows_what_the_prompt_offers():
    assert score(("delete_account", "{}"), allowed_tools=()).value == 1.0


def test_a_call_where_no_tool_was_offered_fails():
    assert score(("clock", "{}"), tools=()).value == 0.0


@pytest.mark.parametrize("tools", [TOOLS, ()])
def test_without_a_call_there_is_no_score(tools):
    assert isinstance(score(tools=tools), Unscored)


def test_a_schema_that_is_none_is_no_fault_of_the_answer():
    found = score(("odd", "{}"), tools=({"name": "odd", "parameters": {"type": 7}},), allowed_tools=())
    assert isinstance(found, Unscored)
    assert "schema cannot be used" in found.reason
