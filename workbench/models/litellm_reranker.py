"""Rerankers behind LiteLLM: models that tell how relevant texts are to a query, and write nothing.

They are asked in the shape of any other model, so that limits, budgets and retries hold for them alike: the first
message is the query, the others are the texts, and the answer is a JSON list of the texts' relevances.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from typing import Any

from workbench import pricing
from workbench.domain.model import Completion, CompletionRequest, ModelSpec, Usage, token_count
from workbench.domain.prompt import Message
from workbench.domain.protocols import OnToken
from workbench.errors import BadRequestError, BadResponseError
from workbench.models import litellm_runtime
from workbench.models.keys import api_key, secrets
from workbench.models.litellm_errors import translate
from workbench.models.parameters import checked
from workbench.models.provider_errors import HINTS, Asked
from workbench.models.time_limit import time_limit
from workbench.text.key_hiding import KeyHider

_NAMED_SO = ("rerank", "cross-encoder")
_RERANKS_ONLY = "infinity/"


def is_reranker(model: str) -> bool:
    """Whether a model is asked by its provider's interface for reranking: the price table says so, or its name does."""
    listed = pricing.is_rerank_model(model)
    if listed is not None:
        return listed
    return model.startswith(_RERANKS_ONLY) or any(part in model.lower() for part in _NAMED_SO)


def rerank_request(
    query: str, texts: Sequence[str], parameters: Mapping[str, Any], timeout_s: float
) -> CompletionRequest:
    """What asks a reranker for the relevance of some texts to a query."""
    messages = (Message("user", query), *(Message("tool", text) for text in texts))
    return CompletionRequest(messages=messages, parameters=parameters, timeout_s=timeout_s)


def relevances(completion: Completion, texts: int) -> list[float | None]:
    """What a reranker answered, in the order of the texts; None for those it said nothing of."""
    said = json.loads(completion.text)
    return [said[at] if at < len(said) else None for at in range(texts)]


class LiteLLMReranker:
    """A reranker by its LiteLLM name. It asks once: retries are the caller's business.

    Raises AuthenticationError when the key's variable is not set.
    """

    def __init__(self, spec: ModelSpec, environ: Mapping[str, str]) -> None:
        self._spec = spec
        self._environ = environ
        self._asked = Asked(spec.model, spec.api_base)
        self._clients = litellm_runtime.Clients()
        api_key(spec, environ)

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Ask once for the relevance of the texts in `request`, see `rerank_request`. Raises a ProviderError."""
        del on_token
        query, texts = request.messages[0].content, request.messages[1:]
        if not texts or any(message.role != "tool" for message in texts):
            raise BadRequestError(
                f"{self._spec.model!r} tells how relevant texts are to a query; it answers no prompts.",
                hint="Name it as a prompt's retrieval.rerank, and another model to answer.",
                sent=False,
            )
        litellm = await self._clients.open()
        started = time.perf_counter()
        async with time_limit(self._asked, request.timeout_s):
            response = await self._ask(litellm, query, [message.content for message in texts], request)
        found = self._read(response, len(texts))
        return Completion(
            text=json.dumps(found),
            model=self._spec.model,
            finish_reason="stop",
            usage=_usage(response),
            latency_ms=(time.perf_counter() - started) * 1000,
            cost_usd=self._cost_usd(response),
        )

    async def aclose(self) -> None:
        """Close this loop's connections when no other completer uses them."""
        await self._clients.close()

    async def _ask(self, litellm: Any, query: str, texts: Sequence[str], request: CompletionRequest) -> Any:
        spec = self._spec
        owned = litellm.types.utils.is_litellm_owned_kwarg
        arguments: dict[str, Any] = checked(request.parameters, spec.parameters, is_owned=owned)
        if spec.api_base is not None:
            arguments["api_base"] = spec.api_base
        key = api_key(spec, self._environ)
        try:
            return await litellm.arerank(
                **arguments,
                model=spec.model,
                query=query,
                documents=list(texts),
                top_n=len(texts),
                return_documents=False,
                timeout=request.timeout_s,
                num_retries=0,
                max_retries=0,
                api_key=key,
            )
        except Exception as error:
            raise translate(self._asked, KeyHider(secrets(key, self._environ)), error) from error

    def _read(self, response: Any, texts: int) -> list[float | None]:
        """The relevances by place of the text. Raises BadResponseError where there are none, or of other texts."""
        found: list[float | None] = [None] * texts
        results = response.results
        if not isinstance(results, list):
            results = []
        for result in results:
            at, relevance = result.get("index"), result.get("relevance_score")
            if not isinstance(at, int) or not 0 <= at < texts or not _is_number(relevance):
                raise BadResponseError(
                    f"{self._spec.model!r} gave a relevance of a text that it was not asked about.",
                    hint=HINTS[BadResponseError],
                )
            found[at] = float(relevance)
        if all(relevance is None for relevance in found):
            raise BadResponseError(f"{self._spec.model!r} gave no relevance at all.", hint=HINTS[BadResponseError])
        return found

    def _cost_usd(self, response: Any) -> float | None:
        """What it cost where it is sold by search units; None leaves it to price and tokens."""
        per_unit = pricing.query_usd(self._spec.model)
        if self._spec.price is not None or per_unit is None:
            return None
        units = _count(response, "billed_units", "search_units")
        return per_unit * (1 if units is None else units)


def _usage(response: Any) -> Usage:
    tokens = _count(response, "tokens", "input_tokens")
    return Usage(prompt_tokens=_count(response, "billed_units", "total_tokens") if tokens is None else tokens)


def _count(response: Any, group: str, name: str) -> int | None:
    """A count that the provider gave beside its results."""
    given = (response.meta or {}).get(group) or {}
    return token_count(given.get(name))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
