"""What a status, a code or words mean, and how an error reads."""

from __future__ import annotations

import pytest

from workbench import errors
from workbench.models.provider_errors import Asked, by_code, by_status, by_text, in_answers_place, refuses_usage
from workbench.text.key_hiding import KeyHider

ASKED = Asked("openai/tiny", "http://user:pass@models.example:8000/v1")


def test_the_place_of_a_call_shows_no_password() -> None:
    assert ASKED.place == "openai at models.example:8000"
    assert Asked("openai/tiny").place == "openai"


def test_an_error_names_who_answered_what_and_the_way_out() -> None:
    error = ASKED.failed(errors.RateLimitedError, "Slow\n down.", KeyHider(), status=429, retry_after_s=2.0)
    assert error.message == "openai at models.example:8000 answered 429 for 'openai/tiny': Slow down."
    assert (error.status, error.retry_after_s, error.sent) == (429, 2.0, True)
    assert error.hint


def test_a_status_is_left_out_where_the_call_failed_for_another_reason() -> None:
    error = ASKED.failed(errors.ModelTimeoutError, "gateway", KeyHider(), status=504)
    assert error.status is None
    assert error.may_cost


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (None, errors.ProviderError),
        (302, errors.ProviderError),
        (401, errors.AuthenticationError),
        (404, errors.UnknownModelError),
        (408, errors.ModelTimeoutError),
        (413, errors.ContextTooLongError),
        (418, errors.BadRequestError),
        (429, errors.RateLimitedError),
        (500, errors.OverloadedError),
        (504, errors.ModelTimeoutError),
        (599, errors.OverloadedError),
    ],
)
def test_a_status_means_one_error(status: int | None, kind: type) -> None:
    assert by_status(status) is kind


def test_the_first_known_code_counts() -> None:
    assert by_code(None, 7, "server_error", "insufficient_quota") is errors.AuthenticationError
    assert by_code("server_error") is None


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("This model's maximum context length is 4096 tokens.", errors.ContextTooLongError),
        ("the request exceeds the available context size", errors.ContextTooLongError),
        ("The prompt is longer than the model's context length.", errors.ContextTooLongError),
        ("the model is loaded with context length of only 4096 tokens", errors.ContextTooLongError),
        ("Your request was rejected as a result of our safety system.", errors.ContentFilteredError),
        ("temperature must be below 2", None),
    ],
)
def test_words_count_where_no_code_is_sent(said: str, kind: type | None) -> None:
    assert by_text(400, said) is kind
    assert by_text(401, said) is None, "a wrong key is a wrong key whatever else is said"


def test_an_error_in_an_answers_place_is_known_by_code_words_or_number() -> None:
    assert in_answers_place("", "model_not_found") is errors.UnknownModelError
    assert in_answers_place("maximum context length") is errors.ContextTooLongError
    assert in_answers_place("", 429) is errors.RateLimitedError
    assert in_answers_place("", "invalid_request_error") is errors.BadRequestError
    assert in_answers_place("", None, True) is errors.OverloadedError


def test_only_a_refusal_of_stream_options_is_a_refusal_to_count() -> None:
    assert refuses_usage(errors.BadRequestError("no stream_options", status=400))
    assert not refuses_usage(errors.BadRequestError("no stream", status=400))
    assert not refuses_usage(errors.OverloadedError("stream_options", status=500))
