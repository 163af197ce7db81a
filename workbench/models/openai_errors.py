"""How a direct call fails, in the workbench's words: refused by the server, or broken below it."""

from __future__ import annotations

import socket
from collections.abc import Mapping

from workbench.errors import BadRequestError, BadResponseError, ConnectionFailedError, ProviderError
from workbench.models.error_bodies import read_json, read_text
from workbench.models.exception_chain import chain
from workbench.models.openai_answer import ErrorSent
from workbench.models.provider_errors import Asked, by_code, by_status, by_text, in_answers_place
from workbench.models.retry_after import retry_after_s
from workbench.text.key_hiding import KeyHider

_REDIRECTS = range(300, 400)


def refused(asked: Asked, hide: KeyHider, status: int, headers: Mapping[str, str], body: bytes) -> ProviderError:
    """The error for a response that is no answer. `headers` can be asked by lower-case names.

    A redirect is not followed, because the key and the prompt would go along.
    """
    if status in _REDIRECTS:
        where = hide(headers.get("location", "somewhere else"))
        return BadRequestError(
            f"{asked.place} answered {status} for {asked.model!r}: it points to {where}, which was not asked.",
            hint="If you trust that address, set it as the model's api_base.",
            status=status,
            sent=False,
        )
    said, codes = read_text(body.decode("utf-8", "replace"))
    kind = by_code(*codes) or by_text(status, said) or by_status(status)
    return asked.failed(kind, said or "it gave no reason.", hide, status=status, retry_after_s=retry_after_s(headers))


def broken(asked: Asked, hide: KeyHider, error: Exception) -> ProviderError:
    """The error for a call that ended without a proper answer. Keys are hidden in the exception's texts as well."""
    import aiohttp

    links = chain(error)
    for link in links:
        hide.scrub(link)
    if isinstance(error, ErrorSent):
        said, codes = read_json(error.sent)
        return asked.failed(in_answers_place(said, *codes), said or "it broke off with an error.", hide)
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError, aiohttp.ConnectionTimeoutError)):
        return asked.failed(ConnectionFailedError, _why_not_connected(links), hide, sent=False)
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return asked.failed(ConnectionFailedError, "the connection was closed before an answer began.", hide)
    if isinstance(error, aiohttp.ClientPayloadError):
        return asked.failed(ConnectionFailedError, "the connection was cut in the middle of the answer.", hide)
    if isinstance(error, aiohttp.ClientConnectionError):
        return asked.failed(ConnectionFailedError, f"the connection was cut: {error}", hide)
    return asked.failed(BadResponseError, str(error) or type(error).__name__, hide)


def _why_not_connected(links: tuple[BaseException, ...]) -> str:
    causes = [*links, *(getattr(link, "os_error", None) for link in links)]
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return "the connection was refused, nothing listens there."
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return "there is no host of this name."
    return f"no connection: {links[0]}"
