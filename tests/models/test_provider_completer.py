"""Each request goes the shortest way that serves it."""

from __future__ import annotations

import pytest

from workbench.errors import AuthenticationError
from workbench.models.litellm_completer import LiteLLMCompleter
from workbench.models.provider_completer import ProviderCompleter


@pytest.mark.usefixtures("litellm")
def test_a_request_that_must_be_translated_goes_through_litellm_and_others_do_not(ask) -> None:
    completer = ask.completer()
    assert isinstance(completer, ProviderCompleter)

    async def both() -> list[str]:
        answers = [
            await completer.complete(ask.request(parameters=parameters))
            for parameters in ({"temperature": 0.1}, {"something_new": 1}, {"temperature": 0.2})
        ]
        await completer.aclose()
        return [answer.text for answer in answers]

    assert len(ask.run(both())) == 3
    agents = [asked.headers["user-agent"] for asked in ask.server.requests]
    assert [agent == "prompt-workbench" for agent in agents] == [True, False, True]
    assert ask.server.requests[1].body["something_new"] == 1


def test_a_missing_key_is_said_before_anything_is_sent(ask) -> None:
    with pytest.raises(AuthenticationError, match="NOT_SET"):
        ask.completer(ask.spec(api_key_env="NOT_SET"))


def test_other_providers_are_litellms_from_the_start(ask) -> None:
    ask.environ["MISTRAL_API_KEY"] = "planted-5511"
    completer = ask.completer(ask.spec("mistral/mistral-small-latest", api_base=None))
    assert isinstance(completer, LiteLLMCompleter)
