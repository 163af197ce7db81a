"""Embedding models behind LiteLLM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.model import CompletionRequest, ModelSpec
from workbench.domain.protocols import OnToken
from workbench.errors import BadResponseError
from workbench.models import litellm_runtime
from workbench.models.embedding import Embedding, embedding, texts_of
from workbench.models.keys import api_key, secrets
from workbench.models.litellm_errors import translate
from workbench.models.parameters import checked
from workbench.models.provider_errors import Asked
from workbench.models.time_limit import time_limit
from workbench.text.key_hiding import KeyHider


class LiteLLMEmbedder:
    """An embedding model by its LiteLLM name. It asks once; retries are not its business.

    Raises AuthenticationError when the key's variable is not set. The key is read again for each request.
    """

    def __init__(self, spec: ModelSpec, environ: Mapping[str, str]) -> None:
        self._spec = spec
        self._environ = environ
        self._asked = Asked(spec.model, spec.api_base)
        self._clients = litellm_runtime.Clients()
        api_key(spec, environ)

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Embedding:
        """Embed the texts of a request, in at most its `timeout_s`. Raises a ProviderError."""
        del on_token
        litellm = await self._clients.open()
        texts, key = texts_of(request), api_key(self._spec, self._environ)
        hide = KeyHider(secrets(key, self._environ))
        arguments = self._arguments(litellm, request.timeout_s)
        async with time_limit(self._asked, request.timeout_s):
            try:
                answer = await litellm.aembedding(input=texts, api_key=key, **arguments)
            except Exception as error:
                raise translate(self._asked, hide, error) from error
        return self._read(answer, len(texts), hide)

    async def aclose(self) -> None:
        """Close this loop's connections when nobody else uses them."""
        await self._clients.close()

    def _arguments(self, litellm: Any, timeout_s: float) -> dict[str, Any]:
        spec = self._spec
        arguments = checked({}, spec.parameters, is_owned=litellm.types.utils.is_litellm_owned_kwarg)
        arguments |= {"model": spec.model, "timeout": timeout_s, "num_retries": 0, "max_retries": 0}
        if spec.api_base is not None:
            arguments["api_base"] = spec.api_base
        if blank := litellm_runtime.account_left_out(spec):
            arguments["extra_headers"] = {**blank, **arguments.get("extra_headers", {})}
        return arguments

    def _read(self, answer: Any, texts: int, hide: KeyHider) -> Embedding:
        try:
            rows = sorted(answer.data, key=lambda row: row["index"])
            vectors = [row["embedding"] for row in rows]
            tokens = getattr(answer.usage, "prompt_tokens", None)
        except (TypeError, KeyError, AttributeError) as error:
            raise self._asked.failed(BadResponseError, "what it sent is no answer of this kind.", hide) from error
        # LiteLLM puts 0 where a provider did not count.
        return embedding(self._asked, hide, vectors, texts, tokens or None)
