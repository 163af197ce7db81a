"""What the user's code may return, and what it may not."""

import json
import math
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage, ToolMessage

from workbench.domain.model import ToolCall, Usage
from workbench.errors import BadResponseError, ProviderError, UnusableAnswerError
from workbench.models.python.answers import Answer, check_piece, joined, read


def counted(prompt, completion, **fields):
    return {"input_tokens": prompt, "output_tokens": completion, "total_tokens": prompt + completion, **fields}


def test_a_text_is_an_answer_of_which_nothing_else_is_known():
    assert read("Salty.") == Answer("Salty.", Usage(None, None, None), None, None)


@pytest.mark.parametrize("key", ["text", "content", "output", "answer"])
def test_a_mapping_names_its_text_in_one_of_the_usual_ways(key):
    assert read({key: "Salty.", "question": "Is it?"}).text == "Salty."


def test_a_mapping_may_say_all_that_is_known_of_a_hosted_model():
    answer = read(
        {
            "text": "Salty.",
            "usage": {"prompt_tokens": 12, "completion_tokens": 3, "cached_tokens": 4},
            "cost_usd": 0.002,
            "sources": ["The sea is salty.", Document("Lakes are not."), {"page_content": "Rivers neither."}],
            "tool_calls": [{"id": "c1", "name": "look_up", "args": {"word": "sea"}}],
            "model": "tiny-7",
            "finish_reason": "stop",
            "notes": ["searched twice"],
        }
    )
    assert answer == Answer(
        text="Salty.",
        usage=Usage(12, 3, 4),
        cost_usd=0.002,
        sources=("The sea is salty.", "Lakes are not.", "Rivers neither."),
        tool_calls=(ToolCall("c1", "look_up", '{"word": "sea"}'),),
        model="tiny-7",
        finish_reason="stop",
        notes=("searched twice",),
    )


@pytest.mark.parametrize(
    "counts",
    [
        {"usage": {"input_tokens": 12, "output_tokens": 3, "input_token_details": {"cache_read": 4}}},
        {"usage": {"prompt_tokens": 12, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 4}}},
        {"prompt_tokens": 12, "completion_tokens": 3, "cached_tokens": 4},
        {"input_tokens": np.int64(12), "output_tokens": np.int64(3), "cached_tokens": 4},
    ],
)
def test_tokens_are_read_by_the_names_of_openai_and_langchain(counts):
    assert read({"text": "Salty.", **counts}).usage == Usage(12, 3, 4)


def test_what_is_left_out_is_unknown_and_an_empty_list_of_sources_is_known():
    assert read({"text": "a", "usage": {"prompt_tokens": 3}}).usage == Usage(3, None, None)
    assert read({"text": "a", "usage": None, "cost_usd": None}).cost_usd is None
    assert read({"text": "a"}).sources is None
    assert read({"text": "a", "sources": []}).sources == ()


@pytest.mark.parametrize("cost", [0, 0.25, np.float64(0.25), Decimal("0.25")])
def test_a_cost_is_any_number_of_dollars(cost):
    read_cost = read({"text": "a", "cost_usd": cost}).cost_usd
    assert read_cost == float(cost)
    assert type(read_cost) is float


def test_a_message_of_langchain_says_tokens_model_and_calls():
    message = AIMessage(
        [
            {"type": "reasoning", "reasoning": "hm"},
            {"type": "text", "text": "Sal"},
            "ty.",
            {"type": "tool_use", "id": "c1", "name": "look_up", "input": {}},
        ],
        usage_metadata=counted(12, 3, input_token_details={"cache_read": 4}),
        tool_calls=[{"id": "c1", "name": "look_up", "args": {"word": "sea"}}],
        response_metadata={"model_name": "tiny-7", "finish_reason": "stop"},
    )
    expected = Answer(
        "Salty.",
        Usage(12, 3, 4),
        tool_calls=(ToolCall("c1", "look_up", '{"word": "sea"}'),),
        model="tiny-7",
        finish_reason="stop",
    )
    assert read(message) == expected
    assert read({"answer": message, "sources": []}) == Answer(**{**vars(expected), "sources": ()})
    assert read(AIMessageChunk("Salty.")).text == "Salty."


def test_an_agents_state_answers_with_its_last_message_and_counts_all_its_calls():
    call = {"id": "c1", "name": "look_up", "args": {}}
    state = {
        "messages": [
            HumanMessage("Hello"),
            AIMessage("Earlier turn, not paid now"),
            HumanMessage("Is it?"),
            AIMessage("", tool_calls=[call], usage_metadata=counted(10, 5)),
            ToolMessage("salt", tool_call_id="c1"),
            AIMessage("Salty.", usage_metadata=counted(20, 3)),
        ]
    }
    answer = read(state)
    assert (answer.text, answer.usage) == ("Salty.", Usage(30, 8, None))
    assert answer.tool_calls == (ToolCall("c1", "look_up", "{}"),)
    state["messages"][3] = AIMessage("", tool_calls=[call])
    assert read(state).usage == Usage(None, None, None)


