"""What is LiteLLM's own: other providers, their keys, and what it refuses by itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.server_faults import FAULTS
from workbench.errors import AuthenticationError, BadRequestError

PLANTED = "planted-0d2f6a-provider-key"


@pytest.fixture
def ask(ask_through_litellm):
    return ask_through_litellm


@pytest.mark.parametrize(
    "fault",
    [
        "rate limit",
        "quota used up",
        "unavailable",
        "wrong key",
        "unknown model",
        "too long",
        "prompt filtered",
        "cut before headers",
        "error in the stream",
    ],
)
def test_faults_are_recognised_behind_other_providers_too(ask, fault: str) -> None:
    ask.server.script(FAULTS[fault].reply)
    with pytest.raises(FAULTS[fault].error) as caught:
        ask(spec=ask.spec("hosted_vllm/tiny"))
    assert caught.value.status == FAULTS[fault].status
    assert len(ask.server.requests) == 1


def test_a_providers_key_is_not_sent_to_another_address(ask, monkeypatch) -> None:
    monkeypatch.setenv("OPENROUTER_API_KEY", PLANTED)
    ask.environ["OPENROUTER_API_KEY"] = PLANTED
    ask(spec=ask.spec("openrouter/tiny"))
    assert PLANTED not in repr(ask.server.requests[-1])


def test_a_missing_key_is_said_before_anything_is_sent(ask) -> None:
    with pytest.raises(AuthenticationError, match="ANTHROPIC_API_KEY"):
        ask.completer(ask.spec("anthropic/claude-sonnet-5-5", api_base=None))


def test_a_parameter_the_provider_does_not_know_is_named_not_dropped(ask) -> None:
    ask.environ["ANTHROPIC_API_KEY"] = PLANTED
    spec = ask.spec("anthropic/claude-sonnet-4-5", api_base=None)
    with pytest.raises(BadRequestError, match="logit_bias"):
        ask(spec=spec, parameters={"logit_bias": {"5": 1}})


def test_a_schema_the_model_cannot_keep_to_is_noted_with_the_answer(ask) -> None:
    schema: dict[str, Any] = {"type": "object", "properties": {"answer": {"type": "string"}}}
    answer = ask(spec=ask.spec("openrouter/some/unlisted-model"), response_schema=schema)
    assert "response_format" not in ask.server.requests[-1].body
    assert len(answer.notes) == 1
    assert "schema" in answer.notes[0]
