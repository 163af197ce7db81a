"""Which requests are sent directly, and which need LiteLLM."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.domain.model import CompletionRequest, ModelSpec
from workbench.domain.prompt import Message
from workbench.models.openai_serving import serves, serves_request

HERE = "http://127.0.0.1:8000/v1"


def tool(**parameters: Any) -> dict[str, Any]:
    return {"type": "function", "function": {"name": "find", "parameters": parameters}}


PLAIN_TOOL = tool(type="object", properties={"city": {"type": "string", "enum": ["Bonn", "Kiel"]}})


@pytest.mark.parametrize("model", ["openai/gpt-4o-mini", "openai/gpt-5.4-mini", "openai/not-yet-listed", "openai/o3"])
def test_openai_is_asked_directly(model: str) -> None:
    assert serves(ModelSpec("m", model), {})


@pytest.mark.parametrize("model", ["openai/tiny", "hosted_vllm/tiny", "lm_studio/tiny", "llamafile/tiny"])
def test_servers_that_speak_its_language_are_asked_directly(model: str) -> None:
    assert serves(ModelSpec("m", model, api_base=HERE), {})


def test_ollama_is_asked_directly() -> None:
    assert serves(ModelSpec("m", "ollama_chat/qwen", api_base="http://127.0.0.1:11434"), {})


@pytest.mark.parametrize(
    "model",
    [
        "anthropic/claude-sonnet-5-5",
        "groq/openai/gpt-oss-20b",
        "azure/my-deployment",
        "ollama/qwen",
        "openai/gpt-5.4-pro",
        "openai/gpt-5-codex",
        "openai/gpt-3.5-turbo-instruct",
        "openai/responses/gpt-4o",
    ],
)
def test_other_providers_and_other_apis_are_litellms(model: str) -> None:
    assert not serves(ModelSpec("m", model), {})


def test_a_local_server_without_an_address_is_litellms() -> None:
    assert not serves(ModelSpec("m", "hosted_vllm/tiny"), {})


def serves_asking(model: str, *, alias: dict[str, Any] | None = None, tools: Any = (), **parameters: Any) -> bool:
    request = CompletionRequest((Message("user", "Hi"),), parameters=parameters, tools=tuple(tools))
    return serves_request(ModelSpec("m", model, api_base=HERE, parameters=alias or {}), request)


def test_known_parameters_are_sent_directly() -> None:
    assert serves_asking("openai/tiny")
    assert serves_asking("openai/tiny", temperature=0.1, max_tokens=5, response_format={"type": "json_object"})
    assert serves_asking("hosted_vllm/tiny", top_k=3, min_p=0.1, chat_template_kwargs={"enable_thinking": False})
    assert serves_asking("openai/tiny", alias={"seed": 7, "extra_headers": {"X-Team": "blue"}})


@pytest.mark.parametrize("name", ["thinking", "extra_body", "fallbacks", "mock_response", "audio", "something_new"])
def test_other_parameters_are_litellms_to_translate_or_refuse(name: str) -> None:
    assert not serves_asking("openai/tiny", **{name: 1})
    assert not serves_asking("openai/tiny", alias={name: 1})


def test_an_effort_that_is_more_than_a_word_needs_translation() -> None:
    assert serves_asking("openai/gpt-5", reasoning_effort="low")
    assert not serves_asking("openai/gpt-5", reasoning_effort={"effort": "low", "summary": "auto"})


def test_tools_are_sent_directly_where_openai_takes_them_as_they_are() -> None:
    assert serves_asking("openai/tiny", tools=[PLAIN_TOOL])
    assert serves_asking("hosted_vllm/tiny", tools=[tool(oneOf=[])])
    assert not serves_asking("openai/gpt-5.4-mini", tools=[PLAIN_TOOL])
    assert not serves_asking("openai/tiny", tools=[PLAIN_TOOL, tool(anyOf=[])])
    assert not serves_asking("openai/tiny", tools=[tool(properties={"zip": {"pattern": r"\p{Nd}+"}})])


@pytest.mark.parametrize(
    ("parameters", "directly"),
    [
        ({"temperature": 0}, True),
        ({"temperature": 0.7, "top_p": 0.9}, True),
        ({"temperature": 0, "max_tokens": 5, "seed": 7, "stop": ["\n"]}, True),
        ({}, False),
        ({"temperature": 0.7}, False),
        ({"temperature": None, "top_p": None}, False),
        ({"temperature": 0, "num_ctx": 8192}, False),
        ({"temperature": 0, "keep_alive": "1h"}, False),
        ({"temperature": 0, "top_k": 3}, False),
    ],
)
def test_ollama_is_asked_directly_where_its_two_apis_mean_the_same(parameters: dict[str, Any], directly: bool) -> None:
    assert serves_asking("ollama_chat/qwen", **parameters) is directly
