"""What models cost and hold, by the price table that LiteLLM ships.

The table is read as a file: importing LiteLLM takes seconds, and its own lookup goes wrong in two ways that matter
here (it prices by the model named in the *response*, and it calls unknown models free). A model that the table does
not list is unknown, which is None, never 0.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from workbench.domain.model import Completion, Price, Usage
from workbench.errors import UnavailableError

OFFLINE_PREFIX = "offline/"
FREE = Price(input_per_million=0.0, output_per_million=0.0, cached_input_per_million=0.0)
"""The price of what runs in this process: known, and zero."""

TABLE_FILE = "model_prices_and_context_window_backup.json"
_PER_MILLION = 1_000_000
_TIER = re.compile(r"input_cost_per_token_above_(\d+)k_tokens")

# The table writes some providers' names with a suffix for the model family; the prefix in a model's name has none.
_FAMILIES = {"bedrock": "bedrock_", "vertex_ai": "vertex_ai-"}
_WRITES_TEXT = frozenset({"chat", "completion", "responses"})
_EMBEDS = "embedding"


@dataclass(frozen=True, slots=True)
class _Entry:
    """The fields of a table entry that are used here."""

    provider: str
    mode: str | None
    """Which of the provider's APIs takes the model, such as `chat` or `responses`."""
    price: Price | None
    context_window: int | None
    max_output_tokens: int | None
    response_schema: bool | None
    usd_per_query: float | None = None
    """What one search unit of a reranker costs, where it is sold by these."""


def price_of(model: str) -> Price | None:
    """The listed price of a model by its requested name, such as `openai/gpt-4o-mini`; None when it is not known."""
    if model.startswith(OFFLINE_PREFIX):
        return FREE
    entry = _entry(model)
    return entry.price if entry else None


def cost_usd(usage: Usage, price: Price | None) -> float | None:
    """What an answer cost, in US dollars; None when the price or a count that it needs is unknown.

    A count whose price is zero is not needed. Cached tokens are part of the prompt tokens and cost their own price.
    """
    if price is None:
        return None
    prompt, completion, cached = usage.prompt_tokens, usage.completion_tokens, usage.cached_tokens or 0
    limit = price.up_to_prompt_tokens
    if limit is not None and (prompt is None or prompt > limit):
        return None
    cached_rate = price.input_per_million if price.cached_input_per_million is None else price.cached_input_per_million
    cost = 0.0
    if prompt is not None:
        cached = min(cached, prompt)
        cost += (prompt - cached) * price.input_per_million + cached * cached_rate
    elif price.input_per_million or cached_rate:
        return None
    if completion is not None:
        cost += completion * price.output_per_million
    elif price.output_per_million:
        return None
    return cost / _PER_MILLION


def answer_cost_usd(completion: Completion, price: Price | None) -> float | None:
    """What an answer cost: by its model's own account where it gave one, else by its tokens; None when unknown."""
    return cost_usd(completion.usage, price) if completion.cost_usd is None else completion.cost_usd


def query_usd(model: str) -> float | None:
    """What one search unit of a reranker costs, in US dollars; None for models that are not sold by these."""
    entry = _entry(model)
    return entry.usd_per_query if entry else None


def context_window(model: str) -> int | None:
    """How many prompt tokens the model takes; None when it is not known."""
    entry = _entry(model)
    return entry.context_window if entry else None


def max_output_tokens(model: str) -> int | None:
    """How many tokens the model writes at most; None when it is not known."""
    entry = _entry(model)
    return entry.max_output_tokens if entry else None


def supports_response_schema(model: str) -> bool | None:
    """Whether the model can be held to a JSON schema; None when the table does not say."""
    entry = _entry(model)
    return entry.response_schema if entry else None


def is_chat_model(model: str) -> bool | None:
    """Whether the model is asked through its provider's chat API; None when the table does not list it."""
    entry = _entry(model)
    return entry.mode == "chat" if entry else None


def is_rerank_model(model: str) -> bool | None:
    """Whether the model only tells how relevant texts are to a query; None when the table does not list it."""
    entry = _entry(model)
    return entry.mode == "rerank" if entry else None


def listed_models() -> tuple[str, ...]:
    """Names of the models in the table that write text, as `provider/model`, sorted."""
    names = {_full_name(key, entry) for key, entry in _table().items() if entry.mode in _WRITES_TEXT}
    return tuple(sorted(names))


