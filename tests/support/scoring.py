"""Outputs to be scored, with only what a test is about named."""

from __future__ import annotations

from workbench.domain.dataset import Example
from workbench.domain.index import Chunk, RetrievedChunk
from workbench.domain.model import Completion, Usage
from workbench.domain.prompt import CitationPolicy, Message, Policy, PromptContent
from workbench.domain.score import ScoreInput

REFUSAL = "I can't find that in the documents."
DEFAULT_CITATIONS = CitationPolicy()


def a_source(text="Employees get 30 days of leave.", document="handbook.md", headings=(), page=None, rank=1):
    chunk = Chunk(
        id=f"{document}-{rank}",
        document=document,
        position=rank,
        text=text,
        start=0,
        end=len(text),
        heading_path=tuple(headings),
        page=page,
    )
    return RetrievedChunk(chunk=chunk, rank=rank, score=1.0 / rank)


def an_output(
    text,
    sources=(),
    refusal=None,
    citations=DEFAULT_CITATIONS,
    schema=None,
    retrieval=None,
    cost_usd=None,
    ttft_ms=None,
    completion_tokens=None,
    gold=None,
    finish_reason="stop",
    tool_calls=(),
    tools=(),
    allowed_tools=(),
    allowed_hosts=(),
    system=None,
    **example,
):
    """The output of one example; further keywords are the example's fields."""
    example.setdefault("inputs", {"question": "How many days of leave?"})
    return ScoreInput(
        example=Example(id="q-1", **example),
        completion=Completion(
            text=text,
            model="m",
            finish_reason=finish_reason,
            usage=Usage(completion_tokens=completion_tokens),
            latency_ms=120.0,
            ttft_ms=ttft_ms,
            tool_calls=tuple(tool_calls),
        ),
        prompt=PromptContent(
            messages=(*([Message("system", system)] if system else []), Message("user", "{{question}}")),
            response_schema=schema,
            retrieval=retrieval,
            tools=tuple(tools),
            policy=Policy(
                refusal=refusal,
                citations=citations,
                allowed_hosts=tuple(allowed_hosts),
                allowed_tools=tuple(allowed_tools),
            ),
        ),
        sources=tuple(sources),
        cost_usd=cost_usd,
        gold=gold,
    )
