"""How many calls to a model may be under way: a limit that adapts to what the provider bears."""

from __future__ import annotations

import asyncio
from collections import deque

DECREASE = 0.5
"""A push-back halves the limit, as in TCP's congestion control (Chiu and Jain 1989: additive increase with
multiplicative decrease is what lets several clients of one provider end at fair and efficient shares)."""


class AdaptiveLimit:
    """Slots for calls: one more per round of answers, half as many after a push-back.

    It starts at `most`, because most providers bear what a person configured, and never goes beyond. Used on one
    event loop; waiting calls get their slots in the order in which they asked.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.in_flight = 0
        self._limit = float(most)
        self._round = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    @property
    def now(self) -> int:
        """How many calls may be under way at the moment."""
        return int(self._limit)

    async def acquire(self) -> int:
        """Wait for a slot. Returns the round it was given in, which `pushed_back` wants to know."""
        if self.in_flight < self.now and not self._waiting:
            self.in_flight += 1
            return self._round
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self.release()
            raise
        return self._round

    def release(self) -> None:
        """Give a slot back."""
        self.in_flight -= 1
        self._wake()

    def answered(self) -> None:
        """An answer came: a round of them makes room for one call more."""
        if self._limit < self.most:
            self._limit = min(float(self.most), self._limit + 1 / self._limit)
            self._wake()

    def pushed_back(self, sent_in: int) -> None:
        """The provider refused a call for now. Calls sent before the last decrease tell nothing new."""
        if sent_in == self._round:
            self._round += 1
            self._limit = max(1.0, self._limit * DECREASE)

    def change(self, most: int) -> None:
        """Set another highest limit. One that was lowered by push-backs stays where it is, if it may."""
        self._limit = float(most) if self._limit >= self.most else min(self._limit, float(most))
        self.most = most
        self._wake()

    def _wake(self) -> None:
        while self._waiting and self.in_flight < self.now:
            waiter = self._waiting.popleft()
            if not waiter.done():
                self.in_flight += 1
                waiter.set_result(None)
