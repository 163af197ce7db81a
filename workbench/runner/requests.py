"""From a cell to the request that is sent: retrieval, rendering, identity."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from workbench.domain.dataset import Example
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.model import CompletionRequest
from workbench.domain.prompt import RetrievalSettings
from workbench.domain.protocols import Retriever
from workbench.domain.run import Cell
from workbench.domain.variables import CONTEXT_VARIABLE
from workbench.errors import UnavailableError
from workbench.hashing import bytes_hash, content_hash, short
from workbench.templates.messages import render_messages

NO_SOURCES = "(no sources)"
"""What `{{context}}` becomes when nothing was found: a model must be able to see that."""


@dataclass(frozen=True)
class Sources:
    """What a prompt shows a model as sources, and how long finding them took."""

    chunks: tuple[RetrievedChunk, ...]
    retrieval_ms: float | None
    """None when nothing was asked of an index."""


def search_text(inputs: Mapping[str, object]) -> str:
    """What the index is asked: the input named `question` or `query`, else all text inputs together."""
    for name in ("question", "query"):
        value = inputs.get(name)
        if isinstance(value, str):
            return value
    return "\n".join(value for value in inputs.values() if isinstance(value, str))


def numbered(sources: tuple[RetrievedChunk, ...]) -> str:
    """Sources as `{{context}}` shows them: `[1] where it is from`, then its text, a blank line between."""
    if not sources:
        return NO_SOURCES
    return "\n\n".join(f"[{n}] {found.chunk.source}\n{found.chunk.text.strip()}" for n, found in enumerate(sources, 1))


def given_sources(texts: tuple[str, ...]) -> tuple[RetrievedChunk, ...]:
    """A row's own context texts, in the shape of retrieved chunks."""
    return tuple(
        RetrievedChunk(
            chunk=Chunk(
                id=f"given-{short(bytes_hash(text.encode()))}",
                document=f"given-{n}",
                position=0,
                text=text,
                start=0,
                end=len(text),
            ),
            rank=n,
            score=1.0,
        )
        for n, text in enumerate(texts, 1)
    )


def find_sources(settings: RetrievalSettings | None, example: Example, retriever: Retriever | None) -> Sources:
    """The sources of one example: its own context, or what the index finds. Blocking."""
    if example.context is not None:
        return Sources(given_sources(example.context), None)
    if settings is None:
        return Sources((), None)
    if retriever is None:
        raise UnavailableError(f"The index {settings.index!r} is not open.")
    started = time.perf_counter()
    chunks = retriever.retrieve(search_text(example.inputs), settings)
    return Sources(chunks, (time.perf_counter() - started) * 1000)


def retrieval_key(settings: RetrievalSettings | None, example: Example) -> str:
    """Equal for two cells that would be shown the same sources."""
    return content_hash({"settings": settings, "asked": search_text(example.inputs), "given": example.context})


def build_request(cell: Cell, sources: Sources, *, timeout_s: float) -> CompletionRequest:
    """The rendered request of a cell.

    Raises TemplateError when the row lacks a variable, so that callers can find such rows before a run.
    """
    arm, content = cell.arm, cell.arm.prompt.content
    wants_context = CONTEXT_VARIABLE in content.variables and CONTEXT_VARIABLE not in cell.example.inputs
    has_context = arm.retrieval is not None or arm.borrowed is not None or cell.example.context is not None
    context = numbered(sources.chunks) if wants_context and has_context else None
    return CompletionRequest(
        messages=render_messages(content, cell.example.inputs, context, cell.example.history),
        parameters=cell.arm.parameters,
        tools=content.tools,
        response_schema=content.response_schema,
        timeout_s=timeout_s,
        inputs=cell.example.inputs,
    )


def request_key(cell: Cell, request: CompletionRequest) -> str:
    """Identity of what is sent: equal keys would be answered alike, but for chance. The time-out is left out."""
    revision = {} if cell.arm.model.revision is None else {"revision": cell.arm.model.revision}
    return content_hash(
        {
            **revision,
            "messages": request.messages,
            "parameters": request.parameters,
            "tools": request.tools,
            "response_schema": request.response_schema,
            "model": cell.arm.model.model,
            "api_base": cell.arm.model.api_base,
            "repeat": cell.repeat,
        }
    )
