"""The request that goes over the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.domain.model import CompletionRequest, ModelSpec
from workbench.domain.prompt import Message
from workbench.errors import BadRequestError
from workbench.models.openai_request import prepare


def body(model: str = "openai/tiny", *, count_tokens: bool = True, text: str = "Hi", **fields: Any) -> dict[str, Any]:
    request = CompletionRequest((Message("user", text),), **fields)
    written = prepare(ModelSpec("m", model), request).body(request.messages, count_tokens=count_tokens)
    return json.loads(written)


def test_a_request_without_counting_does_not_speak_of_it() -> None:
    assert "stream_options" in body()
    assert "stream_options" not in body(count_tokens=False)


@pytest.mark.parametrize(
    "model", ["o1", "o3-mini", "o4-mini-2025-04-16", "gpt-5", "gpt-5.4-mini", "gpt-6-sol", "ft:gpt-5-mini:x", "gpt-10"]
)
def test_reasoning_models_of_openai_know_max_tokens_by_another_name(model: str) -> None:
    sent = body(f"openai/{model}", parameters={"max_tokens": 50})
    assert sent["max_completion_tokens"] == 50
    assert "max_tokens" not in sent


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-chat-latest", "gpt-35-turbo", "o3x", "olmo-2", "gpt-oss-20b"])
def test_other_models_keep_the_common_name(model: str) -> None:
    assert body(f"openai/{model}", parameters={"max_tokens": 50})["max_tokens"] == 50


def test_a_name_is_no_reasoning_model_at_another_provider() -> None:
    assert body("hosted_vllm/gpt-5", parameters={"max_tokens": 50})["max_tokens"] == 50


def test_of_two_limits_the_one_that_openai_knows_counts() -> None:
    sent = body("openai/gpt-5", parameters={"max_tokens": 50, "max_completion_tokens": 60})
    assert (sent["max_completion_tokens"], "max_tokens" in sent) == (60, False)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1}, b"x"], ids=str)
def test_what_cannot_be_written_is_refused_before_anything_is_sent(value: Any) -> None:
    with pytest.raises(BadRequestError, match="JSON") as caught:
        body(parameters={"temperature": value})
    assert not caught.value.may_cost


def test_half_a_character_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(BadRequestError, match="JSON"):
        body(text="a\ud83d")
