"""An OpenAI-compatible server on 127.0.0.1: real HTTP, scripted answers and faults, every request kept.

    with OpenAIServer() as server:
        server.script(rate_limited(retry_after_s=2), ok("fine"))   # the next two requests, in order
        server.when("mortgage", status(503))                       # every prompt that contains the word
        ...                                                        # all others are answered with an echo
        assert server.requests[0].body["model"] == "tiny"

`OpenAIServer(latency_s=0.2)` waits before each answer, which makes it a stand-in for a provider in benchmarks.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.support import openai_wire as wire

MODELS = ("tiny", "small")
ECHOED_WORDS = 8
VECTOR_LENGTH = 8


@dataclass
class Asked:
    """One request as it arrived."""

    path: str
    headers: Mapping[str, str]
    body: dict[str, Any]
    abandoned: threading.Event = field(default_factory=threading.Event)
    """Set when the client went away before the answer was complete."""
    arrived_s: float = field(default_factory=time.monotonic)
    answered_s: float | None = None
    """When the answer, or the refusal, was complete; None before, and when the client went away."""

    @property
    def prompt(self) -> str:
        """The text of all messages."""
        return "\n".join(_content(message) for message in self.body.get("messages", ()))

    @property
    def texts(self) -> list[str]:
        """The texts to embed."""
        given = self.body.get("input", [])
        return [given] if isinstance(given, str) else list(given)

    @property
    def question(self) -> str:
        """The last user message."""
        asked = [_content(m) for m in self.body.get("messages", ()) if m.get("role") == "user"]
        return asked[-1] if asked else ""

    @property
    def streams(self) -> bool:
        return bool(self.body.get("stream"))

    @property
    def wants_usage(self) -> bool:
        return not self.streams or bool((self.body.get("stream_options") or {}).get("include_usage"))


Reply = Callable[[Asked, web.Request], Awaitable[web.StreamResponse]]
"""Answers one chat request."""


@dataclass(frozen=True)
class Usage:
    """Token counts as a server reports them."""

    prompt: int
    completion: int
    cached: int | None = None

    def as_json(self) -> dict[str, Any]:
        counts: dict[str, Any] = {
            "prompt_tokens": self.prompt,
            "completion_tokens": self.completion,
            "total_tokens": self.prompt + self.completion,
        }
        if self.cached is not None:
            counts["prompt_tokens_details"] = {"cached_tokens": self.cached}
        return counts


def ok(
    text: str | None = None,
    *,
    usage: Usage | None = None,
    finish_reason: str | None = "stop",
    tool_calls: Sequence[tuple[str, str, str]] = (),
    model: str | None = None,
    delay_s: float = 0.0,
    send_usage: bool = True,
    slice_bytes: int | None = None,
    cut_after: int | None = None,
) -> Reply:
    """A proper answer.

    `text` None echoes the question; `usage` None counts words; `tool_calls` are (id, name, JSON arguments).
    `slice_bytes` sends the stream in slices of that many bytes, wherever they fall; `cut_after` closes the
    connection after that many pieces of text.
    """

    async def reply(asked: Asked, http: web.Request) -> web.StreamResponse:
        if delay_s:
            await asyncio.sleep(delay_s)
        said = echo(asked.question) if text is None else text
        counted = usage or Usage(len(asked.prompt.split()), len(said.split()))
        head = {"id": "chatcmpl-1", "created": 0, "model": model or asked.body.get("model", "")}
        reported = counted.as_json() if send_usage and asked.wants_usage else None
        if not asked.streams:
            return wire.whole(head, said, finish_reason, tool_calls, reported)
        return await wire.stream(
            http,
            list(wire.chunks(head, said, finish_reason, tool_calls, reported, cut_after)),
            slice_bytes=slice_bytes,
            cut=cut_after is not None,
        )

    return reply


def embedded(
    change: Callable[[list[Any]], list[Any]] = lambda rows: rows, *, send_usage: bool = True, delay_s: float = 0.0
) -> Reply:
    """The vectors of the texts, which `change` may spoil; a token is a word."""

    async def reply(asked: Asked, http: web.Request) -> web.StreamResponse:
        if delay_s:
            await asyncio.sleep(delay_s)
        vectors = change([vector(text) for text in asked.texts])
        rows = [{"object": "embedding", "index": i, "embedding": one} for i, one in enumerate(vectors)]
        words = sum(len(str(text).split()) for text in asked.texts)
        answer = {"object": "list", "data": rows[::-1], "model": asked.body.get("model")}
        if send_usage:
            answer["usage"] = {"prompt_tokens": words, "total_tokens": words}
        return web.json_response(answer)

    return reply


def status(code: int, message: str = "The server said no.", *, kind: str | None = None, **headers: str) -> Reply:
    """An error in OpenAI's form; `kind` is its code, `headers` are sent with dashes for underscores."""

    async def reply(asked: Asked, http: web.Request) -> web.StreamResponse:
        error = {"message": message, "type": kind or "error", "param": None, "code": kind}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"error": error}, status=code, headers=named)

    return reply


