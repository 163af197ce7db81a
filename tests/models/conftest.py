"""One loop, one LiteLLM import and one server for all tests of models that are asked over HTTP."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from tests.support.openai_server import OpenAIServer
from workbench.domain.model import Completion, CompletionRequest, ModelSpec
from workbench.domain.prompt import Message
from workbench.domain.protocols import Completer
from workbench.models.litellm_completer import LiteLLMCompleter
from workbench.models.openai_completer import OpenAICompleter
from workbench.models.registry import completer_for

T = TypeVar("T")
RunOnLoop = Callable[[Coroutine[Any, Any, T]], T]

PLANTED_KEY = "planted-4f9d1c7e-do-not-show"


@dataclass
class Asking:
    """Asks models on the shared loop, with an environment that holds only planted keys."""

    server: OpenAIServer
    run: RunOnLoop[Any]
    build: Callable[[ModelSpec, dict[str, str]], Completer]
    """How the completer is made: one way of asking models, or the way the workbench chooses."""
    environ: dict[str, str] = field(default_factory=lambda: {"OPENAI_API_KEY": PLANTED_KEY, "OWN_KEY": "own-7a51b3"})

    def spec(self, model: str = "openai/tiny", **fields: Any) -> ModelSpec:
        return ModelSpec(**{"alias": "under-test", "model": model, "api_base": self.server.api_base, **fields})

    def completer(self, spec: ModelSpec | None = None) -> Completer:
        return self.build(spec or self.spec(), self.environ)

    def request(self, text: str = "Is the sea salty today?", **fields: Any) -> CompletionRequest:
        return CompletionRequest(messages=(Message("user", text),), **fields)

    def __call__(
        self,
        text: str = "Is the sea salty today?",
        *,
        spec: ModelSpec | None = None,
        on_token: Callable[[str], None] | None = None,
        **fields: Any,
    ) -> Completion:
        completer = self.completer(spec)

        async def once() -> Completion:
            try:
                return await completer.complete(self.request(text, **fields), on_token)
            finally:
                await completer.aclose()

        return self.run(once())


@pytest.fixture(scope="session")
def on_loop() -> Iterator[RunOnLoop[Any]]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def run(coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, loop).result(timeout=60)

    yield run

    async def finish() -> None:
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    run(finish())
    loop.call_soon_threadsafe(loop.stop)
    thread.join(timeout=10)
    loop.close()


@pytest.fixture(scope="session")
def shared_server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


@pytest.fixture
def server(shared_server: OpenAIServer) -> OpenAIServer:
    shared_server.reset()
    return shared_server


@pytest.fixture(scope="session")
def litellm() -> Any:
    from workbench.models import litellm_runtime

    return litellm_runtime.load()


@pytest.fixture
def ask(server: OpenAIServer, on_loop: RunOnLoop[Any]) -> Asking:
    return Asking(server, on_loop, completer_for)


@pytest.fixture
def ask_directly(server: OpenAIServer, on_loop: RunOnLoop[Any]) -> Asking:
    return Asking(server, on_loop, OpenAICompleter)


@pytest.fixture
def ask_through_litellm(server: OpenAIServer, on_loop: RunOnLoop[Any], litellm: Any) -> Asking:
    return Asking(server, on_loop, LiteLLMCompleter)


@pytest.fixture(params=["ask_directly", "ask_through_litellm"])
def ask_either_way(request: pytest.FixtureRequest) -> Asking:
    return request.getfixturevalue(request.param)
