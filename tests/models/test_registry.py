"""What a model's name means."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.domain.model import ModelSpec
from workbench.errors import AuthenticationError, InputError, NotFoundError
from workbench.models import registry
from workbench.models.litellm_completer import LiteLLMCompleter
from workbench.models.provider_completer import ProviderCompleter
from workbench.models.providers import LOCAL_SERVERS

OWN = {
    "fast": ModelSpec("fast", "openai/gpt-4o-mini", parameters={"temperature": 0}),
    "gpt-4o": ModelSpec("gpt-4o", "openai/corporate-gpt", api_base="https://models.example/v1", api_key_env="CORP_KEY"),
    "mine": ModelSpec("mine", "python:my_package.models:answer"),
    "bare": ModelSpec("bare", "gpt-4o-mini"),
}


def test_an_alias_comes_with_all_that_was_configured() -> None:
    assert registry.resolve("fast", OWN) == OWN["fast"]


def test_an_alias_wins_over_a_model_of_the_same_name() -> None:
    assert registry.resolve("gpt-4o", OWN) == OWN["gpt-4o"]


def test_embedded_readers_need_no_configuration() -> None:
    for name in ("offline/reader", "offline/reader-small"):
        spec = registry.resolve(name, {})
        assert (spec.alias, spec.model, spec.api_base) == (name, name, None)
        assert registry.is_offline(spec)


@pytest.mark.parametrize(
    "name", ["openai/gpt-4o-mini", "openai/not-yet-listed", "bedrock/eu.model:1", "azure/my-deployment"]
)
def test_a_litellm_name_is_taken_as_it_is(name: str) -> None:
    assert registry.resolve(name, OWN) == ModelSpec(name, name)


def test_a_bare_name_means_its_providers_model_and_keeps_its_alias() -> None:
    assert registry.resolve("gpt-4o-mini", {}) == ModelSpec("gpt-4o-mini", "openai/gpt-4o-mini")
    assert registry.resolve("bare", OWN).model == "openai/gpt-4o-mini"


def test_a_local_servers_model_is_asked_at_its_usual_address() -> None:
    assert registry.resolve("lm_studio/qwen", {}).api_base == "http://127.0.0.1:1234/v1"
    assert registry.resolve("ollama_chat/qwen", {}).api_base == "http://127.0.0.1:11434"
    own = {"q": ModelSpec("q", "lm_studio/qwen", api_base="http://10.0.0.5:9999/v1")}
    assert registry.resolve("q", own).api_base == "http://10.0.0.5:9999/v1"


def test_python_code_is_named_by_an_alias_and_not_imported_for_that() -> None:
    spec = registry.resolve("mine", OWN)
    assert spec == OWN["mine"]
    assert registry.is_own_code(spec)
    assert "my_package" not in sys.modules


@pytest.mark.parametrize("name", ["python:my_package.models:answer", " python:os:system", "python:"])
def test_python_code_is_not_reached_by_any_other_name(name: str) -> None:
    with pytest.raises(InputError, match=r"only workbench.toml may name Python code.*\[models.ALIAS\]"):
        registry.resolve(name, {**OWN, name: ModelSpec(name, "openai/x")})


def test_an_alias_whose_python_name_cannot_be_read_says_how_to_write_it() -> None:
    with pytest.raises(InputError, match="python:MODULE:NAME"):
        registry.resolve("odd", {"odd": ModelSpec("odd", "python:just_a_module")})


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("gpt-4o-mni", "openai/gpt-4o-mini"),
        ("fats", "fast"),
        ("offline/readr", "offline/reader"),
        ("opnai/gpt-4o-mini", "openai/gpt-4o-mini"),
        ("antropic/claude", "anthropic/claude"),
        ("qqqqqqqqqqqq", "PROVIDER/MODEL"),
        ("", "PROVIDER/MODEL"),
        ("openai/", "PROVIDER/MODEL"),
        ("/", "PROVIDER/MODEL"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(name: str, near: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        registry.resolve(name, OWN)
    assert near in str(caught.value)


def test_a_hosted_model_without_its_key_is_refused_before_any_call() -> None:
    with pytest.raises(AuthenticationError, match="CORP_KEY"):
        registry.completer_for(OWN["gpt-4o"], {"OPENAI_API_KEY": "x"})


def test_an_embedded_reader_is_ready_at_once() -> None:
    assert hasattr(registry.completer_for(registry.resolve("offline/reader", {}), {}), "complete")


def run_python(code: str, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, **options)


def test_names_prices_and_discovery_do_not_import_litellm() -> None:
    done = run_python(
        "import sys\n"
        "from workbench.domain.model import ModelSpec\n"
        "from workbench.models import discovery, registry\n"
        "spec = registry.resolve('gpt-4o-mini', {})\n"
        "discovery.find({'a': ModelSpec('a', 'openai/x')}, {'OPENAI_API_KEY': 'x'}, local_probe=False)\n"
        "registry.completer_for(spec, {'OPENAI_API_KEY': 'x'})\n"
        "own = ModelSpec('own', 'python:a:b')\n"
        "registry.warm_up([registry.resolve('offline/reader', {}), own])\n"
        "heavy = {'litellm', 'openai', 'aiohttp', 'httpx', 'numpy', 'pandas'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)\n"
    )
    assert done.returncode == 0, done.stderr


def test_models_that_speak_openais_language_are_asked_directly_and_others_through_litellm() -> None:
    keys = {"OPENAI_API_KEY": "x", "MISTRAL_API_KEY": "x"}
    for name, kind in (("gpt-4o-mini", ProviderCompleter), ("mistral/mistral-small-latest", LiteLLMCompleter)):
        assert isinstance(registry.completer_for(registry.resolve(name, {}), keys), kind)
    for server in LOCAL_SERVERS:
        assert isinstance(registry.completer_for(registry.resolve(f"{server.provider}/any", {}), {}), ProviderCompleter)


def test_warming_up_loads_what_the_models_need_and_not_litellm_for_those_that_are_asked_directly() -> None:
    done = run_python(
        "import sys, threading\n"
        "from workbench.models import registry\n"
        "registry.warm_up([registry.resolve('openai/gpt-4o-mini', {}), registry.resolve('lm_studio/any', {})])\n"
        "[thread.join() for thread in threading.enumerate() if thread is not threading.main_thread()]\n"
        "print(sorted({'litellm', 'openai', 'aiohttp'} & set(sys.modules)))\n"
    )
    assert done.stdout.strip() == "['aiohttp']", done.stderr
