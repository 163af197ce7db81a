"""A prompt sets parameters of a model, never where a request goes or with which credentials."""

from __future__ import annotations

import pytest

from workbench.errors import BadRequestError
from workbench.models.parameters import checked


def nothing_owned(name: str) -> bool:
    return False


@pytest.mark.parametrize(
    "name",
    ["temperature", "top_p", "top_k", "min_p", "max_tokens", "max_completion_tokens", "stop", "seed", "logit_bias",
     "presence_penalty", "reasoning_effort", "thinking", "num_ctx", "response_format", "tool_choice", "logprobs",
     "parallel_tool_calls", "safety_settings", "service_tier", "user", "verbosity"],
)  # fmt: skip
def test_parameters_of_models_pass(litellm, name: str) -> None:
    assert checked({name: 1}, {}, is_owned=litellm.types.utils.is_litellm_owned_kwarg) == {name: 1}


def test_nothing_litellm_keeps_for_itself_passes(litellm) -> None:
    for name in litellm.types.utils.all_litellm_params:
        with pytest.raises(BadRequestError, match=name):
            checked({name: "x"}, {}, is_owned=litellm.types.utils.is_litellm_owned_kwarg)


@pytest.mark.parametrize(
    "name", ["vertex_credentials", "aws_secret_access_key", "api_key", "My_API_Key", "azure_ad_token"]
)
def test_secrets_are_refused_even_from_an_alias(name: str) -> None:
    for given, alias in (({name: "x"}, {}), ({}, {name: "x"})):
        with pytest.raises(BadRequestError, match=name):
            checked(given, alias, is_owned=nothing_owned)


def test_how_a_model_is_reached_may_come_from_its_alias() -> None:
    alias = {"api_version": "2026-01-01", "aws_region_name": "eu-west-1", "temperature": 0}
    assert checked({}, alias, is_owned=nothing_owned) == alias
    assert checked(alias | {"temperature": 1}, alias, is_owned=nothing_owned) == alias | {"temperature": 1}
    with pytest.raises(BadRequestError, match="aws_region_name"):
        checked({"aws_region_name": "us-east-1"}, alias, is_owned=nothing_owned)


def test_the_refusal_says_where_the_setting_belongs() -> None:
    with pytest.raises(BadRequestError, match=r"'n'.*repeats"):
        checked({"n": 3}, {}, is_owned=nothing_owned)
