"""What a request can cost at most is never less than what it does cost."""

from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from workbench import ceiling, pricing
from workbench.domain.model import CompletionRequest, Price, Usage
from workbench.domain.prompt import Message

UNLISTED = "openai/a-model-of-our-own"
LISTED = "openai/gpt-4o-mini"
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object", "title": "é"}}}

rates = st.floats(0, 1000, allow_nan=False)
texts = st.text(st.characters(), max_size=30)
requests = st.builds(
    CompletionRequest,
    messages=st.lists(st.builds(Message, st.sampled_from(["system", "user"]), texts), max_size=4).map(tuple),
    parameters=st.fixed_dictionaries({}, optional={name: st.integers(1, 5000) for name in ceiling.OUTPUT_LIMITS}),
    tools=st.lists(st.just(TOOL), max_size=2).map(tuple),
    response_schema=st.none() | st.just({"type": "object"}),
)


@pytest.fixture(scope="module")
def tokenizer():
    """A tokenizer of real models, as LiteLLM carries it along."""
    patch = pytest.MonkeyPatch()
    here = Path(importlib.util.find_spec("litellm").origin).parent
    patch.setenv("TIKTOKEN_CACHE_DIR", str(here / "litellm_core_utils" / "tokenizers"))
    yield tiktoken.get_encoding("cl100k_base")
    patch.undo()


def asking(*messages: str, **parameters) -> CompletionRequest:
    return CompletionRequest(tuple(Message("user", text) for text in messages), parameters)


@given(
    request=requests,
    price=st.builds(Price, rates, rates, st.none() | rates),
    prompt=st.floats(0, 1),
    cached=st.floats(0, 1),
    answer=st.floats(0, 1),
)
def test_no_usage_within_the_bounds_costs_more(request, price, prompt, cached, answer):
    most = ceiling.most_usd(request, LISTED, price)
    prompt_tokens = math.floor(prompt * ceiling.most_prompt_tokens(request))
    longest = ceiling.most_answer_tokens(request.parameters, LISTED)
    usage = Usage(prompt_tokens, math.floor(answer * longest), math.floor(cached * prompt_tokens))
    assert pricing.cost_usd(usage, price) <= most * (1 + 1e-12)


@given(requests)
def test_a_prompt_has_no_more_tokens_than_its_bytes_and_what_providers_add(request):
    sent = sum(len(message.content.encode("utf-8", "surrogatepass")) for message in request.messages)
    sent += sum(len(json.dumps(tool).encode()) for tool in request.tools)
    assert ceiling.most_prompt_tokens(request) >= sent + 4 * len(request.messages)


@given(st.text(max_size=60))
def test_a_real_tokenizer_stays_within_the_bound(tokenizer, text):
    assert len(tokenizer.encode_ordinary(text)) <= ceiling.most_prompt_tokens(asking(text)) - ceiling.REQUEST_TOKENS


def test_half_of_an_emoji_is_counted_too():
    assert ceiling.most_prompt_tokens(asking("\ud83d")) >= 3


@pytest.mark.parametrize("name", ceiling.OUTPUT_LIMITS)
def test_an_answer_is_as_long_as_the_request_allows(name):
    assert ceiling.most_answer_tokens({name: 50}, UNLISTED) == 50


def test_of_several_limits_the_widest_counts():
    assert ceiling.most_answer_tokens({"max_tokens": 50, "max_completion_tokens": 70}, LISTED) == 70


@pytest.mark.parametrize("limit", [None, 0, -1, True, "50", 1.5])
def test_a_limit_that_is_none_leaves_the_models_own(limit):
    assert ceiling.most_answer_tokens({"max_tokens": limit}, LISTED) == pricing.max_output_tokens(LISTED)


def test_what_is_unknown_has_no_bound():
    priced = Price(1.0, 2.0)
    assert ceiling.most_usd(asking("hello", max_tokens=10), UNLISTED, None) is None
    assert ceiling.most_usd(asking("hello"), UNLISTED, priced) is None
    assert ceiling.most_usd(asking("hello", max_tokens=10), UNLISTED, priced) > 0


def test_a_prompt_that_may_be_longer_than_its_price_is_known_for_has_no_bound():
    price = Price(1.0, 2.0, up_to_prompt_tokens=1_000)
    assert ceiling.most_usd(asking("short", max_tokens=10), LISTED, price) is not None
    assert ceiling.most_usd(asking("long " * 300, max_tokens=10), LISTED, price) is None


def test_a_free_model_costs_nothing_whatever_is_unknown():
    assert ceiling.most_usd(asking("hello"), UNLISTED, pricing.FREE) == 0.0


def test_why_nothing_was_sent_says_the_way_out():
    error = ceiling.no_bound(UNLISTED)
    assert UNLISTED in error.message
    assert "max_tokens" in error.hint
    assert not error.may_cost
    assert not error.retryable
