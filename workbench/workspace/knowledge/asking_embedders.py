"""Embedding models asked: in batches, several under way at once, within limits and the month's budget.

The machinery is that of runs: a lane for the calls, its retries, and a budget. Each batch is stored with what it cost
as soon as it is there.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from workbench.domain.model import CompletionRequest, ModelSpec, Price
from workbench.errors import (
    BudgetReachedError,
    ContextTooLongError,
    ProviderError,
    UnavailableError,
)
from workbench.models import embedders
from workbench.models.embedders import EmbedderSpec
from workbench.models.embedding import Embedding, embedding_request
from workbench.models.providers import is_local
from workbench.pricing import answer_cost_usd, price_of
from workbench.retrieval.embedders import require_going_on
from workbench.runner.asking import attempts
from workbench.runner.brake import Brake
from workbench.runner.lane import Attempt, Lane
from workbench.runner.retry import RetryPolicy
from workbench.stats.numbers import money
from workbench.store import spend
from workbench.store.session import Session
from workbench.store.spend import Apart
from workbench.text import tokens
from workbench.workspace import background
from workbench.workspace.context import Context
from workbench.workspace.knowledge.embedding_desks import Desk, desk_of
from workbench.workspace.knowledge.kept_embedders import Keep
from workbench.workspace.runs.lanes import spend_of
from workbench.workspace.spending.budget import RunBudget, open_budget
from workbench.workspace.spending.caps import month_caps

WHAT = "embed"
"""What the cost of embeddings is booked as."""
BATCH_TEXTS = 64
BATCH_TOKENS = 16_000
"""The most that a request holds: far below what providers take, so that a kill loses little."""
ATTEMPTS = 8
"""A build is worth waiting for: the last attempts are up to half a minute apart."""
TIMEOUT_S = 60.0
LOOK_S = 0.1
"""How often somebody's wish to stop is looked for."""
INTERRUPT_S = 75.0
"""How long an interrupted caller waits for what is in flight to be stored: longer than a request may take."""

Batch = Mapping[str, str]
"""Texts by their hashes."""


@dataclass(frozen=True)
class AskedEmbedder:
    """Makes vectors by asking a model. See `VectorMaker`."""

    context: Context
    spec: EmbedderSpec

    @property
    def name(self) -> str:
        """What people call it."""
        return self.spec.name

    @property
    def version(self) -> str:
        """See `EmbedderSpec.version`."""
        return self.spec.version

    @property
    def price(self) -> Price | None:
        """The user's own price, else the table's; None when unknown."""
        return self.spec.model.price or price_of(self.spec.model.model)

    def key(self, *, query: bool) -> str:
        """See `EmbedderSpec.key`."""
        return self.spec.key(query=query)

    def lacks(self) -> UnavailableError | None:
        """Which key is missing; None when none is."""
        return embedders.lacks(self.spec.model, self.context.environ)

    def make(self, texts: Batch, keep: Keep, *, query: bool, stop: threading.Event) -> None:
        """See `VectorMaker.make`. An interrupt waits for what is in flight.

        Raises UnavailableError when the key is missing, ProviderError, BudgetReachedError, StoreError.
        """
        prefix, model = self.spec.asked_as(query=query)
        asking = _Asking(self.context, model, self.price, prefix, keep)
        batches = list(in_batches(texts, self.spec.batch_size or BATCH_TEXTS))
        working = asyncio.run_coroutine_threadsafe(asking.carry_out(batches, stop), background.loop())
        try:
            working.result()
        except KeyboardInterrupt:
            stop.set()
            with suppress(Exception):
                working.result(INTERRUPT_S)
            raise


