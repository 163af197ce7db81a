"""What is measured against: the same requests sent by a bare loop, which stores and scores nothing."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

TRIALS = 1_000
AT_ONCE = 64
LATENCY_S = 0.2
LIMIT_S = math.ceil(TRIALS / AT_ONCE) * LATENCY_S
"""The physical limit: 16 rounds of 200 ms."""
FILLER = "The fee is one percent of the amount that is repaid early. " * 16
"""About a kilobyte, as a prompt with sources has."""


def question(n: int) -> str:
    return f"Question {n}?"


async def bare_aiohttp(api_base: str, count: int) -> None:
    """Ask so many questions with nothing but aiohttp."""
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def ask(body: dict[str, Any]) -> None:
            async with session.post(f"{api_base}/chat/completions", json=body) as response:
                await response.read()

        await _all(ask, count)


async def bare_litellm(api_base: str, count: int) -> None:
    """Ask so many questions with nothing but LiteLLM."""
    from workbench.models.litellm_runtime import load

    litellm = load()

    async def ask(body: dict[str, Any]) -> None:
        body = {**body, "model": "openai/tiny", "api_base": api_base, "api_key": "not-a-key"}
        stream = await litellm.acompletion(**body, num_retries=0, max_retries=0, timeout=30)
        async for _ in stream:
            pass

    await _all(ask, count)


def _bodies(count: int) -> Iterator[dict[str, Any]]:
    for n in range(count):
        messages = [{"role": "system", "content": FILLER}, {"role": "user", "content": question(n)}]
        yield {"model": "tiny", "messages": messages, "stream": True, "stream_options": {"include_usage": True}}


async def _all(ask: Callable[[dict[str, Any]], Awaitable[None]], count: int) -> None:
    bodies = _bodies(count)

    async def worker() -> None:
        for body in bodies:
            await ask(body)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
