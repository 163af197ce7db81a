"""A model of a provider or a local server, asked the shortest way that serves each request."""

from __future__ import annotations

from collections.abc import Mapping

from workbench.domain.model import Completion, CompletionRequest, ModelSpec
from workbench.domain.protocols import Completer, OnToken
from workbench.models.litellm_completer import LiteLLMCompleter
from workbench.models.openai_completer import OpenAICompleter
from workbench.models.openai_serving import serves_request


class ProviderCompleter:
    """Asks directly, and through LiteLLM what has to be translated first; see `openai_serving`.

    LiteLLM is imported when the first such request comes. Raises AuthenticationError when the key is missing.
    """

    def __init__(self, spec: ModelSpec, environ: Mapping[str, str]) -> None:
        self._spec = spec
        self._environ = environ
        self._direct = OpenAICompleter(spec, environ)
        self._translating: LiteLLMCompleter | None = None

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Ask once. Raises a ProviderError."""
        return await self._way(request).complete(request, on_token)

    async def aclose(self) -> None:
        """Close the connections of both ways."""
        await self._direct.aclose()
        if self._translating is not None:
            await self._translating.aclose()

    def _way(self, request: CompletionRequest) -> Completer:
        if serves_request(self._spec, request):
            return self._direct
        if self._translating is None:
            self._translating = LiteLLMCompleter(self._spec, self._environ)
        return self._translating
