"""Embedding models asked directly over HTTP, in the language of OpenAI's embeddings API."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workbench.domain.model import CompletionRequest, ModelSpec, token_count
from workbench.domain.protocols import OnToken
from workbench.errors import BadRequestError, BadResponseError, UnavailableError
from workbench.models.embedding import Embedding, embedding, texts_of
from workbench.models.http_session import load, new_session
from workbench.models.keys import api_key, secrets
from workbench.models.openai_address import account_headers, embeddings_url
from workbench.models.openai_errors import broken, refused
from workbench.models.openai_parameters import EXTRA_HEADERS
from workbench.models.parameters import checked
from workbench.models.provider_errors import HINTS, Asked
from workbench.models.providers import NO_KEY
from workbench.models.time_limit import time_limit
from workbench.text.key_hiding import KeyHider

if TYPE_CHECKING:
    import aiohttp

SENT_AS_THEY_ARE = frozenset({"dimensions", "user", "truncate_prompt_tokens", EXTRA_HEADERS})
"""Parameters that OpenAI and servers of its kind know."""
_DIRECT = frozenset({"openai", "lm_studio", "hosted_vllm", "llamafile", "ollama"})
_HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "User-Agent": "prompt-workbench"}
_NO_ANSWER = 300
"""From this status on."""
_LONGEST = 2**28
"""Bytes of an answer; a hundred times what a batch can need."""


def serves(spec: ModelSpec, environ: Mapping[str, str]) -> bool:
    """Whether the model can be asked directly: it speaks OpenAI's language, and nothing has to be translated."""
    known = SENT_AS_THEY_ARE.issuperset(spec.parameters)
    return known and spec.model.partition("/")[0] in _DIRECT and embeddings_url(spec, environ) is not None


class OpenAIEmbedder:
    """An embedding model behind an address that `openai_address` knows. It asks once; retries are not its business.

    Raises AuthenticationError when the key's variable is not set. The key is read again for each request.
    """

    def __init__(self, spec: ModelSpec, environ: Mapping[str, str]) -> None:
        url = embeddings_url(spec, environ)
        if url is None:
            raise UnavailableError(f"{spec.model!r} has no address that could be asked.", hint="Set its api_base.")
        self._url = url
        self._spec = spec
        self._environ = environ
        self._asked = Asked(spec.model, spec.api_base)
        self._parameters = checked({}, spec.parameters, is_owned=lambda name: name not in SENT_AS_THEY_ARE)
        own = self._parameters.pop(EXTRA_HEADERS, None) or {}
        self._headers = {**_HEADERS, **account_headers(spec, environ), **{name: str(own[name]) for name in own}}
        self._session: aiohttp.ClientSession | None = None
        self._opening = asyncio.Lock()
        api_key(spec, environ)

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Embedding:
        """Embed the texts of a request, in at most its `timeout_s`. Raises a ProviderError."""
        del on_token
        import aiohttp

        texts, key = texts_of(request), api_key(self._spec, self._environ) or NO_KEY
        hide = KeyHider(secrets(key, self._environ))
        body = self._body(texts)
        async with time_limit(self._asked, request.timeout_s):
            session = await self._opened()
            try:
                async with session.post(
                    self._url,
                    data=body,
                    headers={**self._headers, "Authorization": f"Bearer {key}"},
                    allow_redirects=False,
                ) as response:
                    said = await self._said(response.content)
                    if response.status >= _NO_ANSWER:
                        raise refused(self._asked, hide, response.status, response.headers, said)
                    answer = await asyncio.to_thread(json.loads, said)
            except (aiohttp.ClientError, OSError, ValueError, RecursionError) as error:
                raise broken(self._asked, hide, error) from error
        return self._read(answer, len(texts), hide)

    async def aclose(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()
            # Sockets are let go on the loop's next turn, which a loop that ends now would not have.
            await asyncio.sleep(0)

    async def _opened(self) -> aiohttp.ClientSession:
        async with self._opening:
            if self._session is None:
                await asyncio.to_thread(load, self._url)
                self._session = new_session(self._url, self._environ)
            return self._session

    async def _said(self, content: aiohttp.StreamReader) -> bytes:
        received = bytearray()
        while piece := await content.readany():
            received += piece
            if len(received) > _LONGEST:
                raise BadResponseError(f"{self._asked.place} sent an answer without end.", hint=HINTS[BadResponseError])
        return bytes(received)

    def _body(self, texts: list[str]) -> bytes:
        name = self._spec.model.partition("/")[2]
        body = {"model": name, "input": texts, "encoding_format": "float", **self._parameters}
        try:
            return json.dumps(body, allow_nan=False).encode()
        except (TypeError, ValueError, RecursionError) as error:
            raise BadRequestError(
                f"The request cannot be written as JSON: {error}.",
                hint="Look for values that are no text, number or list among the embedder's parameters.",
                sent=False,
            ) from error

    def _read(self, answer: Any, texts: int, hide: KeyHider) -> Embedding:
        try:
            rows = sorted(answer["data"], key=lambda row: int(row["index"]))
            vectors = [row["embedding"] for row in rows]
            usage = answer.get("usage") or {}
            tokens = usage.get("prompt_tokens", usage.get("total_tokens"))
        except (TypeError, KeyError, ValueError, OverflowError, AttributeError) as error:
            raise self._asked.failed(BadResponseError, "what it sent is no answer of this kind.", hide) from error
        return embedding(self._asked, hide, vectors, texts, token_count(tokens))