def rate_limited(retry_after_s: float | None = None) -> Reply:
    """429, with the time to wait when there is one."""
    headers = {} if retry_after_s is None else {"retry_after": f"{retry_after_s:g}"}
    return status(429, "Rate limit reached for requests.", kind="rate_limit_exceeded", **headers)


def unauthorized(message: str = "Incorrect API key provided.") -> Reply:
    """401."""
    return status(401, message, kind="invalid_api_key")


def unknown_model(model: str = "nope") -> Reply:
    """404 for a model that the server does not have."""
    return status(404, f"The model `{model}` does not exist or you do not have access to it.", kind="model_not_found")


def context_too_long() -> Reply:
    """400 as OpenAI words it for a prompt that is too long."""
    words = "This model's maximum context length is 4096 tokens. However, your messages resulted in 9000 tokens."
    return status(400, words, kind="context_length_exceeded")


def content_filtered(text: str = "") -> Reply:
    """An answer that the provider's filter stopped."""
    return ok(text, finish_reason="content_filter")


def raw(body: bytes, *, content_type: str = "application/json", code: int = 200) -> Reply:
    """Exactly these bytes."""

    async def reply(asked: Asked, http: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=code, content_type=content_type)

    return reply


def malformed_json() -> Reply:
    """A body that claims to be JSON and stops in the middle."""
    return raw(b'{"id": "chatcmpl-1", "choices": [{"mess')


def malformed_sse() -> Reply:
    """A stream whose event is no JSON."""
    return raw(b"data: {this is not json\n\ndata: [DONE]\n\n", content_type="text/event-stream")


def empty_choices() -> Reply:
    """A proper stream, or body, without any choice."""

    async def reply(asked: Asked, http: web.Request) -> web.StreamResponse:
        head = {"id": "chatcmpl-1", "created": 0, "model": "tiny", "choices": []}
        if not asked.streams:
            return web.json_response({**head, "object": "chat.completion"})
        return await wire.stream(http, [{**head, "object": "chat.completion.chunk"}])

    return reply


def cut_before_headers() -> Reply:
    """The connection closes without a word."""

    async def reply(asked: Asked, http: web.Request) -> web.StreamResponse:
        wire.close(http)
        return web.Response()

    return reply


def slow(seconds: float) -> Reply:
    """A proper answer, much later."""
    return ok(delay_s=seconds)


def echo(question: str) -> str:
    """The answer to a question when nothing else is scripted: its first words."""
    return "You asked: " + " ".join(question.split()[:ECHOED_WORDS])


