"""What providers refuse and how calls fail, in the workbench's words, whichever way the model was asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
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
from workbench.text.key_hiding import KeyHider
from workbench.text.shortening import shortened

_BY_STATUS: Mapping[int, type[ProviderError]] = {
    401: AuthenticationError,
    402: AuthenticationError,
    403: AuthenticationError,
    404: UnknownModelError,
    408: ModelTimeoutError,
    413: ContextTooLongError,
    429: RateLimitedError,
    504: ModelTimeoutError,
}

# Codes and types in an error's body that say more than its status, or stand for one where there is none.
_BY_CODE: Mapping[str, type[ProviderError]] = {
    "insufficient_quota": AuthenticationError,
    "content_policy_violation": ContentFilteredError,
    "content_filter": ContentFilteredError,
    "context_length_exceeded": ContextTooLongError,
    "exceed_context_size_error": ContextTooLongError,
    "model_not_found": UnknownModelError,
    "rate_limit_error": RateLimitedError,
    "rate_limit_exceeded": RateLimitedError,
}

_TOO_LONG = re.compile(
    r"maximum context (length|limit)|exceed(s|ed)? (the )?(available )?context|longer than the model's context length"
    r"|input tokens exceed|context length of only|maximum input length is .* tokens|exceeds the maximum number of tokens",
    re.IGNORECASE,
)
_FILTERED = re.compile(
    r"rejected as a result of (our|the) safety system|violating our usage policy|content management policy",
    re.IGNORECASE,
)
_TELLING_STATUS = frozenset({401, 402, 403, 404, 429})
"""Statuses that are believed whatever the text says."""

HINTS: Mapping[type[ProviderError], str] = {
    AuthenticationError: "Check the key, what it may use, and the account's credit.",
    UnknownModelError: "Check the model's name and the api_base; `workbench model list` shows what was found.",
    RateLimitedError: "Ask fewer at once: set limits for the model in workbench.toml.",
    OverloadedError: "Try again later.",
    ModelTimeoutError: "Allow more time, or ask for a shorter answer.",
    ConnectionFailedError: "Check that the server is started and the address is right.",
    BadResponseError: "Try again; if it stays, the address may not be an API of this kind.",
    BadRequestError: "Change the prompt or its parameters.",
    ContextTooLongError: "Shorten the prompt, or retrieve fewer or smaller chunks.",
    ContentFilteredError: "Reword the prompt.",
}
_STATUS_SAYS_NOTHING = frozenset({ConnectionFailedError, ModelTimeoutError, BadResponseError})
_LONGEST = 400


@dataclass(frozen=True)
class Asked:
    """Who was asked for what, as errors name it."""

    model: str
    api_base: str | None = None

    @property
    def place(self) -> str:
        """The provider, and the host where an address was configured."""
        provider = self.model.partition("/")[0]
        host = urlsplit(self.api_base).netloc.rpartition("@")[2] if self.api_base else ""
        return f"{provider} at {host}" if host else provider

    def failed(
        self,
        kind: type[ProviderError],
        said: str,
        hide: KeyHider,
        *,
        status: int | None = None,
        retry_after_s: float | None = None,
        sent: bool = True,
    ) -> ProviderError:
        """The error for a call that failed, with what was said, on one line and without any key.

        A status is left out where the call failed for another reason than the provider's refusal.
        """
        status = None if kind in _STATUS_SAYS_NOTHING else status
        said = shortened(hide(" ".join(said.split())), _LONGEST)
        answered = f" answered {status} for {self.model!r}" if status else f" failed for {self.model!r}"
        return kind(
            f"{self.place}{answered}: {said}",
            hint=HINTS.get(kind),
            retry_after_s=retry_after_s,
            status=status,
            sent=sent,
        )

    def out_of_time(self, timeout_s: float) -> ModelTimeoutError:
        """The error for an answer that was not complete in time."""
        return ModelTimeoutError(
            f"{self.place} gave no complete answer for {self.model!r} in {timeout_s:g} s.",
            hint=HINTS[ModelTimeoutError],
        )


def by_code(*codes: object) -> type[ProviderError] | None:
    """What the first known of an error's codes says; None when none is known."""
    return next((_BY_CODE[code] for code in codes if isinstance(code, str) and code in _BY_CODE), None)


def by_status(status: int | None) -> type[ProviderError]:
    """What an HTTP status says."""
    if status is None:
        return ProviderError
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 400 <= status < 500:
        return BadRequestError
    return OverloadedError if status >= 500 else ProviderError


def by_text(status: int | None, said: str) -> type[ProviderError] | None:
    """What the words say, for servers that send no code; None when they say nothing special."""
    if status in _TELLING_STATUS:
        return None
    if _TOO_LONG.search(said):
        return ContextTooLongError
    return ContentFilteredError if _FILTERED.search(said) else None


def in_answers_place(said: str, *codes: object) -> type[ProviderError]:
    """What an error is that was sent although the status had said that all is well.

    Among its codes may be the status that it would have had.
    """
    status = next((code for code in codes if isinstance(code, int) and 400 <= code < 600), None)
    if kind := by_code(*codes) or by_text(status, said):
        return kind
    if status is not None:
        return by_status(status)
    return BadRequestError if "invalid_request_error" in codes else OverloadedError


def refuses_usage(error: ProviderError) -> bool:
    """Whether a server refused a request because it does not know how to report tokens with a stream."""
    return error.status in {400, 422} and "stream_options" in error.message
