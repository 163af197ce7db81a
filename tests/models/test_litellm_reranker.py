"""Rerankers over real HTTP, by every one of LiteLLM's ways that takes an address."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.openai_server import OpenAIServer, raw, status
from workbench import ceiling
from workbench.domain.model import Completion, ModelSpec, Price, Usage
from workbench.domain.prompt import Message
from workbench.errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
)
from workbench.models.litellm_reranker import LiteLLMReranker, is_reranker, relevances, rerank_request
from workbench.models.registry import completer_for
from workbench.pricing import answer_cost_usd, price_of, query_usd

TEXTS = ["Salaries are paid monthly", "How many days of leave there are", "days and days"]
QUERY = "how many days of leave"
SECRET = "planted-5c1e-rerank-key"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


def base(model: str, server: OpenAIServer) -> str:
    return server.api_base if model.startswith(("hosted_vllm", "infinity")) else server.api_base.removesuffix("/v1")


def ask(model: str, server: OpenAIServer, **options) -> Completion:
    spec = ModelSpec("ranker", model, api_base=base(model, server), api_key_env="RANKER_KEY", **options)
    reranker = completer_for(spec, {"RANKER_KEY": SECRET})
    assert isinstance(reranker, LiteLLMReranker)

    async def once() -> Completion:
        try:
            return await reranker.complete(rerank_request(QUERY, TEXTS, {}, 20.0))
        finally:
            await reranker.aclose()

    return asyncio.run(once())


@pytest.mark.parametrize(
    "model",
    [
        "hosted_vllm/bge-reranker",
        "cohere/rerank-v3.5",
        "infinity/any-model",
        "jina_ai/jina-reranker-v2-base-multilingual",
    ],
)
def test_the_relevance_of_each_text_comes_in_the_order_of_the_texts(model, server):
    answer = ask(model, server)

    assert relevances(answer, 3) == pytest.approx([0.0, 1.0, 0.2])
    (asked,) = server.requests
    assert asked.body["query"] == QUERY
    assert asked.body["documents"] == TEXTS
    assert asked.headers["authorization"].split()[-1] == SECRET


def test_what_is_sold_by_the_search_costs_by_the_search(server):
    assert ask("cohere/rerank-v3.5", server).cost_usd == pytest.approx(0.002)
    assert price_of("cohere/rerank-v3.5") is None  # the table's zero per token is no price
    assert query_usd("cohere/rerank-v3.5") == pytest.approx(0.002)


def test_what_is_sold_by_tokens_costs_by_tokens_and_a_price_of_the_users_own_comes_first(server):
    answer = ask("jina_ai/jina-reranker-v2-base-multilingual", server)
    assert answer.usage.prompt_tokens == 14
    own = ask("cohere/rerank-v3.5", server, price=Price(1.0, 0.0))
    assert answer_cost_usd(own, Price(1.0, 0.0)) == pytest.approx(14e-6)


def test_a_server_without_a_price_costs_what_nobody_knows(server):
    assert answer_cost_usd(ask("hosted_vllm/bge-reranker", server), None) is None


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (status(429, "slow down"), RateLimitedError),
        (status(401, "wrong key"), AuthenticationError),
        (status(503, "busy"), OverloadedError),
        (raw(b'{"results": [{"index": 9, "relevance_score": 1}]}'), BadResponseError),
        (raw(b'{"results": []}'), BadResponseError),
        (raw(b"not json"), ProviderError),
    ],
)
def test_faults_are_told_in_the_same_words_as_those_of_other_models(reply, error, server):
    server.script(reply)
    with pytest.raises(error) as caught:
        ask("hosted_vllm/bge-reranker", server)
    assert SECRET not in str(caught.value)
    assert len(server.requests) == 1


def test_a_reranker_answers_no_prompt(server):
    spec = ModelSpec("ranker", "hosted_vllm/bge-reranker", api_base=server.api_base)
    request = rerank_request(QUERY, (), {}, 20.0)
    with pytest.raises(BadRequestError, match="answers no prompts"):
        asyncio.run(LiteLLMReranker(spec, {}).complete(request))
    assert server.requests == []


def test_a_missing_key_is_said_before_anything_is_sent():
    with pytest.raises(AuthenticationError, match="COHERE_API_KEY"):
        completer_for(ModelSpec("r", "cohere/rerank-v3.5"), {})


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("cohere/rerank-v3.5", True),
        ("voyage/rerank-2", True),
        ("hosted_vllm/BAAI/bge-reranker-v2-m3", True),
        ("hosted_vllm/cross-encoder/ms-marco", True),
        ("infinity/anything", True),
        ("openai/gpt-4o-mini", False),
        ("ollama_chat/llama3", False),
        ("offline/reader", False),
    ],
)
def test_rerankers_are_told_from_models_that_write(model, expected):
    assert is_reranker(model) is expected


@given(texts=st.lists(st.text(max_size=2000), min_size=1, max_size=120))
def test_the_most_a_search_can_cost_covers_every_text(texts):
    request = rerank_request(QUERY, texts, {}, 1.0)
    most = ceiling.most_usd(request, "cohere/rerank-v3.5", None)
    assert most is not None
    assert most >= 0.002 * len(texts) / 100
    assert ceiling.most_usd(request, "hosted_vllm/bge-reranker", None) is None


def test_relevances_that_were_not_given_are_unknown():
    answer = Completion("[0.5]", "r", "stop", Usage(), 1.0)
    assert relevances(answer, 2) == [0.5, None]
    assert Message("tool", "a") in rerank_request("q", ["a"], {}, 1.0).messages
