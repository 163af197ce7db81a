"""Hosted models over real HTTP: answers, faults, and what never leaves this machine."""

from __future__ import annotations

import asyncio
import threading
import traceback
from typing import Any

import pytest

from tests.support import openai_server as serve
from workbench.domain.model import ToolCall, Usage
from workbench.errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
    ConnectionFailedError,
    ContentFilteredError,
    ContextTooLongError,
    ModelTimeoutError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
    UnknownModelError,
)
from workbench.models.litellm_completer import LiteLLMCompleter

pytestmark = pytest.mark.usefixtures("litellm")


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
    body = ask.server.requests[-1].body
    assert body["model"] == "tiny"
    assert body["messages"] == [{"role": "user", "content": "Hello there"}]
    assert (body["temperature"], body["max_tokens"], body["top_k"]) == (0.1, 5, 3)
    assert body["stream"] is True
    assert body["stream_options"] == {"include_usage": True}


def test_the_requests_parameters_win_over_the_aliases(ask) -> None:
    spec = ask.spec(parameters={"temperature": 0.9, "seed": 7})
    ask(spec=spec, parameters={"temperature": 0.2})
    body = ask.server.requests[-1].body
    assert (body["temperature"], body["seed"]) == (0.2, 7)


def test_time_to_the_first_token_counts_waiting_for_it(ask) -> None:
    ask.server.script(serve.ok("late", delay_s=0.15))
    answer = ask()
    assert answer.ttft_ms is not None
    assert answer.ttft_ms >= 150


@pytest.mark.parametrize("model", ["openai/tiny", "hosted_vllm/tiny", "lm_studio/tiny"])
@pytest.mark.parametrize("slice_bytes", [1, 7])
def test_text_survives_being_cut_inside_a_character(ask, model: str, slice_bytes: int) -> None:
    text = "Grüße, 日本 and 🎉🏽\n\n\tend "
    ask.server.script(serve.ok(text, slice_bytes=slice_bytes))
    assert ask(spec=ask.spec(model)).text == text