class OpenAIServer:
    """The server, in a thread and an event loop of its own, from `with` to the end of the block."""

    def __init__(
        self, *, latency_s: float = 0.0, models: Sequence[str] = MODELS, port: int = 0, keep_alive_s: float = 75.0
    ) -> None:
        """`port` 0 takes one that is free; idle connections are closed after `keep_alive_s`."""
        self.latency_s = latency_s
        self.models = tuple(models)
        self.default: Reply = ok()
        self.embedding: Reply = embedded()
        """Answers requests for embeddings that nothing else is scripted for."""
        self.requests: list[Asked] = []
        self.peak = 0
        """The most chat requests that were open at once."""
        self.open = 0
        """Chat requests that wait for their answer."""
        self._script: deque[Reply] = deque()
        self._embedding_script: deque[Reply] = deque()
        self._rules: list[tuple[str, Reply]] = []
        self._port = port
        self._keep_alive_s = keep_alive_s
        self._loop = asyncio.new_event_loop()
        self._runner: web.AppRunner | None = None
        self._thread = threading.Thread(target=self._loop.run_forever, name="openai-server", daemon=True)

    @property
    def port(self) -> int:
        return self._port

    @property
    def api_base(self) -> str:
        """What a client takes as its base URL."""
        return f"http://127.0.0.1:{self._port}/v1"

    def script(self, *replies: Reply) -> None:
        """Answer the next requests with these, in order, before any rule applies."""
        self._script.extend(replies)

    def script_embeddings(self, *replies: Reply) -> None:
        """As `script`, for requests for embeddings."""
        self._embedding_script.extend(replies)

    @property
    def embedded_texts(self) -> list[str]:
        """All texts that were asked to be embedded and answered, or refused, in the order of arrival."""
        return [text for asked in self.requests if asked.answered_s is not None for text in asked.texts]

    def when(self, text: str, reply: Reply) -> None:
        """Answer every prompt that contains the text so; the first rule that fits counts."""
        self._rules.append((text, reply))

    def reset(self) -> None:
        """Forget requests, script and rules."""
        self._script.clear()
        self._embedding_script.clear()
        self.embedding = embedded()
        self._rules.clear()
        self.requests.clear()
        self.default = ok()
        self.latency_s = 0.0
        self.peak = 0

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(timeout=10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(timeout=10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()

    async def _start(self) -> None:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_post("/v1/chat/completions", self._chat)
        app.router.add_post("/v1/embeddings", self._embeddings)
        app.router.add_post("/v1/rerank", self._rerank)
        app.router.add_post("/v2/rerank", self._rerank)
        app.router.add_get("/v1/models", self._list)
        app.router.add_get("/api/tags", self._tags)
        self._runner = web.AppRunner(
            app,
            access_log=None,
            handler_cancellation=True,
            shutdown_timeout=0.1,
            keepalive_timeout=self._keep_alive_s,
        )
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=1024).start()
        self._port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _record(self, http: web.Request) -> Asked:
        body = await http.json() if http.can_read_body else {}
        asked = Asked(http.path, {name.lower(): value for name, value in http.headers.items()}, body)
        self.requests.append(asked)
        return asked

    async def _chat(self, http: web.Request) -> web.StreamResponse:
        return await self._reply(http, self._choose)

    async def _embeddings(self, http: web.Request) -> web.StreamResponse:
        return await self._reply(http, lambda _: self._next_embedding())

    async def _reply(self, http: web.Request, choose: Callable[[Asked], Reply]) -> web.StreamResponse:
        asked = await self._record(http)
        self.open += 1
        self.peak = max(self.peak, self.open)
        try:
            if self.latency_s:
                await asyncio.sleep(self.latency_s)
            response = await choose(asked)(asked, http)
        except asyncio.CancelledError:
            asked.abandoned.set()
            raise
        else:
            asked.answered_s = time.monotonic()
            return response
        finally:
            self.open -= 1

    def _next_embedding(self) -> Reply:
        return self._embedding_script.popleft() if self._embedding_script else self.embedding

    def _choose(self, asked: Asked) -> Reply:
        if self._script:
            return self._script.popleft()
        return next((reply for text, reply in self._rules if text in asked.prompt), self.default)

    async def _rerank(self, http: web.Request) -> web.StreamResponse:
        """As Cohere and those who copy it: the share of the query's words that a text has, the best first."""
        asked = await self._record(http)
        if self._script:
            return await self._script.popleft()(asked, http)
        words, texts = set(asked.body["query"].lower().split()), asked.body["documents"]
        shares = [len(words & set(str(text).lower().split())) / len(words) for text in texts]
        results = [{"index": at, "relevance_score": share} for at, share in enumerate(shares)]
        counted = sum(len(str(text).split()) for text in texts)
        meta = {"billed_units": {"search_units": 1, "total_tokens": counted}}
        best_first = sorted(results, key=lambda result: -result["relevance_score"])
        usage = {"total_tokens": counted}
        return web.json_response({"id": "rerank-1", "results": best_first, "meta": meta, "usage": usage})

    async def _list(self, http: web.Request) -> web.StreamResponse:
        await self._record(http)
        data = [{"id": name, "object": "model", "created": 0, "owned_by": "tests"} for name in self.models]
        return web.json_response({"object": "list", "data": data})

    async def _tags(self, http: web.Request) -> web.StreamResponse:
        """Ollama's own list of models."""
        await self._record(http)
        return web.json_response({"models": [{"name": name} for name in self.models]})


def vector(text: object) -> list[float]:
    """A short vector that equal texts share."""
    digest = hashlib.sha256(str(text).encode()).digest()
    return [byte / 255 for byte in digest[:VECTOR_LENGTH]]


def _content(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    return content if isinstance(content, str) else json.dumps(content)
