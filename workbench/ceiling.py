"""The most that a request can cost, known before it is sent.

A byte-level tokenizer never makes more tokens of a text than it has bytes, so the prompt is counted in bytes: too much,
three to five times, but never too little. The answer is as long as the request allows, or as the model can write.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from workbench import pricing
from workbench.domain.model import CompletionRequest, Price
from workbench.errors import ProviderError

OUTPUT_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens")
"""The parameters by which a request limits its answer."""
REQUEST_TOKENS = 64
"""What providers add to any request: marks of beginning and end, and of who speaks next."""
MESSAGE_TOKENS = 16
"""What they add to a message: its role, and marks around it."""
FORM_TOKENS = 1_024
"""What they tell a model of its own accord about tools, or about a schema to keep to: up to about 800 tokens."""
TOKENS_PER_TEXT, TEXTS_PER_UNIT = 500, 100
"""What rerankers sold by search units count as one text, and as one unit."""
_PER_MILLION = 1_000_000


def most_usd(request: CompletionRequest, model: str, price: Price | None) -> float | None:
    """The most that sending a request once can cost, in US dollars; 0 when the model is free.

    None where there is no such bound: the price is unknown, or the prompt may be longer than it is known for, or
    neither the request nor the price table says how long an answer can get.
    """
    if price is None:
        per_query = pricing.query_usd(model)
        return None if per_query is None else per_query * most_search_units(request)
    prompt, answer = most_prompt_tokens(request), most_answer_tokens(request.parameters, model)
    if price.up_to_prompt_tokens is not None and prompt > price.up_to_prompt_tokens:
        return None
    if answer is None and price.output_per_million:
        return None
    dearest = max(price.input_per_million, price.cached_input_per_million or 0.0)
    return (prompt * dearest + (answer or 0) * price.output_per_million) / _PER_MILLION


def most_search_units(request: CompletionRequest) -> int:
    """How many search units a request to a reranker is at most: the query, and texts that count once per 500 tokens."""
    query, *texts = (_bytes(message.content) for message in request.messages)
    counted = sum(math.ceil((query + text + MESSAGE_TOKENS) / TOKENS_PER_TEXT) for text in texts)
    return math.ceil(counted / TEXTS_PER_UNIT)


def most_prompt_tokens(request: CompletionRequest) -> int:
    """How many tokens the prompt of a request has at most, with what providers add to it."""
    forms = [*request.tools, *(() if request.response_schema is None else (request.response_schema,))]
    texts = sum(_bytes(message.content) + MESSAGE_TOKENS for message in request.messages)
    # Indented and escaped, as the longest of the ways in which a provider may show JSON to its model.
    described = sum(len(json.dumps(form, indent=2, default=str)) + FORM_TOKENS for form in forms)
    # A parameter may hold text for the model as well, such as a response format or a prediction.
    asked = len(json.dumps(dict(request.parameters), indent=2, default=str))
    return REQUEST_TOKENS + texts + described + asked


def most_answer_tokens(parameters: Mapping[str, Any], model: str) -> int | None:
    """How many tokens an answer has at most: as the parameters say, else as the model can write; None when unknown."""
    asked = asked_answer_tokens(parameters)
    return pricing.max_output_tokens(model) if asked is None else asked


def asked_answer_tokens(parameters: Mapping[str, Any]) -> int | None:
    """How many tokens an answer may have by the parameters of its request; None when they do not say."""
    return max((parameters[name] for name in OUTPUT_LIMITS if _is_count(parameters.get(name))), default=None)


def no_bound(model: str) -> ProviderError:
    """Why a request is not sent while a budget holds: nobody can say what it may cost."""
    return ProviderError(
        f"What this request to {model!r} may cost at most is not known, and a budget is in force.",
        hint="Shorten the prompt, give the model a price in workbench.toml and max_tokens, or lift the budget.",
        sent=False,
    )


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
