"""Models behind LiteLLM: one streamed request, its answer or the error that it is."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from typing import Any

from workbench.domain.model import Completion, CompletionRequest, ModelSpec
from workbench.domain.protocols import OnToken
from workbench.errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
    ContentFilteredError,
    ModelTimeoutError,
    ProviderError,
)
from workbench.models import litellm_runtime
from workbench.models.answer_stream import AnswerStream, answering_model, reported_usage
from workbench.models.litellm_errors import place, translate
from workbench.models.parameters import checked
from workbench.models.providers import NO_KEY, PROVIDERS
from workbench.models.response_schema import response_format

_OPENAI_ACCOUNT = ("OPENAI_ORGANIZATION", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
_FILTERED = frozenset({"content_filter", "content_filtered"})


class LiteLLMCompleter:
    """A model by its LiteLLM name. It asks once: retries are the runner's business.

    Raises AuthenticationError when the key's variable is not set. The key itself is read again for each request and
    never kept.
    """

    def __init__(self, spec: ModelSpec, environ: Mapping[str, str]) -> None:
        self._spec = spec
        self._environ = environ
        self._loop: int | None = None
        self._key()

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Ask once and wait for the whole answer, at most `request.timeout_s` seconds.

        `on_token` gets each piece of text. Cancelling closes the connection. Raises a ProviderError.
        """
        litellm = await asyncio.to_thread(litellm_runtime.load)
        if self._loop is None:
            self._loop = litellm_runtime.open_clients()
        key = self._key()
        arguments, notes = self._arguments(request, litellm)
        try:
            async with asyncio.timeout(request.timeout_s) as limit:
                return await self._ask(litellm, {**arguments, "api_key": key}, notes, on_token)
        except TimeoutError as error:
            if not limit.expired():
                raise self._translated(error, key) from error
            raise ModelTimeoutError(
                f"{self._place} gave no complete answer for {self._spec.model!r} in {request.timeout_s:g} s.",
                hint="Allow more time, or ask for a shorter answer.",
            ) from error
        except ProviderError:
            raise
        except Exception as error:
            raise self._translated(error, key) from error

    async def aclose(self) -> None:
        """Close this loop's connections when no other completer uses them."""
        loop, self._loop = self._loop, None
        if loop is not None:
            await litellm_runtime.close_clients(loop)

    async def _ask(
        self, litellm: Any, arguments: Mapping[str, Any], notes: tuple[str, ...], on_token: OnToken | None
    ) -> Completion:
        answer = AnswerStream(on_token)
        started = time.perf_counter()
        first: float | None = None
        stream = await litellm.acompletion(**arguments)
        try:
            async for chunk in stream:
                answer.add(chunk)
                if first is None and answer.started:
                    first = time.perf_counter()
        finally:
            await stream.aclose()
        ended = time.perf_counter()
        # LiteLLM ends every stream with "stop" and counts tokens itself where the provider said nothing; what the
        # provider did say is kept beside that.
        said = stream.received_finish_reason or stream.intermittent_finish_reason
        self._refuse_incomplete(answer, said)
        if answer.refused:
            notes = (*notes, "The model declined to answer.")
        return Completion(
            text=answer.text,
            model=answering_model(stream.chunks) or self._spec.model,
            finish_reason=answer.finish_reason,
            usage=reported_usage(stream.chunks),
            latency_ms=(ended - started) * 1000,
            ttft_ms=None if first is None else (first - started) * 1000,
            tool_calls=answer.tool_calls,
            notes=notes,
        )

    def _refuse_incomplete(self, answer: AnswerStream, said: str | None) -> None:
        """Raise where a stream ended, but not with an answer."""
        if answer.finish_reason in _FILTERED:
            raise ContentFilteredError(
                f"{self._place}: the provider's filter stopped the answer of {self._spec.model!r}.",
                hint="Reword the prompt.",
            )
        if not answer.started and answer.finish_reason == "length":
            raise BadRequestError(
                f"{self._place}: {self._spec.model!r} used up its output tokens before it wrote any text.",
                hint="Raise max_tokens, or ask for less reasoning.",
            )
        if not answer.started:
            raise BadResponseError(
                f"{self._place} sent an empty answer for {self._spec.model!r}.",
                hint="If it stays so, the address may not be an API of this kind.",
            )
        if said is None:
            raise BadResponseError(
                f"{self._place}: the answer of {self._spec.model!r} broke off without a finish reason.",
                hint="Try again.",
            )

    def _arguments(self, request: CompletionRequest, litellm: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
        """What LiteLLM is called with, but for the key; and what a reader of the answer should know."""
        spec = self._spec
        owned = litellm.types.utils.is_litellm_owned_kwarg
        arguments = checked(request.parameters, spec.parameters, is_owned=owned)
        notes: tuple[str, ...] = ()
        if request.response_schema is not None:
            if "response_format" in arguments:
                raise BadRequestError(
                    "The prompt has both a response_schema and the parameter 'response_format'.", hint="Keep one."
                )
            form = response_format(spec, request.response_schema)
            if form is None:
                notes = (f"{spec.model} is not listed as able to keep to a schema; it was not sent.",)
            else:
                arguments["response_format"] = form
        if request.tools:
            arguments["tools"] = [dict(tool) for tool in request.tools]
            # LiteLLM would look for MCP tools among them, to run those itself, which nobody asked for.
            arguments["_skip_mcp_handler"] = True
        arguments |= {
            "model": spec.model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "timeout": request.timeout_s,
            "num_retries": 0,
            "max_retries": 0,
        }
        if spec.api_base is not None:
            arguments["api_base"] = spec.api_base
        if (spec.api_base is not None or self._provider != "openai") and any(map(os.environ.get, _OPENAI_ACCOUNT)):
            # OpenAI's client adds these from the environment wherever it is used.
            blank = {"OpenAI-Organization": "", "OpenAI-Project": ""}
            arguments["extra_headers"] = {**blank, **arguments.get("extra_headers", {})}
        return arguments, notes

    def _key(self) -> str | None:
        """The key to send. None leaves it to LiteLLM, for providers that have their own ways of signing in."""
        spec = self._spec
        if spec.api_key_env is not None:
            return self._environ.get(spec.api_key_env) or self._missing_key(spec.api_key_env)
        if spec.api_base is not None:
            return NO_KEY
        provider = PROVIDERS.get(self._provider)
        if provider is None:
            return None
        return provider.key(self._environ) or self._missing_key(provider.key_variables[0])

    def _missing_key(self, variable: str) -> str:
        raise AuthenticationError(
            f"No key for {self._spec.model!r}: the environment variable {variable} is not set.",
            hint=f"Set {variable} and start the workbench again.",
        )

    def _translated(self, error: Exception, key: str | None) -> ProviderError:
        known = [name for provider in PROVIDERS.values() for name in provider.key_variables]
        secrets = [key, *(self._environ.get(name) for name in known)]
        return translate(
            error,
            model=self._spec.model,
            api_base=self._spec.api_base,
            secrets=[secret for secret in secrets if secret and secret != NO_KEY],
        )

    @property
    def _provider(self) -> str:
        return self._spec.model.partition("/")[0]

    @property
    def _place(self) -> str:
        return place(self._spec.model, self._spec.api_base)
