"""Money for one shard: the driver set it aside in the store, the worker spends of it and of nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import count

_SLACK_USD = 1e-9
"""Sums of dollars are compared to a billionth: beyond that is only what binary fractions leave over."""


class AllowanceSpentError(Exception):
    """A request does not fit into what is left of its shard's allowance. It was not sent; the driver takes it back."""


class Allowance:
    """What the calls of one shard may spend together. Used on one event loop."""

    def __init__(self, usd: float) -> None:
        self.spent_usd = 0.0
        """What answers are known to have cost."""
        self.kept_usd = 0.0
        """Set aside for calls that may have been charged for; nobody knows how much."""
        self._left = usd
        self._under_way: dict[str, float] = {}
        self._numbers = count(1)
        self._changed = asyncio.Event()

    async def reserve(self, usd: float) -> str:
        """Set aside the most that a call can cost; waits while calls under way may give back enough."""
        while usd > self._left + _SLACK_USD:
            if usd > self._left + sum(self._under_way.values()) + _SLACK_USD:
                raise AllowanceSpentError
            self._changed.clear()
            await self._changed.wait()
        self._left -= usd
        reservation = str(next(self._numbers))
        self._under_way[reservation] = usd
        return reservation

    def settle(self, reservation: str, usd: float | None) -> None:
        """The call is over and cost this much; None keeps all that was set aside."""
        reserved = self._under_way.pop(reservation)
        if usd is None:
            self.kept_usd += reserved
        else:
            self.spent_usd += usd
            self._left += reserved - usd
        self._changed.set()


class ShardBudget:
    """The `Budget` of a worker's lanes: each call draws on the allowance of the shard that it belongs to."""

    def __init__(self) -> None:
        self._of_this_task: ContextVar[Allowance] = ContextVar("allowance")

    @contextmanager
    def drawing_on(self, allowance: Allowance) -> Iterator[None]:
        """Within it, this task and those it starts draw on an allowance."""
        token = self._of_this_task.set(allowance)
        try:
            yield
        finally:
            self._of_this_task.reset(token)

    async def reserve(self, model: str, usd: float) -> str | None:
        """See `Budget.reserve`. Raises AllowanceSpentError instead of returning None: the run goes on."""
        del model
        return await self._of_this_task.get().reserve(usd)

    def settle(self, reservation: str, usd: float | None) -> None:
        """See `Budget.settle`."""
        self._of_this_task.get().settle(reservation, usd)