def test_tool_calls_are_put_together_from_their_fragments(ask) -> None:
    calls = [("call_1", "find", '{"city": "Zürich"}'), ("call_2", "add", '{"a": 1, "b": [2]}')]
    ask.server.script(serve.ok("", tool_calls=calls, finish_reason="tool_calls"))
    tools = ({"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}},)
    answer = ask(tools=tools)
    assert answer.tool_calls == tuple(ToolCall(*call) for call in calls)
    assert answer.finish_reason == "tool_calls"
    assert answer.text == ""
    assert ask.server.requests[-1].body["tools"] == [dict(tools[0])]


def test_usage_the_provider_did_not_send_is_unknown_and_not_counted_here(ask) -> None:
    ask.server.script(serve.ok("some words", send_usage=False))
    assert ask().usage == Usage(None, None, None)


def test_a_length_limited_answer_says_so(ask) -> None:
    ask.server.script(serve.ok("half of", finish_reason="length"))
    assert ask().finish_reason == "length"


FAULTS = {
    "rate limit": (serve.rate_limited(7), RateLimitedError, 429),
    "server error": (serve.status(500), OverloadedError, 500),
    "unavailable": (serve.status(503), OverloadedError, 503),
    "bad gateway": (serve.raw(b"<html>no</html>", content_type="text/html", code=502), OverloadedError, 502),
    "overloaded": (serve.status(529), OverloadedError, 529),
    "wrong key": (serve.unauthorized(), AuthenticationError, 401),
    "forbidden": (serve.status(403), AuthenticationError, 403),
    "unpaid": (serve.status(402), AuthenticationError, 402),
    "quota used up": (serve.status(429, kind="insufficient_quota"), AuthenticationError, 429),
    "unknown model": (serve.unknown_model(), UnknownModelError, 404),
    "too long": (serve.context_too_long(), ContextTooLongError, 400),
    "too large": (serve.status(413), ContextTooLongError, 413),
    "bad request": (serve.status(400, "temperature must be below 2"), BadRequestError, 400),
    "unprocessable": (serve.status(422), BadRequestError, 422),
    "prompt filtered": (serve.status(400, kind="content_policy_violation"), ContentFilteredError, 400),
    "answer filtered": (serve.content_filtered("Half an ans"), ContentFilteredError, None),
    "cut before headers": (serve.cut_before_headers(), ConnectionFailedError, None),
    "cut before text": (serve.ok("one two three", cut_after=0), ConnectionFailedError, None),
    "cut in mid-stream": (serve.ok("one two three", cut_after=2), ConnectionFailedError, None),
    "no finish reason": (serve.ok("one two three", finish_reason=None), BadResponseError, None),
    "empty": (serve.ok(""), BadResponseError, None),
    "no choices": (serve.empty_choices(), BadResponseError, None),
    "malformed event": (serve.malformed_sse(), BadResponseError, None),
    "malformed body": (serve.malformed_json(), BadResponseError, None),
    "not an API": (serve.raw(b"<html>hello</html>", content_type="text/html"), BadResponseError, None),
    "nothing but reasoning": (serve.ok("", finish_reason="length"), BadRequestError, None),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_the_error_that_it_is(ask, fault: str) -> None:
    reply, expected, status = FAULTS[fault]
    ask.server.script(reply)
    with pytest.raises(ProviderError) as caught:
        ask()
    assert type(caught.value) is expected
    assert caught.value.status == status
    assert "openai" in caught.value.message
    assert "'openai/tiny'" in caught.value.message
    assert "litellm" not in str(caught.value).lower()
    assert caught.value.hint
    assert len(ask.server.requests) == 1, "the completer must not retry"


@pytest.mark.parametrize(
    "fault", ["rate limit", "unavailable", "wrong key", "unknown model", "too long", "cut before headers"]
)
def test_faults_are_recognised_behind_other_providers_too(ask, fault: str) -> None:
    reply, expected, _ = FAULTS[fault]
    ask.server.script(reply)
    with pytest.raises(expected):
        ask(spec=ask.spec("hosted_vllm/tiny"))
    assert len(ask.server.requests) == 1


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


def test_an_answer_that_takes_too_long_is_given_up(ask) -> None:
    ask.server.script(serve.slow(30))
    with pytest.raises(ModelTimeoutError) as caught:
        ask(timeout_s=0.2)
    assert "0.2 s" in caught.value.message
    assert ask.server.requests[-1].abandoned.wait(timeout=5), "the connection must be closed"


def test_nobody_listening_is_a_failed_connection_not_a_server_error(ask) -> None:
    for model in ("openai/tiny", "hosted_vllm/tiny"):
        with pytest.raises(ConnectionFailedError) as caught:
            ask(spec=ask.spec(model, api_base="http://127.0.0.1:9/v1"))
        assert "127.0.0.1:9" in caught.value.message
        assert "refused" in caught.value.message


def test_cancelling_closes_the_connection(ask) -> None:
    arrived = threading.Event()

    async def hang(asked: serve.Asked, http: Any) -> Any:
        arrived.set()
        await asyncio.sleep(30)

    ask.server.script(hang)
    completer = LiteLLMCompleter(ask.spec(), ask.environ)

    async def cancel_once_asked() -> None:
        task = asyncio.ensure_future(completer.complete(ask.request()))
        assert await asyncio.to_thread(arrived.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await completer.aclose()

    ask.run(cancel_once_asked())
    assert ask.server.requests[-1].abandoned.wait(timeout=5)


def test_cancelling_in_mid_stream_closes_the_connection(ask) -> None:
    async def trickle(asked: serve.Asked, http: Any) -> Any:
        response = serve.web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(http)
        await response.write(
            b'data: {"id":"1","object":"chat.completion.chunk","created":0,"model":"tiny","choices":'
            b'[{"index":0,"delta":{"content":"word"},"finish_reason":null}]}\n\n'
        )
        await asyncio.sleep(30)
        return response

    ask.server.script(trickle)
    completer = LiteLLMCompleter(ask.spec(), ask.environ)

    async def cancel_at_the_first_word() -> None:
        heard = asyncio.Event()
        task = asyncio.ensure_future(completer.complete(ask.request(), lambda _: heard.set()))
        await asyncio.wait_for(heard.wait(), timeout=10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await completer.aclose()

    ask.run(cancel_at_the_first_word())
    assert ask.server.requests[-1].abandoned.wait(timeout=5)


def test_32_requests_at_once_each_get_their_own_answer(ask) -> None:
    ask.server.latency_s = 0.1
    completer = LiteLLMCompleter(ask.spec(), ask.environ)

    async def together() -> list[str]:
        answers = await asyncio.gather(*(completer.complete(ask.request(f"number {n}")) for n in range(32)))
        await completer.aclose()
        return [answer.text for answer in answers]

    assert ask.run(together()) == [f"You asked: number {n}" for n in range(32)]
    assert ask.server.peak > 16


def test_closing_one_completer_leaves_the_others_working(ask) -> None:
    first, second = (LiteLLMCompleter(ask.spec(), ask.environ) for _ in range(2))

    async def in_turn() -> list[str]:
        texts = [(await one.complete(ask.request("a"))).text for one in (first, second)]
        await first.aclose()
        texts.append((await second.complete(ask.request("b"))).text)
        await second.aclose()
        third = LiteLLMCompleter(ask.spec(), ask.environ)
        texts.append((await third.complete(ask.request("c"))).text)
        await third.aclose()
        return texts

    assert ask.run(in_turn()) == ["You asked: a", "You asked: a", "You asked: b", "You asked: c"]


def test_a_completer_works_on_a_loop_of_its_own(ask) -> None:
    async def short_lived() -> str:
        completer = LiteLLMCompleter(ask.spec(), ask.environ)
        answer = await completer.complete(ask.request("elsewhere"))
        await completer.aclose()
        return answer.text

    assert [asyncio.run(short_lived()) for _ in range(2)] == ["You asked: elsewhere"] * 2


@pytest.mark.parametrize("model", ["openai/tiny", "hosted_vllm/tiny", "openrouter/tiny"])
def test_a_providers_key_is_not_sent_to_another_address(ask, monkeypatch, model: str) -> None:
    accounts = ("OPENAI_ORGANIZATION", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
    for name in ("OPENAI_API_KEY", "OPENROUTER_API_KEY", "HOSTED_VLLM_API_KEY", *accounts):
        monkeypatch.setenv(name, PLANTED)
    ask.environ["OPENROUTER_API_KEY"] = PLANTED
    ask(spec=ask.spec(model))
    assert PLANTED not in repr(ask.server.requests[-1])


PLANTED = "planted-0d2f6a-provider-key"


def test_the_key_named_by_an_alias_is_sent_to_its_address(ask) -> None:
    ask(spec=ask.spec(api_key_env="OWN_KEY"))
    assert ask.server.requests[-1].headers["authorization"] == "Bearer own-7a51b3"


def test_a_key_that_changes_is_read_again_for_the_next_request(ask) -> None:
    completer = LiteLLMCompleter(ask.spec(api_key_env="OWN_KEY"), ask.environ)

    async def twice() -> None:
        await completer.complete(ask.request())
        ask.environ["OWN_KEY"] = "own-renewed"
        await completer.complete(ask.request())
        await completer.aclose()

    ask.run(twice())
    sent = [asked.headers["authorization"] for asked in ask.server.requests]
    assert sent == ["Bearer own-7a51b3", "Bearer own-renewed"]


@pytest.mark.parametrize(
    ("fields", "variable"),
    [
        ({"model": "openai/gpt-4o-mini", "api_base": None}, "OPENAI_API_KEY"),
        ({"model": "anthropic/claude-sonnet-5-5", "api_base": None}, "ANTHROPIC_API_KEY"),
        ({"model": "openai/tiny", "api_key_env": "MY_OWN_KEY"}, "MY_OWN_KEY"),
    ],
)
def test_a_missing_key_is_said_before_anything_is_sent(ask, fields: dict[str, Any], variable: str) -> None:
    with pytest.raises(AuthenticationError, match=variable):
        LiteLLMCompleter(ask.spec(**fields), {variable: ""})
    assert ask.server.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        serve.unauthorized("Incorrect API key provided: own-7a51b3. Also sk-proj-abcdef123456 and Bearer abcdefghi."),
        serve.status(500, "crash while handling own-7a51b3 sk-proj-abcdef123456"),
        serve.raw(b"data: {own-7a51b3 sk-proj-abcdef123456\n\n", content_type="text/event-stream"),
        serve.status(400, "?key=own-7a51b3&x=1 sk-proj-abcdef123456"),
    ],
    ids=["unauthorized", "server error", "malformed", "bad request"],
)
def test_no_key_is_in_an_errors_text_nor_in_its_traceback(ask, reply: serve.Reply) -> None:
    ask.server.script(reply)
    with pytest.raises(ProviderError) as caught:
        ask(spec=ask.spec(api_key_env="OWN_KEY"))
    shown = "".join(traceback.format_exception(caught.value)) + str(caught.value) + repr(caught.value)
    for key in ("own-7a51b3", "sk-proj-abcdef123456", "abcdefghi"):
        assert key not in shown


@pytest.mark.parametrize(
    "name",
    [
        "api_base",
        "base_url",
        "api_key",
        "extra_headers",
        "mock_response",
        "aws_region_name",
        "stream",
        "n",
        "fallbacks",
    ],
)
def test_a_prompt_cannot_redirect_or_reroute_a_request(ask, name: str) -> None:
    with pytest.raises(BadRequestError, match=name):
        ask(parameters={name: "http://127.0.0.1:9/"})
    assert ask.server.requests == []


def test_a_parameter_the_provider_does_not_know_is_named_not_dropped(ask) -> None:
    ask.environ["ANTHROPIC_API_KEY"] = PLANTED
    spec = ask.spec("anthropic/claude-sonnet-4-5", api_base=None)
    with pytest.raises(BadRequestError, match="logit_bias"):
        ask(spec=spec, parameters={"logit_bias": {"5": 1}})


SCHEMA = {
    "type": "object",
    "properties": {"answer": {"type": "string"}},
    "required": ["answer"],
    "additionalProperties": False,
}


def test_a_response_schema_is_sent_strictly_to_a_server_that_may_know_it(ask) -> None:
    answer = ask(response_schema=SCHEMA)
    form = ask.server.requests[-1].body["response_format"]
    assert form == {"type": "json_schema", "json_schema": {"name": "answer", "schema": SCHEMA, "strict": True}}
    assert answer.notes == ()


def test_a_schema_the_model_cannot_keep_to_is_noted_with_the_answer(ask) -> None:
    answer = ask(spec=ask.spec("openrouter/some/unlisted-model"), response_schema=SCHEMA)
    assert "response_format" not in ask.server.requests[-1].body
    assert len(answer.notes) == 1
    assert "schema" in answer.notes[0]


def test_two_wishes_for_the_answers_form_are_refused(ask) -> None:
    with pytest.raises(BadRequestError, match="response_format"):
        ask(response_schema=SCHEMA, parameters={"response_format": {"type": "json_object"}})


def test_a_refusal_in_its_own_field_is_the_answer(ask) -> None:
    body = (
        b'data: {"id":"1","object":"chat.completion.chunk","created":0,"model":"tiny","choices":'
        b'[{"index":0,"delta":{"role":"assistant","refusal":"I cannot."},"finish_reason":null}]}\n\n'
        b'data: {"id":"1","object":"chat.completion.chunk","created":0,"model":"tiny","choices":'
        b'[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n'
    )
    ask.server.script(serve.raw(body, content_type="text/event-stream"))
    answer = ask()
    assert answer.text == "I cannot."
    assert answer.notes == ("The model declined to answer.",)
