"""The embedded reader: a model that answers by extracting from the sources in the prompt. It does not write.

It knows nothing but what the request holds, costs nothing, and gives equal answers to equal requests. `temperature`
and `top_p` therefore have no effect; `max_tokens` and `stop` do what they do everywhere. Tools are never called.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from typing import Any

from workbench.domain.model import Completion, CompletionRequest, Usage
from workbench.domain.protocols import Completer, OnToken
from workbench.errors import BadRequestError, UnknownModelError
from workbench.models.offline.answering import Answer, answer
from workbench.models.offline.selection import Size
from workbench.text import tokens

READERS: Mapping[str, Size] = {
    "offline/reader": Size(
        weighs_terms=True,
        reads_headings=True,
        most_sources=None,
        usual_sentences=2,
        answer_share=0.55,
    ),
    "offline/reader-small": Size(
        weighs_terms=False,
        reads_headings=False,
        most_sources=3,
        usual_sentences=1,
        answer_share=0.5,
    ),
}
"""The readers by model name."""

_PIECE = re.compile(r"\s*\S+\s*")
_PIECES_PER_TURN = 32
_LONG_PROMPT = 20_000
"""Characters from which reading takes tens of milliseconds and leaves the event loop to others meanwhile."""


def reader(name: str) -> Completer:
    """The reader of that name. Raises UnknownModelError for any other name."""
    return OfflineReader(name, _size(name))


def describe(name: str) -> str:
    """One sentence on what a reader is, for lists of models. Raises UnknownModelError."""
    if _size(name).reads_headings:
        return "Embedded reader: extracts passages from the sources in the prompt, does not write. Free, no network."
    return "Smaller embedded reader: extracts one sentence by plain word overlap, does not write. Free, no network."


def _size(name: str) -> Size:
    try:
        return READERS[name]
    except KeyError:
        raise UnknownModelError(
            f"There is no embedded model {name!r}.", hint=f"There is: {', '.join(READERS)}."
        ) from None


class OfflineReader:
    """A `Completer` that extracts."""

    def __init__(self, name: str, size: Size) -> None:
        self.name = name
        self._size = size

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Answer one request. Raises BadRequestError for an empty request and for parameters of a wrong type."""
        started = time.perf_counter()
        if not request.messages:
            raise BadRequestError("The request has no messages.", hint="Give it a message of the user's.")
        limit = _token_limit(request.parameters)
        stops = _stops(request.parameters)
        if sum(len(message.content) for message in request.messages) > _LONG_PROMPT:
            found = await asyncio.to_thread(answer, request.messages, request.response_schema, self._size)
        else:
            await asyncio.sleep(0)
            found = answer(request.messages, request.response_schema, self._size)
        text, finish_reason = _ended(found, stops, limit)
        ttft_ms = None
        if on_token is not None:
            for number, piece in enumerate(_pieces(text)):
                if ttft_ms is None:
                    ttft_ms = (time.perf_counter() - started) * 1000
                on_token(piece)
                if number % _PIECES_PER_TURN == _PIECES_PER_TURN - 1:
                    await asyncio.sleep(0)
        return Completion(
            text=text,
            model=self.name,
            finish_reason=finish_reason,
            usage=Usage(
                prompt_tokens=sum(tokens.count(message.content) for message in request.messages),
                completion_tokens=tokens.count(text),
            ),
            latency_ms=(time.perf_counter() - started) * 1000,
            ttft_ms=ttft_ms,
            notes=found.notes,
        )

    async def aclose(self) -> None:
        """Nothing to release."""


def _pieces(text: str) -> list[str]:
    """A text in pieces of one word each; joined they are the text."""
    return _PIECE.findall(text) or ([text] if text else [])


def _token_limit(parameters: Mapping[str, Any]) -> int | None:
    given = parameters.get("max_tokens", parameters.get("max_completion_tokens"))
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise BadRequestError(f"max_tokens must be a whole number of at least 1, not {given!r}.")
    return given


def _stops(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    given = parameters.get("stop")
    if given is None:
        return ()
    stops = (given,) if isinstance(given, str) else given
    if not isinstance(stops, (list, tuple)) or not all(isinstance(stop, str) for stop in stops):
        raise BadRequestError(f"stop must be a text or a list of texts, not {given!r}.")
    return tuple(stop for stop in stops if stop)


def _ended(found: Answer, stops: tuple[str, ...], limit: int | None) -> tuple[str, str]:
    """The text up to the first stop sequence and within the token limit, and why it ends there."""
    text = found.text
    ends = [at for stop in stops if (at := text.find(stop)) >= 0]
    if ends:
        text = text[: min(ends)]
    if limit is not None and tokens.count(text) > limit:
        return tokens.cut(text, limit), "length"
    return text, "stop"
