"""Trying one example on a draft or a version, streamed, without storing a run."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.dataset import Example
from workbench.domain.index import RetrievedChunk
from workbench.domain.model import Completion
from workbench.domain.prompt import Message, PromptContent, PromptVersion
from workbench.domain.run import DEFAULT_TIMEOUT_S, Cell
from workbench.pricing import cost_usd
from workbench.runner.requests import build_request, find_sources
from workbench.workspace.context import Context
from workbench.workspace.indexes import Indexes
from workbench.workspace.models import Models
from workbench.workspace.planning import Planner


@dataclass(frozen=True)
class Tried:
    """One answer, with what the model was shown."""

    messages: Sequence[Message]
    sources: Sequence[RetrievedChunk]
    retrieval_ms: float | None
    completion: Completion
    cost_usd: float | None


@dataclass(frozen=True)
class Tries:
    """Asks once. Nothing is stored."""

    context: Context
    planner: Planner

    def ask(
        self,
        content: PromptContent,
        example: Example,
        *,
        model: str | None = None,
        on_token: Callable[[str], None] | None = None,
    ) -> Tried:
        """Fill the content with the example and ask a model, the content's own unless another is named.

        Blocking; `on_token` is called with each piece of text. Raises InputError where the template cannot be
        filled and ProviderError where the model does not answer; a try is not repeated by itself.
        """
        ctx = self.context
        version = PromptVersion("try", 1, content, content.hash, ctx.actor.name, ctx.clock.now())
        arm = self.planner.arm(version, model)
        retriever = Indexes(ctx).open_fingerprint(arm.index_fingerprint) if arm.index_fingerprint else None
        sources = find_sources(arm.retrieval, example, retriever)
        request = build_request(Cell(arm, example, 1), sources, timeout_s=DEFAULT_TIMEOUT_S)

        async def complete() -> Completion:
            completer = Models(ctx).completer(arm.model)
            try:
                return await completer.complete(request, on_token)
            finally:
                await completer.aclose()

        completion = asyncio.run(complete())
        return Tried(
            messages=request.messages,
            sources=sources.chunks,
            retrieval_ms=sources.retrieval_ms,
            completion=completion,
            cost_usd=cost_usd(completion.usage, arm.price),
        )
