"""Which parameters a prompt may set, and which are none of its business.

Prompt files are imported from anywhere, and LiteLLM takes far more keyword arguments than a model has parameters: an
address, a credential, a callback, a canned answer. What decides where a request goes and with which credentials is
set by the alias in `workbench.toml` or by the workbench, never by a prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from workbench.errors import BadRequestError

_OURS = {
    "model": "the run's model",
    "messages": "the prompt's messages",
    "tools": "the prompt's tools",
    "functions": "the prompt's tools",
    "stream": "always on",
    "stream_options": "always on",
    "timeout": "the run's time limit",
    "num_retries": "the run's retries",
    "max_retries": "the run's retries",
    "n": "the run's repeats",
    "api_key": "the alias's api_key_env",
    "api_base": "the alias's api_base",
    "base_url": "the alias's api_base",
    "drop_params": "never done",
    "additional_drop_params": "never done",
    "custom_llm_provider": "the model's prefix",
}
"""Names that the workbench fills itself, and from what."""

_CONNECTION = frozenset(
    {
        "api_type", "api_version", "client", "default_headers", "default_query", "deployment_id", "extra_headers",
        "extra_query", "headers", "http_client", "organization", "project", "proxies", "region_name", "ssl_verify",
    }
)  # fmt: skip
_CONNECTION_PATTERN = re.compile(
    r"(aws|azure|gcp|gcs|oci|s3|sagemaker|vertex|watsonx)_\w+|\w+_(base|endpoint|host|url|uri|project|region)"
)
_SECRET_PATTERN = re.compile(r"\w*(api_?key|secret|password|credential|access_key|auth_token|ad_token|bearer)\w*")

IsOwned = Callable[[str], bool]
"""Tells whether an argument is not sent as it is: LiteLLM keeps some for itself."""


def checked(given: Mapping[str, Any], alias: Mapping[str, Any], *, is_owned: IsOwned) -> dict[str, Any]:
    """The alias's parameters with the request's on top, refused where a name is no model parameter.

    How a model is reached (a region, an API version) may come from the alias, and from the request only where it says
    the same. Raises BadRequestError naming the parameter.
    """
    for name, value in {**alias, **given}.items():
        if name in _OURS:
            raise BadRequestError(f"The parameter {name!r} cannot be set.", hint=f"It is {_OURS[name]}.", sent=False)
        if _SECRET_PATTERN.fullmatch(name.lower()):
            raise BadRequestError(
                f"The parameter {name!r} looks like a secret.",
                hint="Keys come from the environment: see api_key_env.",
                sent=False,
            )
        how_to_reach = name in _CONNECTION or _CONNECTION_PATTERN.fullmatch(name.lower()) or is_owned(name)
        if how_to_reach and not (name in alias and alias[name] == value):
            raise BadRequestError(
                f"{name!r} is no parameter of a model.",
                hint="Where and how a model is reached is set for its alias in workbench.toml.",
                sent=False,
            )
    return {**alias, **given}
