"""What code of the user's own raised, in the workbench's words.

Clients of providers and services raise classes of their own. Those that mean "later" are told by status and by name,
so that none of them is imported; they may be wrapped in others. Anything else is final: code that is wrong once is
wrong again, and each attempt may cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from workbench.errors import (
    BadResponseError,
    ConnectionFailedError,
    ModelTimeoutError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
)
from workbench.models.litellm_errors import BY_CLASS
from workbench.models.provider_errors import by_status
from workbench.models.retry_after import retry_after_s
from workbench.own_code.places import place, words_of
from workbench.text.key_hiding import KeyHider
from workbench.text.shortening import shortened

_LATER: Mapping[str, type[ProviderError]] = {
    **{name: kind for name, kind in BY_CLASS.items() if kind.retryable and kind is not BadResponseError},
    # httpx and requests; aiohttp's are built-in ones
    "TimeoutException": ModelTimeoutError,
    "TransportError": ConnectionFailedError,
    # cloud clients
    "DeadlineExceeded": ModelTimeoutError,
    "ResourceExhausted": RateLimitedError,
    "ThrottlingException": RateLimitedError,
    "TooManyRequests": RateLimitedError,
    "ServiceUnavailable": OverloadedError,
    "OverloadedError": OverloadedError,
    # Python's own
    "TimeoutError": ModelTimeoutError,
    "ConnectionError": ConnectionFailedError,
}
"""Classes after which asking again can help, by the name of the class or of one that it is made from."""

_LONGEST = 400


def translate(
    error: BaseException, *, name: str, environ: Mapping[str, str], root: Path | None, file: str | None
) -> ProviderError:
    """The workbench's error for what `name` raised: its class, its text without keys, and the user's line.

    A ProviderError that the code raised by itself is kept: it says what it wants.
    """
    if isinstance(error, ProviderError):
        return error
    error = _alone(error)
    chain = tuple(_chain(error))
    kind = next((kind for link in chain if (kind := _later(link)) is not None), ProviderError)
    at = next((at for link in chain if (at := place(link, root, file)) is not None), None)
    hide = KeyHider.of_environment(environ)
    said = shortened(hide(words_of(error)), _LONGEST)
    return kind(
        f"{name} raised {type(error).__name__}" + (f": {said}" if said else "") + (f" ({at})." if at else "."),
        retry_after_s=next((wait for link in chain if (wait := _asked_to_wait_s(link)) is not None), None),
    )


def _alone(error: BaseException) -> BaseException:
    """The one exception in a group of one, as task groups raise it."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The exception and those it was raised from on purpose."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__


def _later(error: BaseException) -> type[ProviderError] | None:
    """The class after which asking again can help; None for a final exception."""
    status = _status(error)
    if status is not None:
        kind = by_status(status)
        return kind if kind.retryable else None
    kinds = [_LATER[cls.__name__] for cls in type(error).__mro__ if cls.__name__ in _LATER]
    # A connection that timed out is both; it counts as the slower one.
    return ModelTimeoutError if ModelTimeoutError in kinds else next(iter(kinds), None)


def _status(error: BaseException) -> int | None:
    """The HTTP status of a failure that an exception carries, itself or on its response."""
    for holder in (error, _held(error, "response")):
        for name in ("status_code", "status", "code"):
            value = _held(holder, name)
            if isinstance(value, int) and HTTPStatus.BAD_REQUEST <= value < 600:  # the classes of HTTP end there
                return value
    return None


def _asked_to_wait_s(error: BaseException) -> float | None:
    headers = _held(_held(error, "response") or error, "headers")
    if not isinstance(headers, Mapping):
        return None
    return retry_after_s({str(name).lower(): value for name, value in headers.items()})


def _held(holder: object, name: str) -> Any:
    """An attribute; None where asking for it raises, as a class of the user's own may."""
    try:
        return getattr(holder, name, None)
    except Exception:  # noqa: BLE001 (a class of the user's own)
        return None
