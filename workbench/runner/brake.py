"""The one place that says whether a run may start further calls."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from workbench.domain.run import StopReason


class Brake:
    """Pulled once, it stops every lane of a run before its next call. Used on one event loop."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self._cancelled = asyncio.Event()
        self.reason: StopReason | None = None

    def pull(self, reason: StopReason) -> None:
        """Start no further call. A cancel overrules what was said before: it does not wait for calls under way."""
        if self.reason is None or reason == "cancel":
            self.reason = reason
        self._event.set()
        if reason == "cancel":
            self._cancelled.set()

    @property
    def pulled(self) -> bool:
        """Whether no further call may start."""
        return self.reason is not None

    async def wait(self) -> None:
        """Until it is pulled."""
        await self._event.wait()

    async def wait_for_cancel(self) -> None:
        """Until a cancel pulls it, even after a budget did."""
        await self._cancelled.wait()

    async def sleep(self, seconds: float) -> None:
        """Sleep, but wake up at once when the brake is pulled."""
        if self.pulled or seconds <= 0:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()
