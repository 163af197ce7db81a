"""Prompts that are longer than a model can take, found before they are sent.

Tokens are counted without the model's tokenizer, so a prompt is refused only when it is too long by any count that
tokenizers of real models come to. What lies between is sent: the provider decides. The windows are those of the price
table. A model behind an address of the user's own may be set up with any window, so nothing is claimed of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from workbench.ceiling import asked_answer_tokens
from workbench.domain.model import CompletionRequest, ModelSpec
from workbench.errors import ContextTooLongError
from workbench.hashing import canonical_json
from workbench.pricing import context_window
from workbench.text.token_bounds import TokenBounds, bounds_of

CLEARLY = 1.1
"""So many times the window, by the lowest count, is beyond what could still be taken."""


@dataclass(frozen=True)
class Overflow:
    """A prompt that does not, or may not, fit."""

    tokens: int
    """About how many the prompt has, with the room that its answer asks for where it is that which is too much."""
    window: int
    certain: bool
    """False when it may just fit, or when only the longest answer allowed would not fit beside it."""


def window_of(spec: ModelSpec) -> int | None:
    """How many tokens a model takes; None when that is not known."""
    return context_window(spec.model) if spec.api_base is None else None


def overflow(spec: ModelSpec, request: CompletionRequest) -> Overflow | None:
    """Whether a rendered request is too long for its model; None when it fits or nothing is known of the model."""
    window, room = window_of(spec), asked_answer_tokens(request.parameters) or 0
    if window is None or most_tokens(texts(request)) + room <= window:
        return None
    return beyond(window, bounds_of(texts(request)), room)


def beyond(window: int, prompt: TokenBounds, room: int) -> Overflow | None:
    """Whether a prompt of so many tokens is too long; None when it fits.

    `room` is the longest answer that its parameters allow. The price table does not say of which models the window
    holds the answer too. So room makes nothing certain: a prompt that fits without it is named as doubtful.
    """
    about = round(prompt.middle)
    if prompt.low > CLEARLY * window:
        return Overflow(about, window, certain=True)
    if about > window:
        return Overflow(about, window, certain=False)
    return Overflow(about + room, window, certain=False) if about + room > window else None


def refuse_too_long(spec: ModelSpec, request: CompletionRequest) -> None:
    """Raise ContextTooLongError for a request that is certain not to fit. Takes microseconds where there is room."""
    found = overflow(spec, request)
    if found is not None and found.certain:
        raise ContextTooLongError(
            f"The prompt has about {found.tokens:,} tokens; {spec.alias} takes {found.window:,}. It was not sent.",
            hint="Show it fewer sources, shorten the row, or take a model with a larger window.",
            sent=False,
        )


def texts(request: CompletionRequest) -> Iterator[str]:
    """Everything of a request that the model reads."""
    for message in request.messages:
        yield message.content
    for definition in (*request.tools, request.response_schema):
        if definition:
            yield canonical_json(definition)


def most_tokens(of: Iterable[str]) -> int:
    """No fewer tokens than `bounds` would call likely, at a glance: one for a character of ASCII, two for others."""
    return sum(len(text) if text.isascii() else 2 * len(text) for text in of)
