"""What asking a model costs this machine: CPU per call, bare and through both completers.

A short streamed answer from a local server in a process of its own, 1,000 calls, 64 at once. The server's 200 ms do
not count, only what this process computes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from tests.benchmarks.bare import AT_ONCE, FILLER, LATENCY_S, TRIALS, bare_aiohttp, bare_litellm
from tests.benchmarks.serving import Server
from workbench.domain.model import CompletionRequest, ModelSpec
from workbench.domain.prompt import Message
from workbench.domain.protocols import Completer
from workbench.models.litellm_completer import LiteLLMCompleter
from workbench.models.provider_completer import ProviderCompleter

Loop = Callable[[str, int], Awaitable[None]]
"""Asks the server at this address so many times."""


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield a line per way of asking."""
    del folder
    with Server(LATENCY_S) as api_base:
        floor = None
        for label, loop in (
            ("bare aiohttp loop", bare_aiohttp),
            ("asked directly", _through(ProviderCompleter)),
            ("bare LiteLLM loop", bare_litellm),
            ("asked through LiteLLM", _through(LiteLLMCompleter)),
        ):
            took_ms = asyncio.run(_cpu_ms(loop, api_base))
            floor = floor or took_ms
            yield f"{label}, CPU per call", f"{took_ms:6.2f} ms   {took_ms / floor:5.1f} x bare aiohttp"


async def _cpu_ms(loop: Loop, api_base: str) -> float:
    await loop(api_base, AT_ONCE)
    started = time.process_time()
    await loop(api_base, TRIALS)
    return 1000 * (time.process_time() - started) / TRIALS


def _through(kind: Callable[[ModelSpec, dict[str, str]], Completer]) -> Loop:
    async def loop(api_base: str, count: int) -> None:
        completer = kind(ModelSpec("tiny", "openai/tiny", api_base=api_base), {})
        numbers = iter(range(count))

        async def worker() -> None:
            for n in numbers:
                messages = (Message("system", FILLER), Message("user", f"Question {n}?"))
                await completer.complete(CompletionRequest(messages, parameters={"temperature": 0.1}))

        await asyncio.gather(*(worker() for _ in range(AT_ONCE)))
        await completer.aclose()

    return loop
