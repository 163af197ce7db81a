"""The time that a whole answer may take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from workbench.models.provider_errors import Asked


@asynccontextmanager
async def time_limit(asked: Asked, timeout_s: float) -> AsyncIterator[None]:
    """Give up what is inside after so many seconds, with ModelTimeoutError."""
    try:
        async with asyncio.timeout(timeout_s) as limit:
            yield
    except TimeoutError as error:
        if limit.expired():
            raise asked.out_of_time(timeout_s) from error
        raise
