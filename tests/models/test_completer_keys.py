"""What completers send to whom, directly and through LiteLLM: keys stay where they belong, prompts decide nothing."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from tests.support import openai_server as serve
from tests.support.server_faults import events
from workbench.errors import AuthenticationError, BadRequestError, ProviderError

PLANTED = "planted-0d2f6a-provider-key"


@pytest.fixture
def ask(ask_either_way):
    return ask_either_way


@pytest.mark.parametrize("model", ["openai/tiny", "hosted_vllm/tiny", "lm_studio/tiny"])
def test_a_providers_key_is_not_sent_to_another_address(ask, monkeypatch, model: str) -> None:
    for name in ("OPENAI_API_KEY", "HOSTED_VLLM_API_KEY", *OPENAI_ACCOUNT):
        monkeypatch.setenv(name, PLANTED)
        ask.environ[name] = PLANTED
    ask(spec=ask.spec(model))
    assert PLANTED not in repr(ask.server.requests[-1])


OPENAI_ACCOUNT = ("OPENAI_ORGANIZATION", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID")


def test_the_key_named_by_an_alias_is_sent_to_its_address(ask) -> None:
    ask(spec=ask.spec(api_key_env="OWN_KEY"))
    assert ask.server.requests[-1].headers["authorization"] == "Bearer own-7a51b3"


def test_an_aliases_own_headers_are_sent_and_a_prompts_are_not(ask) -> None:
    ask(spec=ask.spec(parameters={"extra_headers": {"X-Team": "blue"}}))
    assert ask.server.requests[-1].headers["x-team"] == "blue"
    assert "extra_headers" not in ask.server.requests[-1].body
    with pytest.raises(BadRequestError, match="extra_headers"):
        ask(parameters={"extra_headers": {"X-Team": "red"}})


def test_a_key_that_changes_is_read_again_for_the_next_request(ask) -> None:
    completer = ask.completer(ask.spec(api_key_env="OWN_KEY"))

    async def twice() -> None:
        await completer.complete(ask.request())
        ask.environ["OWN_KEY"] = "own-renewed"
        await completer.complete(ask.request())
        await completer.aclose()

    ask.run(twice())
    sent = [asked.headers["authorization"] for asked in ask.server.requests]
    assert sent == ["Bearer own-7a51b3", "Bearer own-renewed"]


@pytest.mark.parametrize(
    ("fields", "variable"),
    [
        ({"model": "openai/gpt-4o-mini", "api_base": None}, "OPENAI_API_KEY"),
        ({"model": "openai/tiny", "api_key_env": "MY_OWN_KEY"}, "MY_OWN_KEY"),
    ],
)
def test_a_missing_key_is_said_before_anything_is_sent(ask, fields: dict[str, Any], variable: str) -> None:
    ask.environ[variable] = ""
    with pytest.raises(AuthenticationError, match=variable) as caught:
        ask.completer(ask.spec(**fields))
    assert not caught.value.may_cost
    assert ask.server.requests == []


@pytest.mark.parametrize(
    "reply",
    [
        serve.unauthorized("Incorrect API key provided: own-7a51b3. Also sk-proj-abcdef123456 and Bearer abcdefghi."),
        serve.status(500, "crash while handling own-7a51b3 sk-proj-abcdef123456"),
        serve.raw(b"data: {own-7a51b3 sk-proj-abcdef123456\n\n", content_type="text/event-stream"),
        serve.status(400, "?key=own-7a51b3&x=1 sk-proj-abcdef123456"),
        events({"error": {"message": "own-7a51b3 sk-proj-abcdef123456"}}),
    ],
    ids=["unauthorized", "server error", "malformed", "bad request", "in the stream"],
)
def test_no_key_is_in_an_errors_text_nor_in_its_traceback(ask, reply: serve.Reply) -> None:
    ask.server.script(reply)
    with pytest.raises(ProviderError) as caught:
        ask(spec=ask.spec(api_key_env="OWN_KEY"))
    shown = "".join(traceback.format_exception(caught.value)) + str(caught.value) + repr(caught.value)
    for key in ("own-7a51b3", "sk-proj-abcdef123456", "abcdefghi"):
        assert key not in shown


@pytest.mark.parametrize(
    "name",
    [
        "api_base", "base_url", "api_key", "extra_headers", "mock_response", "aws_region_name", "stream",
        "stream_options", "n", "fallbacks", "metadata",
    ],
)  # fmt: skip
def test_a_prompt_cannot_redirect_or_reroute_a_request(ask, name: str) -> None:
    with pytest.raises(BadRequestError, match=name) as caught:
        ask(parameters={name: "http://127.0.0.1:9/"})
    assert not caught.value.may_cost
    assert ask.server.requests == []