def full_name(model: str) -> str | None:
    """`provider/model` of a model that the table lists under its bare name, such as `gpt-4o-mini`; else None."""
    entry = None if "/" in model else _table().get(model)
    return _full_name(model, entry) if entry and entry.mode in _WRITES_TEXT else None


def listed_embedders() -> tuple[str, ...]:
    """Names of the embedding models in the table, as `provider/model`, sorted."""
    return tuple(sorted({_full_name(key, entry) for key, entry in _table().items() if entry.mode == _EMBEDS}))


def full_embedder_name(model: str) -> str | None:
    """`provider/model` of an embedding model that the table lists under its bare name; else None."""
    entry = None if "/" in model else _table().get(model)
    return _full_name(model, entry) if entry and entry.mode == _EMBEDS else None


def _full_name(key: str, entry: _Entry) -> str:
    """A table key with its provider in front, as LiteLLM takes it."""
    provider = next((name for name, family in _FAMILIES.items() if entry.provider.startswith(family)), entry.provider)
    return key if key.startswith(f"{provider}/") else f"{provider}/{key}"


def _entry(model: str) -> _Entry | None:
    """The entry of exactly this name, or of the bare name where the entry belongs to the provider that is asked."""
    table = _table()
    if model in table:
        return table[model]
    provider, _, bare = model.partition("/")
    entry = table.get(bare)
    if entry is None:
        return None
    family = _FAMILIES.get(provider)
    belongs = entry.provider == provider or (family is not None and entry.provider.startswith(family))
    return entry if belongs else None


@cache
def _table() -> Mapping[str, _Entry]:
    """The price table by model name, read once per process. Raises UnavailableError where it is not there."""
    try:
        raw = json.loads(_table_path().read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnavailableError(
            f"LiteLLM's price table cannot be read: {error}.", hint="Install the workbench again."
        ) from error
    return {
        name: _read_entry(fields)
        for name, fields in raw.items()
        if isinstance(fields, dict) and isinstance(fields.get("litellm_provider"), str) and name != "sample_spec"
    }


def _table_path() -> Path:
    """Where the installed LiteLLM keeps its table, found without importing it."""
    spec = importlib.util.find_spec("litellm")
    if spec is None or spec.origin is None:
        raise UnavailableError("LiteLLM is not installed.", hint="Install the workbench again.")
    return Path(spec.origin).parent / TABLE_FILE


def _read_entry(fields: Mapping[str, Any]) -> _Entry:
    schema = fields.get("supports_response_schema")
    return _Entry(
        provider=fields["litellm_provider"],
        mode=fields.get("mode"),
        price=_read_price(fields),
        context_window=_count(fields.get("max_input_tokens")),
        max_output_tokens=_count(fields.get("max_output_tokens")),
        response_schema=schema if isinstance(schema, bool) else None,
        usd_per_query=_per_query(fields),
    )


def _read_price(fields: Mapping[str, Any]) -> Price | None:
    """The price per token, where tokens are all that is paid for; tables with other units give None."""
    paid_in = _rate(fields.get("input_cost_per_token"))
    paid_out = _rate(fields.get("output_cost_per_token"))
    if paid_out is None and fields.get("mode") in ("embedding", "rerank"):
        paid_out = 0.0
    if paid_in is None or paid_out is None or fields.get("input_cost_per_request"):
        return None
    if fields.get("input_cost_per_query"):
        return None
    tiers = [int(match[1]) * 1000 for match in map(_TIER.fullmatch, fields) if match]
    return Price(
        input_per_million=paid_in,
        output_per_million=paid_out,
        cached_input_per_million=_rate(fields.get("cache_read_input_token_cost")),
        up_to_prompt_tokens=min(tiers, default=None),
    )


def _per_query(fields: Mapping[str, Any]) -> float | None:
    """Dollars per search unit, where those alone are paid for."""
    usd = fields.get("input_cost_per_query")
    if isinstance(usd, bool) or not isinstance(usd, (int, float)) or usd <= 0 or fields.get("mode") != "rerank":
        return None
    return None if fields.get("input_cost_per_token") or fields.get("output_cost_per_token") else float(usd)


def _rate(per_token: Any) -> float | None:
    """Dollars per million from dollars per token, without the digits that binary multiplication adds."""
    if isinstance(per_token, bool) or not isinstance(per_token, (int, float)) or per_token < 0:
        return None
    return round(per_token * _PER_MILLION, 9)


def _count(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
