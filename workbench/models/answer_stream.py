"""An answer put together from its pieces, whatever they came in."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.model import Completion, ToolCall, Usage, token_count
from workbench.domain.protocols import OnToken
from workbench.errors import BadRequestError, BadResponseError, ContentFilteredError
from workbench.models.provider_errors import HINTS, Asked

_REASONS = {
    "length": "length", "max_tokens": "length",
    "content_filter": "content_filter", "content_filtered": "content_filter", "sensitive": "content_filter",
    "tool_calls": "tool_calls", "function_call": "function_call", "error": "error",
}  # fmt: skip
"""Why a model stopped, as servers word it and as the protocol does. All else means that it had come to its end."""
_NO_COUNTS_NOTE = "The server counts no tokens of a streamed answer: it refused stream_options."


@dataclass
class _Call:
    index: int
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)


class AnswerStream:
    """Collects the pieces of one answer as a completer reads them from the wire; its clock starts with it.

    What comes in is not trusted: a value that is not of its kind counts as not sent.
    """

    def __init__(self, on_token: OnToken | None = None) -> None:
        self._on_token = on_token
        self._text: list[str] = []
        self._refusal: list[str] = []
        self._calls: list[_Call] = []
        self._latest: dict[int, _Call] = {}
        self._model: str | None = None
        self._finish_reason: str | None = None
        self._counts: dict[str, int] = {}
        self._started_at = time.perf_counter()
        self._first_at: float | None = None
        self._ended_at: float | None = None

    def add_text(self, piece: Any) -> None:
        """A piece of the answer's text."""
        self._take(self._text, piece)

    def add_refusal(self, piece: Any) -> None:
        """A piece of the text by which a model declines, where it comes in a field of its own."""
        self._take(self._refusal, piece)

    def add_call(self, index: Any, call_id: Any, name: Any, arguments: Any) -> None:
        """A fragment of a tool call.

        Id and name come once, arguments in fragments. Servers that number no calls, or all the same, send each one
        whole and with an id of its own.
        """
        self._arrived()
        number = index if isinstance(index, int) else len(self._calls)
        call = self._latest.get(number)
        if call is None or (call.id and call_id and call_id != call.id):
            call = self._latest[number] = _Call(number)
            self._calls.append(call)
        if isinstance(call_id, str):
            call.id = call_id or call.id
        if isinstance(name, str):
            call.name = name or call.name
        if isinstance(arguments, str):
            call.arguments.append(arguments)

    def add_counts(self, prompt: Any, completion: Any, cached: Any) -> None:
        """Token counts. A provider that reports as it goes sends totals, so the last of each counts."""
        for name, count in (("prompt", prompt), ("completion", completion), ("cached", cached)):
            if (known := token_count(count)) is not None:
                self._counts[name] = known

    def answered_by(self, model: Any) -> None:
        """The model as the provider names it; the first name counts."""
        if self._model is None and isinstance(model, str) and model:
            self._model = model

    def finished(self, reason: Any) -> None:
        """Why the model stopped, in whatever words."""
        if isinstance(reason, str) and reason:
            self._finish_reason = _REASONS.get(reason.lower(), "stop")

    def came_whole(self) -> None:
        """The answer was not streamed, so that nothing is known of its first piece."""
        self._first_at = None

    def ended(self) -> None:
        """Stop the clock."""
        self._ended_at = time.perf_counter()

    def completion(self, asked: Asked, notes: tuple[str, ...] = (), *, counted: bool = True) -> Completion:
        """The complete answer. Raises a ProviderError where what came is none.

        `counted` says whether token counts were asked for.
        """
        self._refuse_incomplete(asked)
        ended_at = self._ended_at or time.perf_counter()
        usage = Usage(*(self._counts.get(name) for name in ("prompt", "completion", "cached")))
        if self._refusal:
            notes = (*notes, "The model declined to answer.")
        if not counted and usage == Usage():
            notes = (*notes, _NO_COUNTS_NOTE)
        calls_only = self._finish_reason == "stop" and self._calls
        return Completion(
            text=_sound("".join(self._text) or "".join(self._refusal)),
            model=self._model or asked.model,
            finish_reason="tool_calls" if calls_only else self._finish_reason,
            usage=usage,
            latency_ms=(ended_at - self._started_at) * 1000,
            ttft_ms=None if self._first_at is None else (self._first_at - self._started_at) * 1000,
            tool_calls=self._tool_calls(),
            notes=notes,
        )

    def _take(self, pieces: list[str], piece: Any) -> None:
        if not piece or not isinstance(piece, str):
            return
        if self._first_at is None:
            self._arrived()
        pieces.append(piece)
        if self._on_token is not None:
            self._on_token(_sound(piece))

    def _arrived(self) -> None:
        if self._first_at is None:
            self._first_at = time.perf_counter()

    def _tool_calls(self) -> tuple[ToolCall, ...]:
        """The calls in order."""
        calls = sorted(self._calls, key=lambda call: call.index)
        return tuple(ToolCall(call.id, call.name, _sound("".join(call.arguments))) for call in calls)

    def _refuse_incomplete(self, asked: Asked) -> None:
        """Raise where a stream ended, but not with an answer."""
        nothing = not (self._text or self._refusal or self._calls)
        if self._finish_reason == "content_filter":
            raise ContentFilteredError(
                f"{asked.place}: the provider's filter stopped the answer of {asked.model!r}.",
                hint=HINTS[ContentFilteredError],
            )
        if nothing and self._finish_reason == "length":
            raise BadRequestError(
                f"{asked.place}: {asked.model!r} used up its output tokens before it wrote any text.",
                hint="Raise max_tokens, or ask for less reasoning.",
            )
        if self._finish_reason in {None, "error"} or nothing:
            how = "sent an empty answer" if nothing else "broke off its answer"
            raise BadResponseError(f"{asked.place} {how} for {asked.model!r}.", hint=HINTS[BadResponseError])


def _sound(text: str) -> str:
    """The text with halves of characters put together again, or replaced where the other half is missing.

    JSON may write a character beyond the first 65,536 as two escapes, which a stream can cut apart.
    """
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
