"""What comes back over the wire becomes an answer, or an error that is understood."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.model import Completion, ToolCall, Usage
from workbench.errors import ProviderError
from workbench.models import openai_answer
from workbench.models.answer_stream import AnswerStream
from workbench.models.openai_answer import AnswerReader, ErrorSent
from workbench.models.provider_errors import Asked

WHOLE = {
    "model": "tiny-7",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Yes.", "tool_calls": [
                {"id": "a", "type": "function", "function": {"name": "find", "arguments": "{}"}},
                {"id": "b", "type": "function", "function": {"name": "add", "arguments": "[1]"}},
            ]},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 1}},
}  # fmt: skip


def read(*packets: bytes) -> Completion:
    answer = AnswerStream()
    reader = AnswerReader(answer)
    for packet in packets:
        if reader.feed(packet):
            break
    else:
        reader.end()
    return answer.completion(Asked("openai/tiny"))


@pytest.mark.parametrize("before", [b"", b" ", b"\n\n", b"\r\n"])
def test_a_body_in_the_place_of_a_stream_is_the_answer(before: bytes) -> None:
    body = before + json.dumps(WHOLE).encode()
    for packets in ((body,), tuple(bytes([byte]) for byte in body)):
        answer = read(*packets)
        assert (answer.text, answer.model, answer.finish_reason) == ("Yes.", "tiny-7", "tool_calls")
        assert answer.usage == Usage(5, 2, 1)
        assert answer.tool_calls == (ToolCall("a", "find", "{}"), ToolCall("b", "add", "[1]"))
        assert answer.ttft_ms is None, "nothing is known of the first piece"


def test_what_follows_the_end_of_an_answer_is_not_read() -> None:
    stream = (
        b'data: {"choices": [{"delta": {"content": "a"}, "finish_reason": "stop"}]}\n\n'
        b"data: [DONE]\n\ndata: {not json\n\n"
    )
    assert read(stream).text == "a"


def test_an_answer_without_end_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(openai_answer, "LONGEST_ANSWER", 1000)
    reader = AnswerReader(AnswerStream())
    assert not reader.feed(b"x" * 1000)
    with pytest.raises(ValueError, match="1,000 bytes"):
        reader.feed(b"x")


def test_a_count_beyond_all_measure_is_none_and_calls_come_in_their_order() -> None:
    call = {"function": {"name": "find", "arguments": "{}"}}
    chunk = {
        "choices": [{"delta": {"tool_calls": [{"index": n, **call} for n in range(20_000)]}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 10**30, "completion_tokens": 7},
    }
    answer = read(b"data: " + json.dumps(chunk).encode() + b"\n\n")
    assert answer.usage == Usage(None, 7, None)
    assert len(answer.tool_calls) == 20_000


@pytest.mark.parametrize("event", [b"[1]", b"7", b'"text"', b"[" * 100_000, b"NaN", b"\xff"])
def test_events_that_are_no_objects_are_refused(event: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(b"data: " + event + b"\n\n")


@pytest.mark.parametrize(
    "sent", [{"error": "no"}, {"error": {"message": "no"}}, {"object": "error", "message": "no"}], ids=str
)
def test_an_error_is_one_in_a_stream_and_in_a_body(sent: Any) -> None:
    text = json.dumps(sent).encode()
    for received in (text, b"data: " + text + b"\n\n"):
        with pytest.raises(ErrorSent):
            read(received)


NAMES = (
    "choices", "delta", "message", "content", "refusal", "tool_calls", "index", "id", "function", "name", "arguments",
    "finish_reason", "usage", "prompt_tokens", "completion_tokens", "prompt_tokens_details", "cached_tokens", "model",
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=20,
)
DELTAS = st.dictionaries(st.sampled_from(("content", "refusal", "tool_calls")), ANYTHING, max_size=3)
CHOICES = st.lists(st.fixed_dictionaries({"delta": DELTAS}, optional={"finish_reason": ANYTHING, "index": ANYTHING}))
CHUNKS = st.dictionaries(st.sampled_from(NAMES), ANYTHING, max_size=5) | st.fixed_dictionaries({"choices": CHOICES})


@given(st.lists(CHUNKS, max_size=5))
def test_no_values_of_the_wrong_kind_break_it(chunks: list[dict[str, Any]]) -> None:
    stream = b"".join(b"data: " + json.dumps(chunk).encode() + b"\n\n" for chunk in chunks)
    try:
        answer = read(stream)
    except ProviderError:
        return
    assert isinstance(answer.text, str)
    answer.text.encode()
