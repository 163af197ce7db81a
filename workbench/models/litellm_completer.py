"""Models behind LiteLLM: one streamed request, its answer or the error that it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.domain.model import Completion, CompletionRequest, ModelSpec
from workbench.domain.protocols import OnToken
from workbench.errors import ProviderError
from workbench.models import litellm_runtime
from workbench.models.answer_stream import AnswerStream
from workbench.models.keys import api_key, secrets
from workbench.models.litellm_chunks import add_chunk, add_kept_aside
from workbench.models.litellm_errors import translate
from workbench.models.parameters import checked
from workbench.models.provider_errors import Asked, refuses_usage
from workbench.models.response_schema import with_schema
from workbench.models.time_limit import time_limit
from workbench.text.key_hiding import KeyHider


class LiteLLMCompleter:
    """A model by its LiteLLM name. It asks once: retries are the runner's business.

    Raises AuthenticationError when the key's variable is not set. The key itself is read again for each request and
    never kept. Only a server that refuses to count tokens in a stream is asked a second time, without that wish.
    """

    def __init__(self, spec: ModelSpec, environ: Mapping[str, str]) -> None:
        self._spec = spec
        self._environ = environ
        self._asked = Asked(spec.model, spec.api_base)
        self._clients = litellm_runtime.Clients()
        self._counts_tokens = True
        api_key(spec, environ)

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Ask once and wait for the whole answer, at most `request.timeout_s` seconds.

        `on_token` gets each piece of text. Cancelling closes the connection. Raises a ProviderError.
        """
        litellm = await self._clients.open()
        arguments, notes = self._arguments(request, litellm)
        counted = self._counts_tokens
        async with time_limit(self._asked, request.timeout_s):
            try:
                answer = await self._ask(litellm, arguments, on_token, count_tokens=counted)
            except ProviderError as error:
                if not counted or not refuses_usage(error):
                    raise
                counted = self._counts_tokens = False
                answer = await self._ask(litellm, arguments, on_token, count_tokens=counted)
        return answer.completion(self._asked, notes, counted=counted)

    async def aclose(self) -> None:
        """Close this loop's connections when no other completer uses them."""
        await self._clients.close()

    async def _ask(
        self, litellm: Any, arguments: Mapping[str, Any], on_token: OnToken | None, *, count_tokens: bool
    ) -> AnswerStream:
        """Send one request and read its answer."""
        answer = AnswerStream(on_token)
        key = api_key(self._spec, self._environ)
        options = {"stream_options": {"include_usage": True}} if count_tokens else {}
        reason: str | None = None
        try:
            stream = await litellm.acompletion(**arguments, **options, api_key=key)
            try:
                async for chunk in stream:
                    reason = add_chunk(answer, chunk) or reason
            finally:
                await stream.aclose()
        except Exception as error:
            raise translate(self._asked, KeyHider(secrets(key, self._environ)), error) from error
        answer.ended()
        add_kept_aside(answer, stream, reason)
        return answer

    def _arguments(self, request: CompletionRequest, litellm: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What LiteLLM is called with, but for key and token counts; and what a reader of the answer should know."""
        spec = self._spec
        owned = litellm.types.utils.is_litellm_owned_kwarg
        arguments = checked(request.parameters, spec.parameters, is_owned=owned)
        arguments, notes = with_schema(arguments, spec, request.response_schema)
        if request.tools:
            arguments["tools"] = [dict(tool) for tool in request.tools]
            # LiteLLM would look for MCP tools among them, to run those itself, which nobody asked for.
            arguments["_skip_mcp_handler"] = True
        arguments |= {
            "model": spec.model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
            "timeout": request.timeout_s,
            "num_retries": 0,
            "max_retries": 0,
        }
        if spec.api_base is not None:
            arguments["api_base"] = spec.api_base
        if blank := litellm_runtime.account_left_out(spec):
            arguments["extra_headers"] = {**blank, **arguments.get("extra_headers", {})}
        return arguments, notes
