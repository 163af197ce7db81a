"""Everything a server may send in the place of a proper answer, and answers that are proper but odd."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support import openai_server as serve
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


def chunk(delta: Mapping[str, Any], finish_reason: str | None = None, **fields: Any) -> dict[str, Any]:
    """One event of a stream."""
    head = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "tiny"}
    return {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}], **fields}


def events(*sent: Any, end: bytes = b"\n\n", done: bool = True) -> serve.Reply:
    """A stream of exactly these events, given as JSON values or as bytes."""
    lines = [b"data: " + (one if isinstance(one, bytes) else json.dumps(one).encode()) + end for one in sent]
    if done:
        lines.append(b"data: [DONE]" + end)
    return serve.raw(b"".join(lines), content_type="text/event-stream")


def refusal(code: int, body: Any) -> serve.Reply:
    """An error whose body is this."""
    return serve.raw(json.dumps(body).encode(), code=code)


def in_stream(**error: Any) -> serve.Reply:
    """An error after the first word of an answer."""
    return events(chunk({"content": "Yes"}), {"error": error})


VLLM_TOO_LONG = {
    "object": "error",
    "message": "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens.",
    "type": "BadRequestError",
    "param": None,
    "code": 400,
}
LLAMA_CPP_TOO_LONG = {
    "error": {
        "code": 400,
        "message": "the request exceeds the available context size, try increasing it",
        "type": "exceed_context_size_error",
    }
}


@dataclass(frozen=True)
class Fault:
    """A reply, and the error that it is."""

    reply: serve.Reply
    error: type[ProviderError]
    status: int | None = None


FAULTS: Mapping[str, Fault] = {
    "rate limit": Fault(serve.rate_limited(7), RateLimitedError, 429),
    "rate limit in milliseconds": Fault(serve.status(429, retry_after_ms="250"), RateLimitedError, 429),
    "rate limit without a time": Fault(serve.rate_limited(), RateLimitedError, 429),
    "rate limit until a date that has passed": Fault(
        serve.status(429, retry_after="Wed, 21 Oct 2015 07:28:00 GMT"), RateLimitedError, 429
    ),
    "server error": Fault(serve.status(500), OverloadedError, 500),
    "server error without a word": Fault(serve.raw(b"", code=500), OverloadedError, 500),
    "unavailable": Fault(serve.status(503, retry_after="2.5"), OverloadedError, 503),
    "bad gateway": Fault(serve.raw(b"<html>no</html>", content_type="text/html", code=502), OverloadedError, 502),
    "gateway time-out": Fault(serve.status(504), ModelTimeoutError),
    "request time-out": Fault(serve.status(408), ModelTimeoutError),
    "overloaded": Fault(serve.status(529), OverloadedError, 529),
    "wrong key": Fault(serve.unauthorized(), AuthenticationError, 401),
    "forbidden": Fault(serve.status(403), AuthenticationError, 403),
    "unpaid": Fault(serve.status(402), AuthenticationError, 402),
    "quota used up": Fault(serve.status(429, kind="insufficient_quota"), AuthenticationError, 429),
    "unknown model": Fault(serve.unknown_model(), UnknownModelError, 404),
    "unknown path": Fault(
        serve.raw(b"404 page not found", content_type="text/plain", code=404), UnknownModelError, 404
    ),
    "unknown path, as FastAPI says it": Fault(refusal(404, {"detail": "Not Found"}), UnknownModelError, 404),
    "too long": Fault(serve.context_too_long(), ContextTooLongError, 400),
    "too long, as vLLM says it": Fault(refusal(400, VLLM_TOO_LONG), ContextTooLongError, 400),
    "too long, as llama.cpp says it": Fault(refusal(400, LLAMA_CPP_TOO_LONG), ContextTooLongError, 400),
    "too large": Fault(serve.status(413), ContextTooLongError, 413),
    "bad request": Fault(serve.status(400, "temperature must be below 2"), BadRequestError, 400),
    "bad request in one word": Fault(refusal(400, {"error": "no"}), BadRequestError, 400),
    "conflict": Fault(serve.status(409), BadRequestError, 409),
    "unprocessable": Fault(serve.status(422), BadRequestError, 422),
    "unprocessable, as FastAPI says it": Fault(
        refusal(422, {"detail": [{"loc": ["body", "stop"], "msg": "not a list"}]}), BadRequestError, 422
    ),
    "prompt filtered": Fault(serve.status(400, kind="content_policy_violation"), ContentFilteredError, 400),
    "answer filtered": Fault(serve.content_filtered("Half an ans"), ContentFilteredError),
    "answer filtered in other words": Fault(
        events(chunk({"content": "Half"}), chunk({}, "sensitive")), ContentFilteredError
    ),
    "cut before headers": Fault(serve.cut_before_headers(), ConnectionFailedError),
    "cut before text": Fault(serve.ok("one two three", cut_after=0), ConnectionFailedError),
    "cut in mid-stream": Fault(serve.ok("one two three", cut_after=2), ConnectionFailedError),
    "no finish reason": Fault(serve.ok("one two three", finish_reason=None), BadResponseError),
    "an error as finish reason": Fault(events(chunk({"content": "Half"}), chunk({}, "error")), BadResponseError),
    "empty": Fault(serve.ok(""), BadResponseError),
    "nothing at all": Fault(serve.raw(b"", content_type="text/event-stream"), BadResponseError),
    "no choices": Fault(serve.empty_choices(), BadResponseError),
    "malformed event": Fault(serve.malformed_sse(), BadResponseError),
    "malformed character": Fault(events(b'{"choices": [], "model": "\xff"}'), BadResponseError),
    "malformed body": Fault(serve.malformed_json(), BadResponseError),
    "not an API": Fault(serve.raw(b"<html>hello</html>", content_type="text/html"), BadResponseError),
    "nothing but reasoning": Fault(serve.ok("", finish_reason="length"), BadRequestError),
    "error in the stream": Fault(in_stream(message="It broke.", type="server_error"), OverloadedError),
    "error before the stream": Fault(events({"error": {"message": "It broke."}}), OverloadedError),
    "error in the stream, in one word": Fault(events({"error": "no"}), OverloadedError),
    "rate limit in the stream": Fault(in_stream(message="Slow.", code="rate_limit_exceeded"), RateLimitedError),
    "rate limit in the stream, as a number": Fault(in_stream(message="Slow.", code=429), RateLimitedError),
    "too long in the stream": Fault(
        in_stream(message="Too long.", code="context_length_exceeded"), ContextTooLongError
    ),
    "bad request in the stream": Fault(in_stream(message="No.", type="invalid_request_error"), BadRequestError),
}

HALVES = (
    b'{"choices": [{"index": 0, "delta": {"content": "a\\ud83d"}, "finish_reason": null}], "model": "tiny"}',
    b'{"choices": [{"index": 0, "delta": {"content": "\\ude00b"}, "finish_reason": "stop"}], "model": "tiny"}',
)
"""One character written as two escapes, in two events."""
HELLO = chunk({"content": "Hello"})
STOP = chunk({}, "stop")

ODD_ANSWERS: Mapping[str, serve.Reply] = {
    "an echo": serve.ok(),
    "counts with cached tokens": serve.ok("Yes, it is.", usage=serve.Usage(11, 4, 3), model="tiny-2026-01-01"),
    "no counts": serve.ok("some words", send_usage=False),
    "counts in every event": events(
        chunk({"content": "a"}, usage={"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}),
        chunk({"content": "b"}, "stop", usage={"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}),
    ),
    "empty counts": events({**HELLO, "usage": None}, {**STOP, "usage": None}),
    "cut by length": serve.ok("half of", finish_reason="length"),
    "stopped in other words": events(HELLO, chunk({}, "eos")),
    "bytes one by one": serve.ok("Grüße, 日本 and 🎉🏽\n\n\tend ", slice_bytes=1),
    "bytes seven by seven": serve.ok("Grüße, 日本 and 🎉🏽\n\n\tend ", slice_bytes=7),
    "line ends that are none": serve.ok("a\u2028b\u2029c\x85d\x0be\x0cf \x1cg", slice_bytes=5),
    "a character in two escapes": events(*HALVES),
    "CR and LF": events(HELLO, STOP, end=b"\r\n\r\n"),
    "no end mark": events(HELLO, STOP, done=False),
    "comments": serve.raw(
        b": wait\n\nevent: message\ndata: "
        + json.dumps(HELLO).encode()
        + b"\n\n: wait\n\ndata: "
        + json.dumps(STOP).encode()
        + b"\n\ndata: [DONE]\n\n",
        content_type="text/event-stream",
    ),
    "another choice": events(
        HELLO, {**HELLO, "choices": [{"index": 1, "delta": {"content": "NO"}, "finish_reason": None}]}, STOP
    ),
    "reasoning": events(chunk({"reasoning_content": "hm"}), HELLO, STOP),
    "a refusal of its own": events(chunk({"role": "assistant", "refusal": "I cannot."}), STOP),
    "one tool call": serve.ok("", tool_calls=[("c1", "find", '{"city": "Zürich"}')], finish_reason="tool_calls"),
    "two tool calls": serve.ok(
        "", tool_calls=[("c1", "find", '{"a": 1}'), ("c2", "add", '{"b": [2]}')], finish_reason="tool_calls"
    ),
    "text and a tool call": serve.ok("Let me see.", tool_calls=[("c1", "find", "{}")], finish_reason="tool_calls"),
    "a tool call that ends with stop": serve.ok("", tool_calls=[("c1", "find", "{}")], finish_reason="stop"),
    "tool calls without numbers": events(
        chunk({"tool_calls": [{"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}]}),
        chunk({"tool_calls": [{"id": "b", "type": "function", "function": {"name": "g", "arguments": "{}"}}]}),
        chunk({}, "tool_calls"),
    ),
}
