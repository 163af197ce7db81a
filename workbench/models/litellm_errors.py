"""LiteLLM's exceptions in the workbench's words.

Classes are told apart by name along their inheritance, so that this module imports neither LiteLLM nor the clients
below it. Where LiteLLM's class is misleading (a refused connection comes as a 500, a cut stream as a fallback) the
exceptions below it decide.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping

from workbench.errors import (
    AuthenticationError,
    BadRequestError,
    BadResponseError,
    ConnectionFailedError,
    ContentFilteredError,
    ContextTooLongError,
    ModelTimeoutError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
    UnknownModelError,
)
from workbench.models.error_bodies import Codes, read_json, read_text
from workbench.models.exception_chain import chain
from workbench.models.provider_errors import Asked, by_code, by_status, in_answers_place
from workbench.models.retry_after import retry_after_s
from workbench.text.key_hiding import KeyHider

BY_CLASS: Mapping[str, type[ProviderError]] = {
    # LiteLLM's own, and OpenAI's of the same names
    "AuthenticationError": AuthenticationError,
    "PermissionDeniedError": AuthenticationError,
    "PaymentRequiredError": AuthenticationError,
    "NotFoundError": UnknownModelError,
    "LiteLLMUnknownProvider": UnknownModelError,
    "ModelNotMappedError": UnknownModelError,
    "RateLimitError": RateLimitedError,
    "Timeout": ModelTimeoutError,
    "APITimeoutError": ModelTimeoutError,
    "ContextWindowExceededError": ContextTooLongError,
    "ContentPolicyViolationError": ContentFilteredError,
    "RejectedRequestError": ContentFilteredError,
    "GuardrailRaisedException": ContentFilteredError,
    "BlockedPiiEntityError": ContentFilteredError,
    "ModifyResponseException": ContentFilteredError,
    "SensitiveDataRouteException": ContentFilteredError,
    "BadRequestError": BadRequestError,
    "UnprocessableEntityError": BadRequestError,
    "ConflictError": BadRequestError,
    "BudgetExceededError": BadRequestError,
    "APIConnectionError": ConnectionFailedError,
    "APIResponseValidationError": BadResponseError,
    "InternalServerError": OverloadedError,
    "ServiceUnavailableError": OverloadedError,
    "BadGatewayError": OverloadedError,
}

# Found anywhere below LiteLLM's exception, these say what really happened, the first in this order.
_BELOW: tuple[tuple[frozenset[str], type[ProviderError]], ...] = (
    (frozenset({"JSONDecodeError", "UnicodeDecodeError", "DecodingError"}), BadResponseError),
    (frozenset({"APITimeoutError", "TimeoutException", "TimeoutError"}), ModelTimeoutError),
    (
        frozenset({"APIConnectionError", "TransportError", "ClientConnectionError", "ClientPayloadError"}),
        ConnectionFailedError,
    ),
)

# With one of these below, no connection came about, so that nothing was sent.
_NOT_CONNECTED = frozenset({"ConnectError", "ConnectTimeout", "ClientConnectorError", "ConnectionTimeoutError"})

_NOISE = re.compile(r"^(?:litellm\.)?(?:\w*(?:Error|Exception|Timeout)|Timeout Error)\s*[:-]\s*")


def translate(asked: Asked, hide: KeyHider, error: BaseException) -> ProviderError:
    """The workbench's error for a failed call. Keys are hidden in the exceptions' texts as well."""
    links = chain(error)
    for link in links:
        hide.scrub(link)
    kind = _kind(links)
    return asked.failed(
        kind,
        _message(_telling(links, kind)),
        hide,
        status=None if _sent_in_stream(links) else _status(links),
        retry_after_s=_retry_after(links),
        sent=not any(_NOT_CONNECTED.intersection(_names(link)) for link in links),
    )


def _names(error: BaseException) -> list[str]:
    return [cls.__name__ for cls in type(error).__mro__]


def _kind(links: tuple[BaseException, ...]) -> type[ProviderError]:
    top = links[0]
    below = {name for link in links[1:] for name in _names(link)}
    status = _status(links)
    if (coded := by_code(*(code for link in links for code in _codes(link)))) is not None:
        return coded
    if (link := _sent_in_stream(links)) is not None:
        return in_answers_place(_said(link), *_codes(link), getattr(link, "status_code", None))
    if "raised a streaming error - finish_reason: error" in str(top):
        return BadResponseError
    if "LLM Provider NOT provided" in str(top):
        return UnknownModelError
    if status is None or status >= 500:
        for names, kind in _BELOW:
            if names & below:
                return kind
    for name in _names(top):
        if name in BY_CLASS:
            return BY_CLASS[name]
    return by_status(status)


def _sent_in_stream(links: tuple[BaseException, ...]) -> BaseException | None:
    """The error that a provider sent after it had begun to answer; None where that is not what happened.

    OpenAI's client raises it with a body but no status, LiteLLM's others with a status of their own making.
    """
    for link in links:
        if getattr(link, "body", None) and not hasattr(link, "status_code"):
            return link
    if "MidStreamFallbackError" not in _names(links[0]):
        return None
    broken = any(names.intersection(_names(link)) for link in links for names, _ in _BELOW)
    return None if broken else links[-1]


def _status(links: tuple[BaseException, ...]) -> int | None:
    """The HTTP status the provider sent: the deepest one, because LiteLLM puts its own numbers on top."""
    found = [code for link in links if isinstance(code := getattr(link, "status_code", None), int)]
    return found[-1] if found else None


def _codes(error: BaseException) -> Codes:
    return _read(error)[1]


def _said(error: BaseException) -> str:
    return _read(error)[0]


def _read(error: BaseException) -> tuple[str, Codes]:
    """What the provider said, with its codes: from the body that an exception holds, or that is its text."""
    said, codes = read_json(getattr(error, "body", None))
    if said or any(codes):
        return said or str(error), codes
    return read_text(_without_noise(str(error)))


def _telling(links: tuple[BaseException, ...], kind: type[ProviderError]) -> BaseException:
    """The exception whose text tells most: LiteLLM's own, but the system's where a connection failed."""
    if kind is ConnectionFailedError:
        return next((link for link in reversed(links) if isinstance(link, OSError) and str(link)), links[-1])
    if kind is BadResponseError:
        return links[-1]
    return _sent_in_stream(links) or links[0]


def _message(error: BaseException) -> str:
    """What was said."""
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused, nothing listens there."
    if isinstance(error, socket.gaierror):
        return "there is no host of this name."
    return _said(error).partition(" To drop these, set ")[0].strip() or type(error).__name__


def _without_noise(text: str) -> str:
    """The text on one line, without LiteLLM's own prefixes."""
    text = " ".join(text.split())
    while match := _NOISE.match(text):
        text = text[match.end() :]
    return text


def _retry_after(links: tuple[BaseException, ...]) -> float | None:
    for link in links:
        headers = getattr(link, "litellm_response_headers", None)
        if isinstance(headers, Mapping) and (seconds := retry_after_s(headers)) is not None:
            return seconds
    return None
