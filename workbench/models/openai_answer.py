"""What an OpenAI-compatible server sends back: events of a stream, or one body although a stream was asked for."""

from __future__ import annotations

import json
from typing import Any

from workbench.models.answer_stream import AnswerStream
from workbench.models.openai_stream import EventReader

LONGEST_ANSWER = 64 * 2**20
"""Bytes. No model writes so much; a server that does is broken, or means harm."""

_decode = json.JSONDecoder().decode


class ErrorSent(Exception):  # noqa: N818 - not an error of ours, but one that was sent
    """An error in the place of an answer, after the status had said that all is well."""

    def __init__(self, sent: dict[str, Any]) -> None:
        super().__init__("an error was sent in the place of an answer")
        self.sent = sent


class AnswerReader:
    """Reads one response's bytes into an answer.

    Raises ValueError where they are not what the protocol promises, and ErrorSent.
    """

    def __init__(self, answer: AnswerStream) -> None:
        self._answer = answer
        self._events = EventReader()
        self._body: list[bytes] | None = None
        self._begun = False
        self._size = 0

    def feed(self, received: bytes) -> bool:
        """Take in some bytes. True when the answer is complete, whatever may follow."""
        if not self._begun and (begins_with := received.lstrip()[:1]):
            self._begun = True
            # Servers that cannot stream send a JSON object, which no stream of events begins with.
            self._body = [] if begins_with == b"{" else None
        self._size += len(received)
        if self._size > LONGEST_ANSWER:
            raise ValueError(f"it sent more than {LONGEST_ANSWER:,} bytes")
        if self._body is not None:
            self._body.append(received)
            return False
        return self._read(self._events.feed(received))

    def end(self) -> None:
        """Nothing more comes."""
        if self._body is None:
            self._read(self._events.end())
            return
        self._add(b"".join(self._body))
        self._answer.came_whole()

    def _read(self, events: list[bytes]) -> bool:
        for event in events:
            if event.startswith(b"[DONE]"):
                return True
            if event:
                self._add(event)
        return False

    def _add(self, text: bytes) -> None:
        try:
            sent = _decode(text.decode())
        except RecursionError as error:
            raise ValueError("what it sent is nested too deeply") from error
        if not isinstance(sent, dict):
            raise ValueError("it sent something else than JSON objects")  # noqa: TRY004 - a value from outside
        if sent.get("error") or sent.get("object") == "error":
            raise ErrorSent(sent)
        add_chunk(self._answer, sent)


def add_chunk(answer: AnswerStream, chunk: dict[str, Any]) -> None:
    """Take in one chunk of a stream, or a whole answer, which differ in a name. Only the first choice counts."""
    answer.answered_by(chunk.get("model"))
    if isinstance(usage := chunk.get("usage"), dict):
        details = usage.get("prompt_tokens_details")
        cached = details.get("cached_tokens") if isinstance(details, dict) else None
        answer.add_counts(usage.get("prompt_tokens"), usage.get("completion_tokens"), cached)
    for choice in _dicts(chunk.get("choices")):
        if choice.get("index"):
            continue
        answer.finished(choice.get("finish_reason"))
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            _add_delta(answer, delta)


def _add_delta(answer: AnswerStream, delta: dict[str, Any]) -> None:
    if content := delta.get("content"):
        answer.add_text(content)
    if refusal := delta.get("refusal"):
        answer.add_refusal(refusal)
    for call in _dicts(delta.get("tool_calls")):
        function = call.get("function")
        named = function if isinstance(function, dict) else {}
        answer.add_call(call.get("index"), call.get("id"), named.get("name"), named.get("arguments"))


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
