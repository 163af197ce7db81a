"""LiteLLM's exceptions in the workbench's words.

Classes are told apart by name along their inheritance, so that this module imports neither LiteLLM nor the clients
below it. Where LiteLLM's class is misleading (a refused connection comes as a 500, a cut stream as a fallback) the
exceptions below it decide.
"""

from __future__ import annotations

import math
import re
import socket
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

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

# Codes in an error's body that say more than its status.
_BY_CODE: Mapping[str, type[ProviderError]] = {
    "insufficient_quota": AuthenticationError,
    "content_policy_violation": ContentFilteredError,
    "content_filter": ContentFilteredError,
    "context_length_exceeded": ContextTooLongError,
    "model_not_found": UnknownModelError,
}

_HINTS: Mapping[type[ProviderError], str] = {
    AuthenticationError: "Check the key, what it may use, and the account's credit.",
    UnknownModelError: "Check the model's name; `workbench model list` shows what was found.",
    RateLimitedError: "Ask fewer at once: set limits for the model in workbench.toml.",
    OverloadedError: "Try again later.",
    ModelTimeoutError: "Allow more time, or ask for a shorter answer.",
    ConnectionFailedError: "Check that the server is started and the address is right.",
    BadResponseError: "Try again; if it stays, the address may not be an API of this kind.",
    BadRequestError: "Change the prompt or its parameters.",
    ContextTooLongError: "Shorten the prompt, or retrieve fewer or smaller chunks.",
    ContentFilteredError: "Reword the prompt.",
}

_NOISE = re.compile(r"^(?:litellm\.)?(?:\w*(?:Error|Exception|Timeout)|Timeout Error)\s*[:-]\s*")
_KEY_SHAPES = re.compile(
    r"\b(?:sk|pk|gsk|xai|hf|pplx|csk|tgp)[-_][\w*.-]{6,}|\bAIza[\w-]{10,}|(?<=Bearer )\S+|(?<=[?&]key=)[^&\s'\"]+"
)
_HIDDEN = "[key]"
_LONGEST = 400


def translate(
    error: BaseException, *, model: str, api_base: str | None = None, secrets: Iterable[str] = ()
) -> ProviderError:
    """The workbench's error for a failed call, without any key in its text.

    Keys are also taken out of the texts of the exceptions below, because a traceback shows those as well.
    """
    chain = tuple(_chain(error))
    hide = _Hider(secrets)
    for link in chain:
        hide.scrub(link)
    kind = _kind(chain)
    status = None if kind in {ConnectionFailedError, ModelTimeoutError, BadResponseError} else _status(chain)
    said = hide(_message(_telling(chain, kind)))
    said = said if len(said) <= _LONGEST else f"{said[:_LONGEST]}..."
    answered = f" answered {status} for {model!r}" if status else f" failed for {model!r}"
    return kind(
        f"{place(model, api_base)}{answered}: {said}",
        hint=_HINTS.get(kind),
        retry_after_s=_retry_after(chain),
        status=status,
    )


def place(model: str, api_base: str | None) -> str:
    """Who was asked: the provider, and the host where an address was configured."""
    provider = model.partition("/")[0]
    host = urlsplit(api_base).netloc.rpartition("@")[2] if api_base else ""
    return f"{provider} at {host}" if host else provider


class _Hider:
    """Takes known keys, and what looks like one, out of texts."""

    def __init__(self, secrets: Iterable[str]) -> None:
        # A dummy such as "x" is no secret, and hiding it would shred every message.
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _KEY_SHAPES.sub(_HIDDEN, text)

    def scrub(self, error: BaseException) -> None:
        """Hide keys in an exception's own texts."""
        error.args = tuple(self(arg) if isinstance(arg, str) else arg for arg in error.args)
        message = getattr(error, "message", None)
        if isinstance(message, str):
            error.message = self(message)  # type: ignore[attr-defined]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and everything below it, each once: what it wraps, its cause, what it was raised in."""
    waiting, seen = [error], set[int]()
    while waiting:
        current = waiting.pop(0)
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        below = (getattr(current, "original_exception", None), current.__cause__, current.__context__)
        waiting.extend(one for one in below if isinstance(one, BaseException))


def _names(error: BaseException) -> list[str]:
    return [cls.__name__ for cls in type(error).__mro__]


def _kind(chain: tuple[BaseException, ...]) -> type[ProviderError]:
    top = chain[0]
    below = {name for link in chain[1:] for name in _names(link)}
    status = _status(chain)
    for link in chain:
        code = _body(link).get("code")
        if isinstance(code, str) and code in _BY_CODE:
            return _BY_CODE[code]
    if "LLM Provider NOT provided" in str(top):
        return UnknownModelError
    if status is None or status >= 500:
        for names, kind in _BELOW:
            if names & below:
                return kind
    for name in _names(top):
        if name in BY_CLASS:
            return BY_CLASS[name]
    return _by_status(status)


def _by_status(status: int | None) -> type[ProviderError]:
    """For classes that say nothing: what the status says."""
    if status in {401, 402, 403}:
        return AuthenticationError
    if status == 404:
        return UnknownModelError
    if status == 408:
        return ModelTimeoutError
    if status == 413:
        return ContextTooLongError
    if status == 429:
        return RateLimitedError
    if status is not None and 400 <= status < 500:
        return BadRequestError
    if status is not None and status >= 500:
        return OverloadedError
    return ProviderError


def _status(chain: tuple[BaseException, ...]) -> int | None:
    """The HTTP status the provider sent: the deepest one, because LiteLLM puts its own numbers on top."""
    found = [code for link in chain if isinstance(code := getattr(link, "status_code", None), int)]
    return found[-1] if found else None


def _body(error: BaseException) -> Mapping[str, Any]:
    body = getattr(error, "body", None)
    return body if isinstance(body, Mapping) else {}


def _telling(chain: tuple[BaseException, ...], kind: type[ProviderError]) -> BaseException:
    """The exception whose text tells most: LiteLLM's own, but the system's where a connection failed."""
    if kind is ConnectionFailedError:
        return next((link for link in reversed(chain) if isinstance(link, OSError) and str(link)), chain[-1])
    if kind is BadResponseError:
        return chain[-1]
    return chain[0]


def _message(error: BaseException) -> str:
    """What was said, on one line, without LiteLLM's own prefixes."""
    if isinstance(error, ConnectionRefusedError):
        return "the connection was refused, nothing listens there."
    if isinstance(error, socket.gaierror):
        return "there is no host of this name."
    said = _body(error).get("message")
    text = said if isinstance(said, str) and said else str(error)
    text = " ".join(text.split())
    while match := _NOISE.match(text):
        text = text[match.end() :]
    return text.partition(" To drop these, set ")[0].strip() or type(error).__name__


def _retry_after(chain: tuple[BaseException, ...]) -> float | None:
    """Seconds the provider asked to wait, from a number or a date; None when it did not say."""
    for link in chain:
        headers = getattr(link, "litellm_response_headers", None)
        if not isinstance(headers, Mapping):
            continue
        for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
            value = headers.get(name)
            if value is not None and (seconds := _seconds(str(value), unit)) is not None:
                return seconds
    return None


def _seconds(value: str, unit: float) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return _until(value)
    return max(0.0, number * unit) if math.isfinite(number) else None


def _until(date: str) -> float | None:
    """Seconds from now until an HTTP date; 0 when it has passed."""
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