def test_a_call_without_a_text_is_an_answer():
    form = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": '{"a": '}}
    assert read({"tool_calls": [form]}) == Answer("", tool_calls=(ToolCall("c1", "look_up", '{"a": '),))
    assert read(AIMessage("", tool_calls=[{"id": None, "name": "x", "args": {}}])).tool_calls == (
        ToolCall("", "x", "{}"),
    )


@pytest.mark.parametrize("empty", ["", " \n", {"text": ""}, AIMessage(""), {"content": []}])
def test_an_empty_answer_is_none_and_may_be_asked_for_again(empty):
    with pytest.raises(BadResponseError, match="empty") as caught:
        read(empty)
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "a value of type NoneType"),
        (b"Salty.", "a value of type bytes"),
        (["Salty."], "a value of type list"),
        (42, "a value of type int"),
        (HumanMessage("Salty."), "a value of type HumanMessage"),
        (SimpleNamespace(text="Salty."), "a value of type SimpleNamespace"),
        ({}, "a mapping without an answer; it has nothing"),
        ({"result": "Salty."}, "a mapping without an answer; it has 'result'"),
        ({"text": "input", "answer": "Salty."}, "both 'text' and 'answer'"),
        ({"text": 3}, "`text` of type int"),
        ({"text": [3]}, "a block of type int"),
        ({"text": "a", "usage": 12}, "`usage` of type int"),
        ({"text": "a", "prompt_tokens": -1}, "-1 as `prompt_tokens`"),
        ({"text": "a", "prompt_tokens": 1.0}, "1.0 as `prompt_tokens`"),
        ({"text": "a", "prompt_tokens": True}, "True as `prompt_tokens`"),
        ({"text": "a", "prompt_tokens": "12"}, "'12' as `prompt_tokens`"),
        ({"text": "a", "prompt_tokens": 10**400}, "a value of type int as `prompt_tokens`"),
        ({"text": "a", "cost_usd": 10**5000}, "a value of type int as `cost_usd`"),
        ({"text": "a", "prompt_tokens": 1, "cached_tokens": 2}, "2 cached tokens of 1"),
        ({"text": "a", "cost_usd": math.nan}, "nan as `cost_usd`"),
        ({"text": "a", "cost_usd": math.inf}, "inf as `cost_usd`"),
        ({"text": "a", "cost_usd": -0.1}, "-0.1 as `cost_usd`"),
        ({"text": "a", "cost_usd": "$1"}, "as `cost_usd`"),
        ({"text": "a", "cost_usd": True}, "as `cost_usd`"),
        ({"text": "a", "cost_usd": Decimal("NaN")}, "as `cost_usd`"),
        ({"text": "a", "sources": "one text"}, "`sources` of type str"),
        ({"text": "a", "sources": [3]}, "a int where `sources` has a text"),
        ({"text": "a", "tool_calls": ["look_up"]}, "a tool call of type str"),
        ({"text": "a", "tool_calls": [{"args": {}}]}, "where `tool_calls` has a text"),
        ({"text": "a", "tool_calls": [{"name": "x", "args": {"a": {1}}}]}, "no JSON"),
        ({"text": "a", "model": 7}, "where `model` has a text"),
        ({"text": "a", "finish_reason": 7}, "where `finish_reason` has a text"),
        ({"text": "a", "notes": "one"}, "`notes` of type str"),
        ({"text": "a", "notes": [1]}, "where `notes` has a text"),
        ({"messages": [HumanMessage("a")]}, "do not end with a message of a model"),
        ({"messages": []}, "do not end with a message of a model"),
        ({"messages": "a"}, "`messages` of type str"),
    ],
)
def test_anything_else_is_refused_by_name_and_not_asked_for_again(value, said):
    with pytest.raises(UnusableAnswerError) as caught:
        read(value)
    assert said in caught.value.message
    assert caught.value.hint
    assert not caught.value.retryable


def test_pieces_are_texts_with_what_is_said_of_them_at_the_end():
    assert joined(["Sal", "ty."]) == "Salty."
    assert joined([]) == ""
    assert joined(["Sal", "ty.", {"cost_usd": 1}]) == {"text": "Salty.", "cost_usd": 1}
    assert joined(["Sal", {"text": "Sweet."}]) == {"text": "Sweet."}
    assert (check_piece("Sal"), check_piece({})) == ("Sal", None)
    with pytest.raises(UnusableAnswerError, match="a piece of type AIMessageChunk"):
        check_piece(AIMessageChunk("Sal"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
KEYS = [
    "text",
    "content",
    "answer",
    "usage",
    "prompt_tokens",
    "cached_tokens",
    "cost_usd",
    "sources",
    "tool_calls",
    "notes",
]


@given(st.dictionaries(st.sampled_from(KEYS), VALUES) | VALUES)
def test_whatever_comes_back_is_an_answer_that_can_be_stored_or_an_error(value):
    try:
        answer = read(value)
    except ProviderError:
        return
    assert answer.text.strip() or answer.tool_calls
    assert answer.cost_usd is None or 0 <= answer.cost_usd < math.inf
    counts = (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.cached_tokens)
    assert all(count is None or count >= 0 for count in counts)
    assert all(isinstance(text, str) for text in (*(answer.sources or ()), *answer.notes))
    assert all(isinstance(call.arguments, str) for call in answer.tool_calls)
    json.dumps(vars(answer), default=vars)
