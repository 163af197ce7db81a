"""A model that stops answering when a test wants to look at a run that goes on."""

from __future__ import annotations

import asyncio
import hashlib
import re
import threading
from pathlib import Path

from aiohttp import web

from tests.support.openai_server import Asked, ok

MODEL = "desk-model"
"""Its name in a project."""
KEY_VARIABLE = "DESK_MODEL_KEY"
TOML = """
[models.{alias}]
model = "openai/tiny"
api_base = "{api_base}"
api_key_env = "{key}"
price = {{ input_per_million = 1.0, output_per_million = 2.0 }}
limits = {{ concurrency = 4 }}
"""
SENTENCE = re.compile(r"\[1\][^\n]*\n+(?:#[^\n]*\n+)*([^.\n]+\.)")


class HeldAnswers:
    """Answers so many requests; the next ones wait until they are let go. For `OpenAIServer.default`.

    An answer is the first sentence of the first source, and ends with the mark of what was asked, which differs for
    every prompt.
    """

    def __init__(self, free: int) -> None:
        self.free = free
        self._taken = 0
        self._open = threading.Event()

    def let_go(self) -> None:
        """Answer those that wait, and all others from now on."""
        self._open.set()

    async def __call__(self, asked: Asked, http: web.Request) -> web.StreamResponse:
        self._taken += 1
        if self._taken > self.free:
            await asyncio.to_thread(self._open.wait)
        found = SENTENCE.search(asked.question)
        said = found.group(1) if found else "The handbook says so."
        return await ok(f"{said} [1] {mark(asked.prompt)}")(asked, http)


def mark(prompt: str) -> str:
    """What an answer to this prompt ends with."""
    return hashlib.sha256(prompt.encode()).hexdigest()[:16]


def offer(project: Path, api_base: str) -> None:
    """Make the model known to a project."""
    with (project / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write(TOML.format(alias=MODEL, api_base=api_base, key=KEY_VARIABLE))
