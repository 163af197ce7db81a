"""Every exception LiteLLM can raise is one of the workbench's errors, in clean words."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import openai
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import errors
from workbench.models.litellm_errors import place, translate

REQUEST = httpx.Request("POST", "http://127.0.0.1/v1/chat/completions")
SAMPLES: dict[str, Any] = {
    "message": "something happened",
    "model": "tiny",
    "llm_provider": "openai",
    "status_code": 418,
    "response": httpx.Response(400, request=REQUEST),
    "request": REQUEST,
    "request_data": {},
    "current_cost": 2.0,
    "max_budget": 1.0,
    "raw_response": "{}",
    "schema": "{}",
    "original_exception": None,
    "body": None,
    "failures": (),
}


def exception_classes(litellm: Any) -> list[type[BaseException]]:
    module = litellm.exceptions
    found = [one for _, one in inspect.getmembers(module, inspect.isclass) if issubclass(one, BaseException)]
    return [one for one in found if one.__module__ == module.__name__]


def build(kind: type[BaseException]) -> BaseException:
    needed = {
        name: SAMPLES.get(name, "sample")
        for name, one in inspect.signature(kind.__init__).parameters.items()
        if name != "self"
        and one.default is inspect.Parameter.empty
        and one.kind not in {one.VAR_POSITIONAL, one.VAR_KEYWORD}
    }
    return kind(**needed)


EXPECTED = {
    "APIConnectionError": errors.ConnectionFailedError,
    "APIError": errors.BadRequestError,
    "APIResponseValidationError": errors.BadResponseError,
    "AuthenticationError": errors.AuthenticationError,
    "BadGatewayError": errors.OverloadedError,
    "BadRequestError": errors.BadRequestError,
    "BlockedPiiEntityError": errors.ContentFilteredError,
    "BudgetExceededError": errors.BadRequestError,
    "ContentPolicyViolationError": errors.ContentFilteredError,
    "ContextWindowExceededError": errors.ContextTooLongError,
    "GuardrailRaisedException": errors.ContentFilteredError,
    "ImageFetchError": errors.BadRequestError,
    "InternalServerError": errors.OverloadedError,
    "InvalidRequestError": errors.BadRequestError,
    "JSONSchemaValidationError": errors.BadResponseError,
    "LiteLLMUnknownProvider": errors.UnknownModelError,
    "MidStreamFallbackError": errors.OverloadedError,
    "MockException": errors.BadRequestError,
    "ModelNotMappedError": errors.UnknownModelError,
    "ModifyResponseException": errors.ContentFilteredError,
    "NotFoundError": errors.UnknownModelError,
    "OpenAIError": errors.ProviderError,
    "PaymentRequiredError": errors.AuthenticationError,
    "PermissionDeniedError": errors.AuthenticationError,
    "RateLimitError": errors.RateLimitedError,
    "RejectedRequestError": errors.ContentFilteredError,
    "SensitiveDataRouteException": errors.ContentFilteredError,
    "ServiceUnavailableError": errors.OverloadedError,
    "Timeout": errors.ModelTimeoutError,
    "UnprocessableEntityError": errors.BadRequestError,
    "UnsupportedParamsError": errors.BadRequestError,
    "VectorStoreSearchError": errors.BadRequestError,
}


def test_every_exception_of_litellm_has_its_error(litellm) -> None:
    translated = {
        kind.__name__: type(translate(build(kind), model="openai/tiny")) for kind in exception_classes(litellm)
    }
    assert translated == EXPECTED


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, errors.AuthenticationError),
        (403, errors.AuthenticationError),
        (404, errors.UnknownModelError),
        (408, errors.ModelTimeoutError),
        (409, errors.BadRequestError),
        (413, errors.ContextTooLongError),
        (429, errors.RateLimitedError),
        (500, errors.OverloadedError),
        (529, errors.OverloadedError),
    ],
)
def test_an_error_without_a_class_of_its_own_goes_by_its_status(litellm, status: int, expected: type) -> None:
    raised = litellm.exceptions.APIError(status_code=status, message="no", llm_provider="openai", model="tiny")
    assert type(translate(raised, model="openai/tiny")) is expected


def test_what_nobody_foresaw_is_final_and_named() -> None:
    error = translate(KeyError("choices"), model="openai/tiny")
    assert type(error) is errors.ProviderError
    assert not error.retryable
    assert "choices" in error.message


def test_a_message_names_provider_host_status_and_model_without_litellms_prefixes(litellm) -> None:
    raised = litellm.exceptions.RateLimitError(
        "RateLimitError: OpenAIException - Too many requests", llm_provider="openai", model="tiny"
    )
    error = translate(raised, model="openai/tiny", api_base="http://user:pass@models.example:8000/v1")
    assert error.message == "openai at models.example:8000 answered 429 for 'openai/tiny': Too many requests"


def test_a_long_message_is_cut(litellm) -> None:
    raised = litellm.exceptions.BadRequestError("x" * 10_000, model="tiny", llm_provider="openai")
    assert len(translate(raised, model="openai/tiny").message) < 600


def with_header(litellm: Any, name: str, value: str) -> BaseException:
    raised = litellm.exceptions.RateLimitError("no", llm_provider="openai", model="tiny")
    raised.litellm_response_headers = httpx.Headers({name: value})
    return raised


@pytest.mark.parametrize(
    ("name", "value", "seconds"),
    [
        ("retry-after", "3", 3.0),
        ("Retry-After", "0.5", 0.5),
        ("retry-after-ms", "250", 0.25),
        ("retry-after", "-4", 0.0),
        ("retry-after", "inf", None),
        ("retry-after", "nan", None),
        ("retry-after", "soon", None),
        ("retry-after", "", None),
        ("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
    ],
)
def test_the_wish_to_wait_is_read_in_all_its_forms(litellm, name: str, value: str, seconds: float | None) -> None:
    assert translate(with_header(litellm, name, value), model="openai/tiny").retry_after_s == seconds


def test_a_date_to_wait_for_becomes_seconds(litellm) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    waits = translate(with_header(litellm, "retry-after", at), model="openai/tiny").retry_after_s
    assert waits is not None
    assert 500 < waits <= 600


def test_an_error_caused_by_itself_is_read_once() -> None:
    error = openai.OpenAIError("round")
    error.__context__ = ValueError("and round")
    error.__context__.__context__ = error
    assert "round" in translate(error, model="openai/tiny").message


@given(st.text("0123456789abcdef", min_size=12, max_size=40), st.integers(0, 500), st.text(max_size=60))
def test_no_part_of_a_known_key_stays_in_a_message_wherever_it_is_cut(key: str, before: int, after: str) -> None:
    raised = openai.APIError("?", REQUEST, body={"message": f"{'.' * before}{key}{after}"})
    message = translate(raised, model="m/x", secrets=[key]).message
    assert key[:8] not in message.replace(after, "")


def test_the_place_of_a_call_shows_no_password() -> None:
    assert place("openai/tiny", "https://me:secret@host.example/v1") == "openai at host.example"
    assert place("openai/tiny", None) == "openai"
