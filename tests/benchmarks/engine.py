"""The run engine against a local server that takes 200 ms for every answer.

The physical limit of 1,000 answers at 64 at once is 16 rounds of 200 ms. Beside ours, in the same run: a bare loop on
aiohttp and a bare loop on LiteLLM, which send the same requests and store nothing.
"""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import os
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path

from tests.support.openai_server import OpenAIServer
from workbench import Workbench
from workbench.domain.dataset import Example
from workbench.domain.prompt import Message, PromptContent, PromptFile
from workbench.workspace.planning import RunOptions

TRIALS = 1_000
AT_ONCE = 64
LATENCY_S = 0.2
LIMIT_S = math.ceil(TRIALS / AT_ONCE) * LATENCY_S
FILLER = "The fee is one percent of the amount that is repaid early. " * 16
"""About a kilobyte, as a prompt with sources has."""


def measure(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield a line per way of asking."""
    with Server() as api_base:
        yield "physical limit", f"{LIMIT_S:.1f} s"
        for label, loop in (("bare aiohttp loop", bare_aiohttp), ("bare LiteLLM loop", bare_litellm)):
            asyncio.run(loop(api_base, AT_ONCE))
            took = _timed(lambda loop=loop: asyncio.run(loop(api_base, TRIALS)))
            yield label, f"{took:5.1f} s   {took / LIMIT_S:.2f} x the limit"
        seconds, cpu, summary = _ours(folder, api_base)
        yield "ours, stored and scored", f"{seconds:5.1f} s   {seconds / LIMIT_S:.2f} x the limit"
        yield "ours, CPU per trial", f"{1000 * cpu / TRIALS:5.1f} ms"
        yield "ours, answered", f"{summary.done} of {summary.planned}"


def _ours(folder: Path, api_base: str):
    os.environ["BENCHMARK_KEY"] = "not-a-key"
    (folder / "workbench.toml").write_text(
        f'[project]\nname = "benchmark"\n[models.server]\nmodel = "openai/tiny"\napi_base = "{api_base}"\n'
        'api_key_env = "BENCHMARK_KEY"\nprice = {input_per_million = 1.0, output_per_million = 2.0}\n'
    )
    content = PromptContent((Message("system", FILLER), Message("user", "{{question}}")), variables=("question",))
    with Workbench.open(folder) as wb:
        wb.add_prompt(PromptFile("answer", content))
        wb.add_dataset(
            [Example(f"q-{n}", {"question": f"Question {n}?"}, "one percent") for n in range(TRIALS)], name="g"
        )
        wb.add_dataset([Example(f"w-{n}", {"question": f"Warm {n}?"}) for n in range(AT_ONCE)], name="warm")
        wb.run("answer@1", "warm", models="server", concurrency=AT_ONCE)
        options = RunOptions(prompts=["answer@1"], dataset="g", models=["server"], concurrency=AT_ONCE)
        cpu, started = time.process_time(), time.perf_counter()
        run = wb.carry_out(options)
        return time.perf_counter() - started, time.process_time() - cpu, run.summary


def _bodies(count: int) -> Iterator[dict]:
    for n in range(count):
        messages = [{"role": "system", "content": FILLER}, {"role": "user", "content": f"Question {n}?"}]
        yield {"model": "tiny", "messages": messages, "stream": True, "stream_options": {"include_usage": True}}


async def bare_aiohttp(api_base: str, count: int) -> None:
    import aiohttp

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:

        async def ask(body: dict) -> None:
            async with session.post(f"{api_base}/chat/completions", json=body) as response:
                await response.read()

        await _all(ask, count)


async def bare_litellm(api_base: str, count: int) -> None:
    from workbench.models.litellm_runtime import load

    litellm = load()

    async def ask(body: dict) -> None:
        body = {**body, "model": "openai/tiny", "api_base": api_base, "api_key": "not-a-key"}
        stream = await litellm.acompletion(**body, num_retries=0, max_retries=0, timeout=30)
        async for _ in stream:
            pass

    await _all(ask, count)


async def _all(ask, count: int) -> None:
    bodies = _bodies(count)

    async def worker() -> None:
        for body in bodies:
            await ask(body)

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


def _timed(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


class Server:
    """The server in a process of its own, so that its work is not counted as the client's."""

    def __enter__(self) -> str:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        self._pipe = ours
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        return ours.recv()

    def __exit__(self, *_: object) -> None:
        self._pipe.send("stop")
        self._process.join(10)


def _serve(pipe: Connection) -> None:
    with OpenAIServer(latency_s=LATENCY_S) as server:
        pipe.send(server.api_base)
        pipe.recv()
