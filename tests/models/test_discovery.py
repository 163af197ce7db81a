"""What could be used here, found without contacting anybody."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator

import pytest

from tests.support import openai_server as serve
from tests.support.own_code import forgotten_afterwards, write_module
from workbench.domain.model import ModelSpec, Price
from workbench.models import discovery
from workbench.models.providers import PROVIDERS, LocalServer
from workbench.pricing import price_of


@pytest.fixture
def closed_port() -> Iterator[int]:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def test_embedded_readers_are_always_there_and_free() -> None:
    found = discovery.find({}, {}, local_probe=False)
    assert [one.name for one in found] == ["offline/reader", "offline/reader-small"]
    assert all(one.ready and one.origin == "embedded" and one.price == Price(0.0, 0.0, 0.0) for one in found)
    assert all("extracts" in one.note and "does not write" in one.note for one in found)


def test_an_alias_says_which_variable_it_waits_for() -> None:
    own = {
        "corp": ModelSpec("corp", "openai/x", api_base="https://models.example/v1", api_key_env="CORP_KEY"),
        "mini": ModelSpec("mini", "openai/gpt-4o-mini"),
        "open": ModelSpec("open", "openai/x", api_base="http://127.0.0.1:9/v1", price=Price(1.0, 2.0)),
        "mine": ModelSpec("mine", "python:no_such_module:b"),
        "odd": ModelSpec("odd", "python:b"),
    }
    found = {one.name: one for one in discovery.find(own, {}, local_probe=False) if one.origin == "configured"}
    assert list(found) == list(own)
    assert {name: one.ready for name, one in found.items()} == {
        "corp": False,
        "mini": False,
        "open": True,
        "mine": True,
        "odd": False,
    }
    assert "CORP_KEY" in found["corp"].note
    assert "OPENAI_API_KEY" in found["mini"].note
    assert found["mini"].price == price_of("openai/gpt-4o-mini")
    assert found["open"].price == Price(1.0, 2.0)
    assert found["mine"].note.startswith("Your own Python code, python:no_such_module:b.")
    assert "python:MODULE:NAME" in found["odd"].note
    ready = {
        one.name
        for one in discovery.find(own, {"CORP_KEY": "a", "OPENAI_API_KEY": "b"}, local_probe=False)
        if one.ready
    }
    assert {"corp", "mini"} <= ready


def test_a_key_in_the_environment_offers_its_providers_models_and_shows_no_key() -> None:
    found = discovery.find({}, {"MISTRAL_API_KEY": "planted-77aa", "OPENAI_API_KEY": ""}, local_probe=False)
    offered = [one for one in found if one.origin == "environment"]
    assert offered
    assert all(one.name.startswith("mistral/") and one.ready and one.price for one in offered)
    assert "planted-77aa" not in repr(found)


def test_every_offered_model_is_in_the_price_table() -> None:
    for prefix, provider in PROVIDERS.items():
        for model in provider.models:
            assert price_of(f"{prefix}/{model}") is not None, f"{prefix}/{model} is no longer listed"


def test_the_variables_of_providers_are_those_litellm_reads(litellm, monkeypatch) -> None:
    for prefix, provider in PROVIDERS.items():
        for variable in provider.key_variables:
            monkeypatch.delenv(variable, raising=False)
        model = f"{prefix}/{provider.models[0] if provider.models else 'any'}"
        missing = set(litellm.validate_environment(model)["missing_keys"])
        assert missing <= set(provider.key_variables), f"{prefix} needs {missing}"


def test_a_listening_port_is_noticed_and_nothing_is_sent_to_it(server, closed_port: int) -> None:
    there = LocalServer("LM Studio", "lm_studio", server.port, "/v1")
    gone = LocalServer("vLLM", "hosted_vllm", closed_port, "/v1")
    local = [one for one in discovery.find({}, {}, servers=(there, gone)) if one.origin == "local"]
    assert [one.name for one in local] == ["LM Studio"]
    assert str(server.port) in local[0].note
    assert server.requests == []
    assert not [one for one in discovery.find({}, {}, servers=(there,), local_probe=False) if one.origin == "local"]


def test_a_check_asks_once_and_says_what_came_back(ask) -> None:
    ask.server.script(serve.ok("Ready\nand more", model="tiny-7"))
    result = ask.run(discovery.check(ask.spec(), ask.environ))
    assert result.ok
    assert result.latency_ms is not None
    assert result.message == "tiny-7 answered: Ready and more"
    assert len(ask.server.requests) == 1


def test_a_failed_check_is_an_answer_with_the_way_out(ask) -> None:
    ask.server.script(serve.unauthorized())
    failed = ask.run(discovery.check(ask.spec(), ask.environ))
    assert (failed.ok, failed.latency_ms) == (False, None)
    assert "401" in failed.message
    keyless = asyncio.run(discovery.check(ModelSpec("m", "openai/gpt-4o-mini"), {}))
    assert not keyless.ok
    assert "OPENAI_API_KEY" in keyless.message


def test_the_embedded_reader_passes_its_check() -> None:
    assert asyncio.run(discovery.check(ModelSpec("r", "offline/reader"), {})).ok


def test_code_of_ones_own_is_checked_with_a_question(tmp_path) -> None:
    with forgotten_afterwards(tmp_path):
        write_module(tmp_path, "checked", "def answer(messages, inputs):\n    return inputs['question'][:6]")
        passed = asyncio.run(discovery.check(ModelSpec("own", "python:checked:answer"), {}, tmp_path))
        missing = asyncio.run(discovery.check(ModelSpec("own", "python:checked:reply"), {}, tmp_path))
    assert (passed.ok, passed.message) == (True, "python:checked:answer answered: Answer")
    assert not missing.ok
    assert "has no 'reply'" in missing.message
