"""A project's folder with code in it, and how one asks that code."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.support.own_code import OwnFolder, forgotten_afterwards
from workbench.domain.model import Completion, CompletionRequest, ModelSpec
from workbench.domain.prompt import Message
from workbench.models.python.completer import PythonCompleter


class Own(OwnFolder):
    """A folder with code, and how one asks it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environ = {"PINECONE_API_KEY": "planted-77aa-do-not-show"}

    def completer(self, attribute: str = "answer") -> PythonCompleter:
        return PythonCompleter(ModelSpec("own", f"python:mine:{attribute}"), self.environ, self.folder)

    async def asked(self, attribute: str = "answer", on_token: Any = None, **request: Any) -> Completion:
        request = {"messages": (Message("user", "Is the sea salty?"),), **request}
        return await self.completer(attribute).complete(CompletionRequest(**request), on_token)

    def ask(self, attribute: str = "answer", on_token: Any = None, **request: Any) -> Completion:
        return asyncio.run(self.asked(attribute, on_token, **request))


@pytest.fixture
def own(tmp_path, tmp_path_factory):
    with forgotten_afterwards(tmp_path_factory.getbasetemp()):
        yield Own(tmp_path)
