"""A streamed answer put together from its pieces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workbench.domain.model import ToolCall, Usage
from workbench.domain.protocols import OnToken


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class AnswerStream:
    """Collects the chunks of one answer, in OpenAI's shape.

    Only the first choice counts: the workbench asks for one answer at a time.
    """

    def __init__(self, on_token: OnToken | None = None) -> None:
        self._on_token = on_token
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._calls: dict[int, _Call] = {}
        self.started = False
        """Whether a piece of text or of a tool call has arrived."""
        self.finish_reason: str | None = None

    def add(self, chunk: Any) -> None:
        """Take in one chunk."""
        for choice in getattr(chunk, "choices", None) or ():
            if getattr(choice, "index", 0):
                continue
            self.finish_reason = choice.finish_reason or self.finish_reason
            delta = choice.delta
            if piece := getattr(delta, "content", None):
                self._take(self._text, piece)
            if piece := getattr(delta, "refusal", None):
                self._take(self._refusal, piece)
            for fragment in getattr(delta, "tool_calls", None) or ():
                self._add_call(fragment)

    def _take(self, pieces: list[str], piece: str) -> None:
        self.started = True
        pieces.append(piece)
        if self._on_token is not None:
            self._on_token(piece)

    def _add_call(self, fragment: Any) -> None:
        """Id and name come once, arguments in fragments; providers that number no calls send each one whole."""
        self.started = True
        index = getattr(fragment, "index", None)
        call = self._calls.setdefault(len(self._calls) if index is None else index, _Call())
        call.id = getattr(fragment, "id", None) or call.id
        function = getattr(fragment, "function", None)
        call.name = getattr(function, "name", None) or call.name
        if piece := getattr(function, "arguments", None):
            call.arguments.append(piece)

    @property
    def text(self) -> str:
        """The text so far; a refusal that came in a field of its own when there is no other."""
        return "".join(self._text) or "".join(self._refusal)

    @property
    def refused(self) -> bool:
        """Whether the model declined in the protocol's own way."""
        return bool(self._refusal)

    @property
    def tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls so far, in order."""
        calls = (self._calls[index] for index in sorted(self._calls))
        return tuple(ToolCall(call.id, call.name, "".join(call.arguments)) for call in calls)


def reported_usage(chunks: list[Any]) -> Usage:
    """The counts that the provider sent, from the chunks as they arrived; None where it sent none.

    A provider that reports as it goes sends totals, so the last of each counts. A count of cached tokens that is
    missing beside the others means that nothing is known about caching.
    """
    prompt = completion = cached = None
    for chunk in chunks:
        usage = getattr(chunk, "usage", None)
        if usage is None:
            continue
        prompt = _count(usage, "prompt_tokens", prompt)
        completion = _count(usage, "completion_tokens", completion)
        cached = _count(getattr(usage, "prompt_tokens_details", None), "cached_tokens", cached)
    return Usage(prompt, completion, cached)


def answering_model(chunks: list[Any]) -> str | None:
    """The model as the provider named it. LiteLLM writes the requested name over it and keeps it aside."""
    for chunk in chunks:
        aside = getattr(chunk, "_hidden_params", None) or {}
        if name := aside.get("provider_response_model"):
            return str(name)
    return None


def _count(source: Any, name: str, before: int | None) -> int | None:
    value = getattr(source, name, None)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else before