@dataclass
class _Asking:
    """One round of requests. Used on the background loop, but for its making."""

    context: Context
    model: ModelSpec
    price: Price | None
    prefix: str
    keep: Keep
    _brake: Brake = field(default_factory=Brake)
    _left: deque[Batch] = field(default_factory=deque)
    _failed: ProviderError | None = None

    async def carry_out(self, batches: list[Batch], stop: threading.Event) -> None:
        self._left.extend(batches)
        budget = await self._open_budget()
        try:
            async with desk_of(self.model, self.context.environ, self.context.clock) as desk:
                lane = self._lane(desk, budget)
                looking = asyncio.create_task(self._look_for(stop))
                workers = [self._work(lane) for _ in range(min(lane.slots.most, len(batches)))]
                try:
                    ended = await asyncio.gather(*workers, return_exceptions=True)
                finally:
                    looking.cancel()
        finally:
            if budget is not None:
                await budget.aclose()
        for error in (self._failed, *ended):
            if error is not None:
                raise error
        require_going_on(stop)
        if self._brake.pulled:
            raise self._budget_reached(budget)

    async def _work(self, lane: Lane) -> None:
        """Take batch after batch, until none is left or somebody pulled the brake."""
        retry = RetryPolicy(attempts=ATTEMPTS)
        try:
            while self._left and not self._brake.pulled:
                batch = self._left.popleft()
                asked = attempts(lane, self._request(batch), timeout_s=TIMEOUT_S, retry=retry, brake=self._brake)
                async for made in asked:
                    result = made.attempt.result
                    if isinstance(result, Embedding):
                        await asyncio.to_thread(self._deliver, batch, made.attempt, result)
                    elif made.final and isinstance(result, ProviderError):
                        self._lost(batch, result)
        except BaseException:
            self._brake.pull("provider")
            raise

    def _lost(self, batch: Batch, error: ProviderError) -> None:
        if isinstance(error, ContextTooLongError) and len(batch) > 1:
            self._left.extendleft(reversed(list(in_batches(batch, (len(batch) + 1) // 2))))
            return
        self._failed = self._failed or error
        self._brake.pull("provider")

    def _deliver(self, batch: Batch, attempt: Attempt, answer: Embedding) -> None:
        cost = answer_cost_usd(answer, self.price)
        spent = Apart(attempt.started_at, WHAT, None, None, self.model.alias, cost)

        def book(s: Session) -> None:
            if cost != 0:
                spend.add_apart(s, spent)
            if attempt.reservation is not None:
                spend.release(s, [attempt.reservation], self.context.clock.now())

        self.keep(dict(zip(batch, answer.vectors, strict=True)), book)

    def _request(self, batch: Batch) -> CompletionRequest:
        return embedding_request([self.prefix + text for text in batch.values()], TIMEOUT_S)

    def _lane(self, desk: Desk, budget: RunBudget | None) -> Lane:
        lane = Lane(
            self.model.alias,
            desk.completer,
            desk.slots.most,
            clock=self.context.clock,
            brake=self._brake,
            spend=None if budget is None else spend_of(self.model, self.price, budget),
            local=is_local(self.model),
            pace=desk.pace,
        )
        lane.slots = desk.slots
        return lane

    async def _open_budget(self) -> RunBudget | None:
        caps = month_caps(self.context.settings.budget)
        return await asyncio.to_thread(open_budget, self.context, caps, None)

    async def _look_for(self, stop: threading.Event) -> None:
        while not stop.is_set():  # noqa: ASYNC110 (it is set by threads that know no event loop)
            await asyncio.sleep(LOOK_S)
        self._brake.pull("cancel")

    def _budget_reached(self, budget: RunBudget | None) -> BudgetReachedError:
        standing = None if budget is None else budget.standing()
        spent = (
            "" if standing is None else f": {money(standing.month_usd)} of {money(standing.caps.month_usd)} is spent"
        )
        return BudgetReachedError(
            f"The budget of the month is reached{spent}. What was embedded is kept.",
            hint="Raise month_usd in workbench.toml, and start it again to go on.",
        )


def in_batches(texts: Batch, most: int) -> Iterator[Batch]:
    """Texts cut into requests of at most so many, and of no more tokens than `BATCH_TOKENS` unless one has more."""
    batch: dict[str, str] = {}
    size = 0
    for text_hash, text in texts.items():
        length = tokens.count(text)
        if batch and (len(batch) == most or size + length > BATCH_TOKENS):
            yield batch
            batch, size = {}, 0
        batch[text_hash] = text
        size += length
    if batch:
        yield batch
