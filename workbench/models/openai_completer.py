"""Models asked directly over HTTP, in the language of OpenAI's chat API."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from workbench.domain.model import Completion, CompletionRequest, ModelSpec
from workbench.domain.protocols import OnToken
from workbench.errors import ProviderError, UnavailableError
from workbench.models.answer_stream import AnswerStream
from workbench.models.http_session import load, new_session
from workbench.models.keys import api_key, secrets
from workbench.models.openai_address import account_headers, chat_url
from workbench.models.openai_answer import AnswerReader, ErrorSent
from workbench.models.openai_errors import broken, refused
from workbench.models.openai_request import Prepared, prepare
from workbench.models.provider_errors import Asked, refuses_usage
from workbench.models.providers import NO_KEY
from workbench.models.time_limit import time_limit
from workbench.text.key_hiding import KeyHider

if TYPE_CHECKING:
    import aiohttp

_HEADERS = {
    "Accept": "application/json, text/event-stream",
    "Accept-Encoding": "identity",
    "Content-Type": "application/json",
    "User-Agent": "prompt-workbench",
}
_LARGE = 2**20
"""Bytes of a body from which on it is sent in pieces, so that it does not hold up the others."""
_NO_ANSWER = 300
"""From this status on."""
_LONGEST_REFUSAL = 64 * 1024
_LEAVE_S = 0.1
"""How long the end of a response may follow the end of its answer, for the connection to be used again."""


class OpenAICompleter:
    """A model behind an address that `openai_address` knows. It asks once: retries are the runner's business.

    Raises AuthenticationError when the key's variable is not set. The key itself is read again for each request and
    never kept. Only a server that refuses to count tokens in a stream is asked a second time, without that wish.
    """

    def __init__(self, spec: ModelSpec, environ: Mapping[str, str]) -> None:
        url = chat_url(spec, environ)
        if url is None:
            raise UnavailableError(f"{spec.model!r} has no address that could be asked.", hint="Set its api_base.")
        self._spec = spec
        self._environ = environ
        self._url = url
        self._asked = Asked(spec.model, spec.api_base)
        self._headers = {**_HEADERS, **account_headers(spec, environ)}
        self._sessions: dict[asyncio.AbstractEventLoop, aiohttp.ClientSession] = {}
        self._last: tuple[Any, Prepared] | None = None
        self._counts_tokens = True
        self._key()

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Ask once and wait for the whole answer, at most `request.timeout_s` seconds.

        `on_token` gets each piece of text. Cancelling closes the connection. Raises a ProviderError.
        """
        session = self._sessions.get(asyncio.get_running_loop()) or await self._open()
        prepared = self._prepared(request)
        headers = {**self._headers, "Authorization": f"Bearer {self._key()}", **prepared.headers}
        counted = self._counts_tokens
        async with time_limit(self._asked, request.timeout_s):
            try:
                body = prepared.body(request.messages, count_tokens=counted)
                answer, response = await self._ask(session, body, headers, on_token)
            except ProviderError as error:
                if not counted or not refuses_usage(error):
                    raise
                counted = self._counts_tokens = False
                body = prepared.body(request.messages, count_tokens=counted)
                answer, response = await self._ask(session, body, headers, on_token)
        await _let_go(response)
        return answer.completion(self._asked, prepared.notes, counted=counted)

    async def aclose(self) -> None:
        """Close this loop's connections."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.close()
            # Sockets are let go on the loop's next turn, which a loop that ends now would not have.
            await asyncio.sleep(0)

    async def _open(self) -> aiohttp.ClientSession:
        """The running loop's session, opened at the first request."""
        await asyncio.to_thread(load, self._url)
        loop = asyncio.get_running_loop()
        if loop not in self._sessions:
            self._sessions[loop] = new_session(self._url, self._environ)
        return self._sessions[loop]

    async def _ask(
        self, session: aiohttp.ClientSession, body: bytes, headers: Mapping[str, str], on_token: OnToken | None
    ) -> tuple[AnswerStream, aiohttp.ClientResponse]:
        """Send one request and read its answer, up to its end but not further."""
        import aiohttp

        answer = AnswerStream(on_token)
        try:
            response = await session.post(
                self._url,
                data=body if len(body) < _LARGE else io.BytesIO(body),
                headers=headers,
                allow_redirects=False,
            )
            try:
                await self._read(response, answer)
            except BaseException:
                response.close()
                raise
        except (aiohttp.ClientError, OSError, ValueError, ErrorSent) as error:
            raise broken(self._asked, self._hider(), error) from error
        return answer, response

    async def _read(self, response: aiohttp.ClientResponse, answer: AnswerStream) -> None:
        if response.status >= _NO_ANSWER:
            said = await _start(response.content)
            raise refused(self._asked, self._hider(), response.status, response.headers, said)
        reader = AnswerReader(answer)
        while received := await response.content.readany():
            if reader.feed(received):
                break
        else:
            reader.end()
        answer.ended()

    def _prepared(self, request: CompletionRequest) -> Prepared:
        """What this request has in common with the one before, most often all but its messages."""
        common = (request.parameters, request.tools, request.response_schema)
        if self._last is None or self._last[0] != common:
            self._last = (common, prepare(self._spec, request))
        return self._last[1]

    def _key(self) -> str:
        return api_key(self._spec, self._environ) or NO_KEY

    def _hider(self) -> KeyHider:
        return KeyHider(secrets(self._key(), self._environ))


async def _start(content: aiohttp.StreamReader) -> bytes:
    """The start of a refusal, which tells enough."""
    start = b""
    while len(start) < _LONGEST_REFUSAL and (received := await content.readany()):
        start += received
    return start[:_LONGEST_REFUSAL]


async def _let_go(response: aiohttp.ClientResponse) -> None:
    """Hand the connection back for the next request, or close it where the server will not come to an end."""
    try:
        if not response.content.at_eof():
            with suppress(Exception):
                async with asyncio.timeout(_LEAVE_S):
                    while await response.content.readany():
                        pass
    finally:
        # Does nothing to a connection that was handed back at its response's end, and closes one that was not.
        response.release()
