"""A model that stops answering when a test wants to look at a run that goes on."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from collections.abc import Callable
from pathlib import Path

from aiohttp import web

from tests.support.openai_server import Asked, embedded, ok

MODEL = "desk-model"
"""Its name in a project."""
KEY_VARIABLE = "DESK_MODEL_KEY"
TOML = """
[models.{alias}]
model = "openai/tiny"
api_base = "{api_base}"
api_key_env = "{key}"
parameters = {{ max_tokens = 200 }}
price = {{ input_per_million = 1.0, output_per_million = 2.0 }}
limits = {{ concurrency = 4 }}
"""
EMBEDDER = "desk-embedder"
EMBEDDER_TOML = """
[embedders.{alias}]
model = "{model}"
parameters = {{ batch_size = 16 }}
"""
SENTENCE = re.compile(r"\[1\][^\n]*\n+(?:#[^\n]*\n+)*([^.\n]+\.)")


def first_sentence(asked: Asked) -> str:
    """The first sentence of the first source, and the mark of what was asked, which differs for every prompt."""
    found = SENTENCE.search(asked.question)
    said = found.group(1) if found else "The handbook says so."
    return f"{said} [1] {mark(asked.prompt)}"


class HeldAnswers:
    """Answers so many requests; the next ones wait until they are let go. For `OpenAIServer.default`."""

    def __init__(self, free: int, answer: Callable[[Asked], str] = first_sentence) -> None:
        """`answer` is what a request is answered with."""
        self.free = free
        self._answer = answer
        self._taken = 0
        self._waiting: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        self._holds = True
        self._lock = threading.Lock()

    def let_go(self, most: int | None = None) -> None:
        """Answer those that wait, and all others from now on; or no more than so many of those that wait."""
        with self._lock:
            self._holds = self._holds and most is not None
            freed = self._waiting[:most]
            del self._waiting[:most]
        for loop, gate in freed:
            loop.call_soon_threadsafe(gate.set)

    async def __call__(self, asked: Asked, http: web.Request) -> web.StreamResponse:
        self._taken += 1
        if self._taken > self.free:
            await self._wait()
        return await self._reply(asked, http)

    async def _reply(self, asked: Asked, http: web.Request) -> web.StreamResponse:
        return await ok(self._answer(asked))(asked, http)

    async def _wait(self) -> None:
        with self._lock:
            if not self._holds:
                return
            gate = asyncio.Event()
            self._waiting.append((asyncio.get_running_loop(), gate))
        await gate.wait()


class HeldEmbeddings(HeldAnswers):
    """The same for requests for embeddings. For `OpenAIServer.embedding`."""

    async def _reply(self, asked: Asked, http: web.Request) -> web.StreamResponse:
        return await embedded()(asked, http)


def mark(prompt: str) -> str:
    """What an answer to this prompt ends with."""
    return hashlib.sha256(prompt.encode()).hexdigest()[:16]


def offer(project: Path, api_base: str, alias: str = MODEL) -> None:
    """Make the model known to a project."""
    with (project / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write(TOML.format(alias=alias, api_base=api_base, key=KEY_VARIABLE))


def offer_embedder(project: Path, alias: str = EMBEDDER, model: str = MODEL) -> None:
    """Make an embedder that asks the model known to a project."""
    with (project / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write(EMBEDDER_TOML.format(alias=alias, model=model))
