"""Every exception LiteLLM can raise is one of the workbench's errors, in clean words."""

from __future__ import annotations

import inspect
from typing import Any

import httpx
import openai
import pytest

from workbench import errors
from workbench.models.litellm_errors import translate
from workbench.models.provider_errors import Asked
from workbench.text.key_hiding import KeyHider

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


def translated(error: BaseException, api_base: str | None = None) -> errors.ProviderError:
    return translate(Asked("openai/tiny", api_base), KeyHider(), error)


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
    found = {kind.__name__: type(translated(build(kind))) for kind in exception_classes(litellm)}
    assert found == EXPECTED


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
    assert type(translated(raised)) is expected


def test_what_nobody_foresaw_is_final_and_named() -> None:
    error = translated(KeyError("choices"))
    assert type(error) is errors.ProviderError
    assert not error.retryable
    assert "choices" in error.message


def test_a_message_names_provider_host_status_and_model_without_litellms_prefixes(litellm) -> None:
    raised = litellm.exceptions.RateLimitError(
        "RateLimitError: OpenAIException - Too many requests", llm_provider="openai", model="tiny"
    )
    error = translated(raised, "http://user:pass@models.example:8000/v1")
    assert error.message == "openai at models.example:8000 answered 429 for 'openai/tiny': Too many requests"


def test_a_long_message_is_cut(litellm) -> None:
    raised = litellm.exceptions.BadRequestError("x" * 10_000, model="tiny", llm_provider="openai")
    assert len(translated(raised).message) < 600


def test_the_wish_to_wait_is_found_where_litellm_keeps_it(litellm) -> None:
    raised = litellm.exceptions.RateLimitError("no", llm_provider="openai", model="tiny")
    assert translated(raised).retry_after_s is None
    raised.litellm_response_headers = httpx.Headers({"Retry-After": "0.5"})
    assert translated(raised).retry_after_s == 0.5


def test_what_never_left_costs_nothing() -> None:
    error = openai.APIConnectionError(request=REQUEST)
    assert translated(error).may_cost
    error.__cause__ = httpx.ConnectError("nobody there")
    assert not translated(error).may_cost


def test_an_error_caused_by_itself_is_read_once() -> None:
    error = openai.OpenAIError("round")
    error.__context__ = ValueError("and round")
    error.__context__.__context__ = error
    assert "round" in translated(error).message
