"""Embedding models over real HTTP, asked directly and through LiteLLM: the same vectors, the same errors."""

from __future__ import annotations

import array
import math

import pytest

from tests.models.conftest import PLANTED_KEY
from tests.support import openai_server as serve
from workbench.domain.model import ModelSpec
from workbench.errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
    ConnectionFailedError,
    ContextTooLongError,
    ModelTimeoutError,
    OverloadedError,
    RateLimitedError,
    UnknownModelError,
    UnusableAnswerError,
)
from workbench.models.embedders import embedder_for
from workbench.models.embedding import embedding_request
from workbench.models.litellm_embedder import LiteLLMEmbedder
from workbench.models.openai_embedder import OpenAIEmbedder

TEXTS = ["Books are lent for 21 days.", "Films are lent for 7 days.", "Rooms are booked at the desk."]
ENVIRON = {"OWN_KEY": PLANTED_KEY}


@pytest.fixture(params=[OpenAIEmbedder, LiteLLMEmbedder], ids=["directly", "through-litellm"])
def ask(request, server, on_loop):
    server.reset()

    def embed(texts=TEXTS, *, timeout_s=30.0, environ=ENVIRON, **fields):
        given = {"alias": "e", "model": "openai/tiny", "api_base": server.api_base, "api_key_env": "OWN_KEY", **fields}

        async def once():
            embedder = request.param(ModelSpec(**given), environ)
            try:
                return await embedder.complete(embedding_request(texts, timeout_s))
            finally:
                await embedder.aclose()

        return on_loop(once())

    embed.server = server
    return embed


def numbers(vector: bytes) -> list[float]:
    return list(array.array("f", vector))


def unit(row: list[float]) -> list[float]:
    length = math.sqrt(sum(one * one for one in row))
    return [one / length for one in row]


def test_each_text_gets_its_own_vector_of_length_one(ask):
    answer = ask()

    assert [numbers(one) for one in answer.vectors] == [pytest.approx(unit(serve.vector(text))) for text in TEXTS]
    assert answer.usage.prompt_tokens == sum(len(text.split()) for text in TEXTS)
    assert (answer.usage.completion_tokens, answer.cost_usd) == (0, None)


def test_the_server_is_sent_the_texts_the_model_the_parameters_and_the_named_key(ask):
    ask(model="openai/text-embedding-3-small", parameters={"dimensions": 4})

    (asked,) = ask.server.requests
    assert (asked.path, asked.body["model"], asked.body["dimensions"]) == (
        "/v1/embeddings",
        "text-embedding-3-small",
        4,
    )
    assert asked.texts == TEXTS
    assert asked.headers["authorization"] == f"Bearer {PLANTED_KEY}"


def test_tokens_that_were_not_counted_are_unknown(ask):
    ask.server.script_embeddings(serve.embedded(send_usage=False))

    assert ask().usage.prompt_tokens is None


@pytest.mark.parametrize(
    ("reply", "error", "retryable"),
    [
        (serve.rate_limited(retry_after_s=7), RateLimitedError, True),
        (serve.status(503), OverloadedError, True),
        (serve.unauthorized(), AuthenticationError, False),
        (serve.unknown_model(), UnknownModelError, False),
        (serve.context_too_long(), ContextTooLongError, False),
        (serve.status(400, "Invalid dimensions."), BadRequestError, False),
        (serve.malformed_json(), BadResponseError, True),
        (serve.cut_before_headers(), ConnectionFailedError, True),
    ],
)
def test_refusals_are_the_errors_of_every_other_model(ask, reply, error, retryable):
    ask.server.script_embeddings(reply)

    with pytest.raises(error) as raised:
        ask()

    assert type(raised.value) is error
    assert (raised.value.retryable, len(ask.server.requests)) == (retryable, 1)
    assert raised.value.retry_after_s == (7 if error is RateLimitedError else None)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda rows: rows[:-1], "2 vectors came for 3 texts"),
        (lambda rows: [*rows, rows[0]], "4 vectors came for 3 texts"),
        (lambda rows: [rows[0], rows[1][:3], rows[2]], "vectors of 3 and of 8 numbers"),
        (lambda rows: [rows[0], [0.0] * 8, rows[2]], "all zeros"),
        (lambda rows: [rows[0], [float("nan")] * 8, rows[2]], "no number"),
        (lambda rows: [rows[0], [float("inf"), *[1.0] * 7], rows[2]], "no number"),
        (lambda rows: [[], [], []], "no numbers"),
    ],
    ids=["too few", "too many", "uneven", "zeros", "nan", "infinite", "empty"],
)
def test_what_are_no_vectors_is_said_and_not_asked_for_again(ask, spoil, said):
    ask.server.script_embeddings(serve.embedded(spoil))

    with pytest.raises(UnusableAnswerError, match=said) as raised:
        ask()

    assert not raised.value.retryable


@pytest.mark.parametrize("body", [b"[" * 200_000, b'{"data": [{"index": 1e999, "embedding": [1]}]}'])
def test_a_body_that_no_reader_bears_is_a_bad_response(server, on_loop, body):
    server.reset()
    server.script_embeddings(serve.raw(body))

    async def once():
        embedder = OpenAIEmbedder(ModelSpec(alias="e", model="openai/tiny", api_base=server.api_base), {})
        try:
            return await embedder.complete(embedding_request(TEXTS, 30.0))
        finally:
            await embedder.aclose()

    with pytest.raises(BadResponseError):
        on_loop(once())


def test_an_answer_that_does_not_come_in_time_is_given_up(ask):
    ask.server.script_embeddings(serve.embedded(delay_s=30))

    with pytest.raises(ModelTimeoutError):
        ask(timeout_s=0.2)


def test_a_server_that_is_not_there_is_named(ask):
    with pytest.raises(ConnectionFailedError, match="refused") as raised:
        ask(api_base="http://127.0.0.1:9/v1")

    assert not raised.value.may_cost


def test_a_missing_key_is_told_before_anything_is_sent(ask):
    with pytest.raises(AuthenticationError, match=r"OWN_KEY is not set.*export OWN_KEY=\.\.\.\) and try again"):
        ask(environ={})

    assert ask.server.requests == []


def test_a_key_that_a_server_repeats_is_hidden(ask):
    ask.server.script_embeddings(serve.unauthorized(f"Incorrect API key provided: {PLANTED_KEY}."))

    with pytest.raises(AuthenticationError) as raised:
        ask()

    assert PLANTED_KEY not in str(raised.value)


@pytest.mark.parametrize("name", ["api_key", "api_base", "timeout", "num_retries"])
def test_parameters_decide_nothing_of_where_and_how_is_asked(ask, name):
    with pytest.raises(BadRequestError):
        ask(parameters={name: "x"})

    assert ask.server.requests == []


@pytest.mark.parametrize(
    ("model", "parameters", "directly"),
    [
        ("openai/text-embedding-3-small", {}, True),
        ("openai/text-embedding-3-small", {"dimensions": 256}, True),
        ("openai/text-embedding-3-small", {"a_new_one": 1}, False),
        ("lm_studio/nomic-embed-text", {}, True),
        ("cohere/embed-v4.0", {}, False),
    ],
)
def test_litellm_is_asked_only_where_something_has_to_be_translated(model, parameters, directly):
    spec = ModelSpec("e", model, api_base="http://127.0.0.1:9/v1", parameters=parameters)

    assert isinstance(embedder_for(spec, {}), OpenAIEmbedder if directly else LiteLLMEmbedder)
