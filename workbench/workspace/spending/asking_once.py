"""One call outside a run: within the month's budget, and its cost written down once the answer is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import partial

from workbench import ceiling
from workbench.domain.model import Completion, CompletionRequest, ModelSpec, Price
from workbench.errors import BudgetReachedError, ProviderError, StoreError, WorkbenchError
from workbench.pricing import answer_cost_usd
from workbench.stats.numbers import money
from workbench.store import prompts, spend
from workbench.store.session import Session
from workbench.store.spend import Apart
from workbench.workspace.context import Context
from workbench.workspace.spending.budget import RunBudget
from workbench.workspace.spending.caps import month_caps


@dataclass(frozen=True)
class AskedOnce:
    """A request that is going to be sent, and for what."""

    what: str
    """Such as `try`."""
    prompt: str | None
    """The prompt's name; None when it has none yet."""
    model: ModelSpec
    price: Price | None
    request: CompletionRequest


class PaidCalls:
    """Calls outside runs that share a budget. Used on one event loop. Raises NotAllowedError for who only looks."""

    def __init__(self, context: Context) -> None:
        context.require(("engineer", "reviewer"), "ask a model")
        self._context = context
        self._opening: asyncio.Task[RunBudget] | None = None

    async def ask(self, asked: AskedOnce, send: Callable[[], Awaitable[Completion]]) -> Completion:
        """The answer of `send`, which is called unless the month's budget, if there is one, does not allow it.

        Raises BudgetReachedError, and what `send` raises. Without a budget, and for what is free, nothing waits for
        the store before it is asked.
        """
        reservation = await self._reserve(asked)
        cost: float | None = None
        try:
            completion = await send()
            cost = answer_cost_usd(completion, asked.price)
        except WorkbenchError as error:
            cost = None if isinstance(error, ProviderError) and error.may_cost else 0.0
            raise
        finally:
            if reservation is not None:
                (await self._budget()).settle(reservation, cost)
        if cost == 0:
            return completion
        record = partial(_record, self._context, asked, cost, reservation)
        try:
            await asyncio.to_thread(self._context.write_patiently, record)
        except StoreError as error:  # the answer is there, and paid for: it is not lost for the sake of the books
            return replace(
                completion, notes=(*completion.notes, f"Its cost could not be written down: {error.message}")
            )
        return completion

    async def aclose(self) -> None:
        """Give back what was set aside for calls that cost less."""
        if self._opening is not None:
            await (await self._opening).aclose()

    async def _reserve(self, asked: AskedOnce) -> str | None:
        """What is set aside for the call; None where nothing needs to be."""
        if self._context.settings.budget.month_usd is None:
            return None
        most = ceiling.most_usd(asked.request, asked.model.model, asked.price)
        if most is None:
            raise ceiling.no_bound(asked.model.alias)
        if most == 0:
            return None
        budget = await self._budget()
        reservation = await budget.reserve(asked.model.alias, most)
        if reservation is None:
            standing = budget.standing()
            raise BudgetReachedError(
                f"The budget of the month is reached: {money(standing.month_usd)} of {money(standing.caps.month_usd)} "
                f"is spent or set aside, and this answer could cost up to {money(most)}.",
                hint="Raise month_usd in workbench.toml, or set a smaller max_tokens.",
            )
        return reservation

    async def _budget(self) -> RunBudget:
        """The month's budget, opened once."""
        if self._opening is None:
            caps = month_caps(self._context.settings.budget)
            self._opening = asyncio.create_task(asyncio.to_thread(RunBudget.opened, self._context, caps, None))
        return await self._opening


def _record(context: Context, asked: AskedOnce, cost: float | None, reservation: str | None, s: Session) -> None:
    now = context.clock.now()
    versions = [] if asked.prompt is None else prompts.versions(s, asked.prompt)
    use_case = versions[-1].use_case if versions else None
    spend.add_apart(s, Apart(now, asked.what, asked.prompt, use_case, asked.model.alias, cost))
    if reservation is not None and cost is not None:
        spend.release(s, [reservation], now)
