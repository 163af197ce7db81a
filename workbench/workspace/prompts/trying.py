"""Trying one example on a draft or a version, streamed, without storing a run: only what it cost is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.domain.dataset import Example
from workbench.domain.index import RetrievedChunk
from workbench.domain.model import Completion, CompletionRequest
from workbench.domain.prompt import Message, PromptContent
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.run import DEFAULT_TIMEOUT_S, Arm, Cell
from workbench.errors import WorkbenchError
from workbench.metrics.citations import find_citations
from workbench.pricing import answer_cost_usd
from workbench.runner.requests import Sources, build_request, find_sources, given_sources
from workbench.workspace.context import Context
from workbench.workspace.knowledge.indexes import Indexes
from workbench.workspace.models import Models
from workbench.workspace.runs.planning import Planner
from workbench.workspace.spending.asking_once import AskedOnce, PaidCalls

OnPiece = Callable[[int, str], None]
"""Called with the position of the question, from 0, and a piece of its answer."""


@dataclass(frozen=True)
class Tried:
    """One answer, with what the model was shown or, where it is code of the user's own, says that it found."""

    messages: Sequence[Message]
    sources: Sequence[RetrievedChunk]
    retrieval_ms: float | None
    completion: Completion
    cost_usd: float | None
    cited: frozenset[int] = frozenset()
    """Which sources the answer names, from 1, by the prompt's own pattern."""


@dataclass(frozen=True)
class _Prepared:
    content: PromptContent
    arm: Arm
    sources: Sources
    request: CompletionRequest


@dataclass(frozen=True)
class Tries:
    """Asks once. Nothing is stored but what it cost."""

    context: Context
    planner: Planner

    def ask(
        self,
        content: PromptContent,
        example: Example,
        *,
        model: str | None = None,
        prompt: str | None = None,
        on_token: Callable[[str], None] | None = None,
    ) -> Tried:
        """Fill the content with the example and ask a model, the content's own unless another is named.

        Blocking; `on_token` is called with each piece of text. `prompt` names the prompt that what it costs is spent
        on. Raises InputError where the template cannot be filled, ProviderError where the model does not answer, and
        BudgetReachedError where the month's budget does not allow it; a try is not repeated by itself.
        """

        def on_piece(_: int, piece: str) -> None:
            if on_token is not None:
                on_token(piece)

        (tried,) = self.ask_side_by_side([(content, model)], example, prompt=prompt, on_piece=on_piece)
        if isinstance(tried, WorkbenchError):
            raise tried
        return tried

    def ask_side_by_side(
        self,
        asked: Sequence[tuple[PromptContent, str | None]],
        example: Example,
        *,
        prompt: str | None = None,
        on_piece: OnPiece,
    ) -> tuple[Tried | WorkbenchError, ...]:
        """As `ask`, for several contents of a prompt, each with the model to ask, at the same time.

        Blocking; `on_piece` is called in the calling thread. Where one cannot be answered its error stands in its
        place, and the others are asked all the same.
        """
        self.context.require("engineer", "try a prompt")
        calls = PaidCalls(self.context)

        async def one(position: int, content: PromptContent, model: str | None) -> Tried | WorkbenchError:
            try:
                prepared = self._prepare(content, example, model)
                return await self._complete(prepared, prompt, calls, lambda piece: on_piece(position, piece))
            except WorkbenchError as error:
                return error

        async def all_of_them() -> Sequence[Tried | WorkbenchError]:
            try:
                return await asyncio.gather(*(one(position, *pair) for position, pair in enumerate(asked)))
            finally:
                await calls.aclose()

        return tuple(asyncio.run(all_of_them()))

    def _prepare(self, content: PromptContent, example: Example, model: str | None) -> _Prepared:
        ctx = self.context
        version = PromptVersion("try", 1, content, content.hash, ctx.actor.name, ctx.clock.now())
        arm = self.planner.arm(version, model)
        retriever = Indexes(ctx).open_fingerprint(arm.index_fingerprint) if arm.index_fingerprint else None
        sources = find_sources(arm.retrieval, example, retriever)
        request = build_request(Cell(arm, example, 1), sources, timeout_s=DEFAULT_TIMEOUT_S)
        return _Prepared(content, arm, sources, request)

    async def _complete(
        self, prepared: _Prepared, prompt: str | None, calls: PaidCalls, on_token: Callable[[str], None]
    ) -> Tried:
        arm, request = prepared.arm, prepared.request
        completer = Models(self.context).completer(arm.model)
        asked = AskedOnce("try", prompt, arm.model, arm.price, request)
        try:
            completion = await calls.ask(asked, lambda: completer.complete(request, on_token))
        finally:
            await completer.aclose()
        shown = prepared.sources.chunks if completion.sources is None else given_sources(completion.sources)
        citations = find_citations(completion.text, prepared.content.policy.citations, shown)
        return Tried(
            messages=prepared.request.messages,
            sources=shown,
            retrieval_ms=prepared.sources.retrieval_ms,
            completion=completion,
            cost_usd=answer_cost_usd(completion, prepared.arm.price),
            cited=frozenset(number for citation in citations for number in citation.sources),
        )
