"""LiteLLM's chunks, which are objects, read into an answer."""

from __future__ import annotations

from typing import Any

from workbench.models.answer_stream import AnswerStream


def add_chunk(answer: AnswerStream, chunk: Any) -> str | None:
    """Take in one chunk, of which only the first choice counts, and return the finish reason that it gives."""
    reason: str | None = None
    for choice in getattr(chunk, "choices", None) or ():
        if getattr(choice, "index", 0):
            continue
        reason = choice.finish_reason or reason
        delta = choice.delta
        answer.add_text(getattr(delta, "content", None))
        answer.add_refusal(getattr(delta, "refusal", None))
        for call in getattr(delta, "tool_calls", None) or ():
            function = getattr(call, "function", None)
            answer.add_call(
                getattr(call, "index", None),
                getattr(call, "id", None),
                getattr(function, "name", None),
                getattr(function, "arguments", None),
            )
    return reason


def add_kept_aside(answer: AnswerStream, stream: Any, reason: str | None) -> None:
    """What the provider said itself, at the end of a stream whose last finish reason was this.

    LiteLLM counts tokens where the provider did not, writes the requested name over the provider's, and ends every
    stream with "stop"; it keeps aside what it replaced.
    """
    for chunk in stream.chunks:
        if (usage := getattr(chunk, "usage", None)) is not None:
            details = getattr(usage, "prompt_tokens_details", None)
            answer.add_counts(
                getattr(usage, "prompt_tokens", None),
                getattr(usage, "completion_tokens", None),
                getattr(details, "cached_tokens", None),
            )
        aside = getattr(chunk, "_hidden_params", None) or {}
        answer.answered_by(aside.get("provider_response_model"))
    if stream.received_finish_reason or stream.intermittent_finish_reason:
        answer.finished(reason)
