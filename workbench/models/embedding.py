"""What an embedding model is asked and answers, in the shapes in which every model is asked.

A request holds one message per text, so that limits, budgets and retries take it as they take any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.domain.model import Completion, CompletionRequest, Usage
from workbench.domain.prompt import Message
from workbench.errors import UnusableAnswerError
from workbench.models.provider_errors import Asked
from workbench.text.key_hiding import KeyHider

VECTOR_TYPE = "<f4"
"""Vectors are little-endian float32, wherever they are kept."""


@dataclass(frozen=True)
class Embedding(Completion):
    """The vectors of a request's texts, in their order."""

    vectors: tuple[bytes, ...] = ()
    """Of length 1 each, and of as many numbers as the others; see `VECTOR_TYPE`."""


def embedding_request(texts: Sequence[str], timeout_s: float) -> CompletionRequest:
    """Ask for the vectors of texts, within so many seconds."""
    return CompletionRequest(tuple(Message("user", text) for text in texts), timeout_s=timeout_s)


def texts_of(request: CompletionRequest) -> list[str]:
    """The texts that a request wants embedded."""
    return [message.content for message in request.messages]


def embedding(asked: Asked, hide: KeyHider, rows: Sequence[Any], texts: int, tokens: int | None) -> Embedding:
    """The answer that holds these rows of numbers.

    Raises UnusableAnswerError where they are no vectors of so many texts: asking again would give the same.
    """
    try:
        vectors = _normalised(rows, texts)
    except (ValueError, TypeError, OverflowError) as error:
        raise asked.failed(UnusableAnswerError, f"what it sent are no embeddings: {error}.", hide) from error
    return Embedding(
        text="",
        model=asked.model,
        finish_reason=None,
        usage=Usage(prompt_tokens=tokens, completion_tokens=0),
        latency_ms=0.0,
        vectors=vectors,
    )


def _normalised(rows: Sequence[Any], texts: int) -> tuple[bytes, ...]:
    import numpy as np

    if len(rows) != texts:
        raise ValueError(f"{len(rows)} vectors came for {texts} texts")
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        raise ValueError(f"vectors of {lengths[0]} and of {lengths[-1]} numbers came together")
    numbers = np.array(rows, dtype=np.float64)
    if numbers.ndim != 2 or numbers.shape[1] == 0:
        raise ValueError("a vector has no numbers")
    norms = np.linalg.norm(numbers, axis=1)
    if not np.isfinite(norms).all():
        raise ValueError("a vector holds what is no number")
    if not norms.all():
        raise ValueError("a vector is all zeros, which points nowhere")
    unit = (numbers / norms[:, np.newaxis]).astype(VECTOR_TYPE)
    return tuple(row.tobytes() for row in unit)
