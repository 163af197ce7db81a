"""Asked directly or through LiteLLM: the same requests, the same answers, the same errors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import openai_server as serve
from tests.support.server_faults import FAULTS, HALVES, ODD_ANSWERS, events
from workbench.domain.model import Completion, Price, ToolCall, Usage
from workbench.errors import (
    BadRequestError,
    ProviderError,
    RateLimitedError,
)
from workbench.pricing import cost_usd

PRICE = Price(input_per_million=10.0, output_per_million=20.0, cached_input_per_million=1.0)
SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}
PLANTED = "planted-0d2f6a-provider-key"


@pytest.fixture
def ask(ask_either_way):
    return ask_either_way


def outcome(ask, reply: serve.Reply) -> Any:
    """All of what came back that does not depend on the clock or the way it was asked."""
    ask.server.reset()
    ask.server.script(reply)
    try:
        answer = ask()
    except ProviderError as error:
        return (
            type(error), error.retryable, error.retry_after_s, error.status, error.sent, error.may_cost, error.hint
        )  # fmt: skip
    return told(answer), answer.ttft_ms is not None


def told(answer: Completion) -> tuple[Any, ...]:
    cost = cost_usd(answer.usage, PRICE)
    return (answer.text, answer.model, answer.finish_reason, answer.usage, cost, answer.tool_calls, answer.notes)


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_the_same_error_either_way(ask_directly, ask_through_litellm, fault: str) -> None:
    reply = FAULTS[fault].reply
    assert outcome(ask_directly, reply) == outcome(ask_through_litellm, reply)


@pytest.mark.parametrize("answer", ODD_ANSWERS)
def test_every_answer_is_the_same_either_way(ask_directly, ask_through_litellm, answer: str) -> None:
    reply = ODD_ANSWERS[answer]
    directly = outcome(ask_directly, reply)
    assert directly == outcome(ask_through_litellm, reply)
    assert isinstance(directly[0], tuple), "it must be an answer"


REQUESTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "parameters": {"parameters": {"temperature": 0.1, "max_tokens": 5, "top_k": 3, "stop": ["\n"], "seed": None}},
    "tools": {"tools": (TOOL,), "parameters": {"tool_choice": "auto"}},
    "schema": {"response_schema": SCHEMA},
    "characters": {"text": "Grüße, 日本, 🎉 and \u2028 \x00"},
}
MODELS = (
    "openai/tiny",
    "lm_studio/tiny",
    "hosted_vllm/tiny",
    "llamafile/tiny",
    "openai/org/tiny",
    "openai/gpt-4o-mini",
)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("asked", REQUESTS)
def test_a_server_sees_the_same_request_either_way(ask_directly, ask_through_litellm, asked: str, model: str) -> None:
    for ask in (ask_directly, ask_through_litellm):
        ask(spec=ask.spec(model), **REQUESTS[asked])
    directly, through_litellm = (seen.body for seen in ask_directly.server.requests)
    assert directly == through_litellm


@pytest.mark.parametrize(
    "model", ["openai/o3-mini", "openai/gpt-5-mini", "openai/gpt-6-sol", "openai/gpt-5-chat-latest"]
)
def test_reasoning_models_are_told_their_limit_by_the_same_name(ask_directly, ask_through_litellm, model: str) -> None:
    for ask in (ask_directly, ask_through_litellm):
        ask(spec=ask.spec(model), parameters={"max_tokens": 50})
    directly, through_litellm = (seen.body for seen in ask_directly.server.requests)
    assert directly == through_litellm
    assert 50 in {directly.get("max_completion_tokens"), directly.get("max_tokens")}


def test_an_answer_comes_with_text_usage_model_and_times(ask) -> None:
    ask.server.script(serve.ok("Yes, it is.", usage=serve.Usage(11, 4, 3), model="tiny-2026-01-01"))
    pieces: list[str] = []
    answer = ask("Is the sea salty?", on_token=pieces.append)
    assert answer.text == "Yes, it is." == "".join(pieces)
    assert answer.usage == Usage(11, 4, 3)
    assert answer.model == "tiny-2026-01-01"
    assert answer.finish_reason == "stop"
    assert answer.ttft_ms is not None
    assert 0 < answer.ttft_ms <= answer.latency_ms
    assert answer.tool_calls == ()
    assert answer.notes == ()


def test_the_request_carries_messages_parameters_and_asks_for_usage(ask) -> None:
    ask("Hello there", parameters={"temperature": 0.1, "max_tokens": 5, "top_k": 3})
    assert ask.server.requests[-1].body == {
        "model": "tiny",
        "messages": [{"role": "user", "content": "Hello there"}],
        "temperature": 0.1,
        "max_tokens": 5,
        "top_k": 3,
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_the_requests_parameters_win_over_the_aliases(ask) -> None:
    spec = ask.spec(parameters={"temperature": 0.9, "seed": 7})
    ask(spec=spec, parameters={"temperature": 0.2})
    body = ask.server.requests[-1].body
    assert (body["temperature"], body["seed"]) == (0.2, 7)


def test_requests_of_one_completer_need_not_be_alike(ask) -> None:
    completer = ask.completer()

    async def in_turn() -> None:
        for temperature in (0.1, 0.2, 0.1):
            await completer.complete(ask.request(parameters={"temperature": temperature}))
        await completer.complete(ask.request(tools=(TOOL,)))
        await completer.aclose()

    ask.run(in_turn())
    bodies = [asked.body for asked in ask.server.requests]
    assert [body.get("temperature") for body in bodies] == [0.1, 0.2, 0.1, None]
    assert [body.get("tools") for body in bodies] == [None, None, None, [TOOL]]


def test_time_to_the_first_token_counts_waiting_for_it(ask) -> None:
    ask.server.script(serve.ok("late", delay_s=0.15))
    answer = ask()
    assert answer.ttft_ms is not None
    assert answer.ttft_ms >= 150


def test_the_first_piece_may_be_a_tool_call(ask) -> None:
    ask.server.script(serve.ok("", tool_calls=[("c1", "find", "{}")], finish_reason="tool_calls"))
    assert ask().ttft_ms is not None


@pytest.mark.parametrize("slice_bytes", [1, 7])
def test_text_survives_being_cut_inside_a_character(ask, slice_bytes: int) -> None:
    text = "Grüße, 日本 and 🎉🏽\u2028\n\tend "
    ask.server.script(serve.ok(text, slice_bytes=slice_bytes))
    assert ask().text == text


def test_a_character_cut_into_two_escapes_is_whole_again(ask) -> None:
    ask.server.script(events(*HALVES))
    assert ask(on_token=str.encode).text == "a😀b"


def test_tool_calls_are_put_together_from_their_fragments(ask) -> None:
    calls = [("call_1", "find", '{"city": "Zürich"}'), ("call_2", "add", '{"a": 1, "b": [2]}')]
    ask.server.script(serve.ok("", tool_calls=calls, finish_reason="tool_calls"))
    answer = ask(tools=(TOOL,))
    assert answer.tool_calls == tuple(ToolCall(*call) for call in calls)
    assert answer.finish_reason == "tool_calls"
    assert answer.text == ""
    assert ask.server.requests[-1].body["tools"] == [TOOL]


def test_usage_the_provider_did_not_send_is_unknown_and_not_counted_here(ask) -> None:
    ask.server.script(serve.ok("some words", send_usage=False))
    answer = ask()
    assert answer.usage == Usage(None, None, None)
    assert cost_usd(answer.usage, PRICE) is None


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_the_error_that_it_is(ask, fault: str) -> None:
    ask.server.script(FAULTS[fault].reply)
    with pytest.raises(ProviderError) as caught:
        ask()
    assert type(caught.value) is FAULTS[fault].error
    assert caught.value.status == FAULTS[fault].status
    assert "openai" in caught.value.message
    assert "'openai/tiny'" in caught.value.message
    assert "litellm" not in str(caught.value).lower()
    assert caught.value.hint
    assert len(ask.server.requests) == 1, "the completer must not retry"


def test_a_refused_call_costs_nothing_and_a_broken_one_may_have(ask) -> None:
    costs = {}
    for fault in ("rate limit", "server error", "wrong key", "cut in mid-stream", "malformed event", "empty"):
        ask.server.script(FAULTS[fault].reply)
        with pytest.raises(ProviderError) as caught:
            ask()
        costs[fault] = caught.value.may_cost
    assert costs == {
        "rate limit": False,
        "server error": False,
        "wrong key": False,
        "cut in mid-stream": True,
        "malformed event": True,
        "empty": True,
    }


@pytest.mark.parametrize("code", [429, 503])
def test_the_providers_wish_to_wait_is_passed_on(ask, code: int) -> None:
    ask.server.script(serve.status(code, retry_after="2.5"))
    with pytest.raises(ProviderError) as caught:
        ask()
    assert caught.value.retryable
    assert caught.value.retry_after_s == 2.5


def test_without_a_wish_to_wait_none_is_invented(ask) -> None:
    ask.server.script(serve.rate_limited())
    with pytest.raises(RateLimitedError) as caught:
        ask()
    assert caught.value.retry_after_s is None


def test_a_long_refusal_is_cut(ask) -> None:
    ask.server.script(serve.status(400, "x" * 200_000))
    with pytest.raises(BadRequestError) as caught:
        ask()
    assert len(caught.value.message) < 600


@pytest.mark.parametrize(
    "refusal",
    [
        serve.status(400, "Unknown field: stream_options"),
        serve.raw(b'{"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs"}]}', code=422),
    ],
    ids=["in words", "as FastAPI says it"],
)
def test_a_server_that_cannot_count_in_a_stream_is_asked_without_and_says_so(ask, refusal: serve.Reply) -> None:
    completer = ask.completer()
    ask.server.script(refusal)

    async def twice() -> list[Completion]:
        answers = [await completer.complete(ask.request()) for _ in range(2)]
        await completer.aclose()
        return answers

    answers = ask.run(twice())
    assert ["stream_options" in asked.body for asked in ask.server.requests] == [True, False, False]
    for answer in answers:
        assert answer.text == "You asked: Is the sea salty today?"
        assert answer.usage == Usage()
        assert "stream_options" in answer.notes[0]


def test_another_refusal_is_not_asked_again(ask) -> None:
    ask.server.script(serve.status(400, "stream must be false"))
    with pytest.raises(BadRequestError):
        ask()
    assert len(ask.server.requests) == 1


def test_a_response_schema_is_sent_strictly_to_a_server_that_may_know_it(ask) -> None:
    answer = ask(response_schema=SCHEMA)
    form = ask.server.requests[-1].body["response_format"]
    assert form == {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
    assert answer.notes == ()


def test_two_wishes_for_the_answers_form_are_refused(ask) -> None:
    with pytest.raises(BadRequestError, match="response_format"):
        ask(response_schema=SCHEMA, parameters={"response_format": {"type": "json_object"}})


def test_a_refusal_in_its_own_field_is_the_answer(ask) -> None:
    ask.server.script(ODD_ANSWERS["a refusal of its own"])
    answer = ask()
    assert answer.text == "I cannot."
    assert answer.notes == ("The model declined to answer.",)
