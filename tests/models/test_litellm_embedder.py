"""Providers with languages of their own, asked through LiteLLM over real HTTP: each is told what a text is for."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from workbench.domain.model import ModelSpec
from workbench.models.embedders import embedder_for, resolve
from workbench.models.embedding import embedding_request

TEXTS = ["one text", "another"]
ROWS = [[3.0, 4.0], [0.0, 2.0]]
AS_OPENAI = {
    "object": "list",
    "data": [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(ROWS)],
    "usage": {"prompt_tokens": 3, "total_tokens": 3},
}
ANSWERS: dict[str, Any] = {
    "cohere": {"id": "1", "embeddings": {"float": ROWS}, "meta": {"billed_units": {"input_tokens": 3}}},
    "gemini": {"embeddings": [{"values": row} for row in ROWS]},
}


class Provider(ThreadingHTTPServer):
    """Answers everything the same, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answer: Any = AS_OPENAI
        self.asked: list[dict[str, Any]] = []


class Handler(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        self.server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        body = json.dumps(self.server.answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("model", "path", "parameter", "document", "question"),
    [
        ("cohere/embed-v4.0", "/v2/embed", "input_type", "search_document", "search_query"),
        ("voyage/voyage-3.5", "/v1", "input_type", "document", "query"),
        ("gemini/gemini-embedding-001", "", "taskType", "RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY"),
        ("jina_ai/jina-embeddings-v3", "/v1", "task", "retrieval.passage", "retrieval.query"),
    ],
)
def test_documents_and_questions_are_told_apart(provider, on_loop, model, path, parameter, document, question):
    provider.answer = ANSWERS.get(model.partition("/")[0], AS_OPENAI)
    address = f"http://127.0.0.1:{provider.server_port}{path}"
    spec = resolve("mine", {}, {"mine": ModelSpec("mine", model, api_base=address, api_key_env="OWN_KEY")})

    async def embedded(query: bool) -> tuple[bytes, ...]:
        embedder = embedder_for(spec.asked_as(query=query)[1], {"OWN_KEY": "own-7a51b3"})
        try:
            return (await embedder.complete(embedding_request(TEXTS, 30.0))).vectors
        finally:
            await embedder.aclose()

    vectors = [on_loop(embedded(query)) for query in (False, True)]
    told = [asked.get("requests", [asked])[0][parameter] for asked in provider.asked]
    assert told == [document, question]
    assert {len(vector) for both in vectors for vector in both} == {8}
    assert len(vectors[0]) == len(TEXTS)
