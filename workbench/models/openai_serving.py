"""Which requests are sent directly, and which need LiteLLM's translation.

OpenAI and servers that speak its language are asked directly: `openai/...` at any address, LM Studio, vLLM, llama.cpp,
and Ollama through its OpenAI-compatible address. LiteLLM asks all other providers, and of these models

- those that OpenAI offers through another API than chat, by the price table,
- requests with a parameter that is not known to be taken as it is: LiteLLM translates it, sends it on, or refuses it,
- requests with tools where OpenAI is particular: to its reasoning models, which want them through another API, and
  tools whose schemas LiteLLM mends,
- requests to Ollama with parameters of its own (`num_ctx`, `keep_alive`), and those that leave it to the model how
  varied answers are: its OpenAI-compatible address would put 1.0 in the place of an unset `temperature` or `top_p`,
  where its own API takes what the model was published with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from workbench import pricing
from workbench.domain.model import CompletionRequest, ModelSpec
from workbench.models.openai_address import chat_url
from workbench.models.openai_parameters import sent_to
from workbench.models.openai_request import is_reasoning

_DIRECT = frozenset({"openai", "lm_studio", "hosted_vllm", "llamafile", "ollama_chat"})
_OPENAI_LISTED_AS = ("openai", "text-completion-openai")
_MENDED_AT_TOP = frozenset({"oneOf", "anyOf", "allOf", "enum", "const", "not"})
_MENDED_ANYWHERE = ('"pattern"', '"cache_control"')


def serves(spec: ModelSpec, environ: Mapping[str, str]) -> bool:
    """Whether the model speaks OpenAI's language at an address that is known."""
    provider, _, name = spec.model.partition("/")
    if provider not in _DIRECT or chat_url(spec, environ) is None:
        return False
    if provider != "openai":
        return True
    listed = (pricing.is_chat_model(f"{listed_as}/{name}") for listed_as in _OPENAI_LISTED_AS)
    return not name.startswith("responses/") and False not in listed


def serves_request(spec: ModelSpec, request: CompletionRequest) -> bool:
    """Whether a request to a model that is served needs no translation."""
    parameters = {**spec.parameters, **request.parameters}
    if not sent_to(spec).issuperset(parameters):
        return False
    if spec.model.startswith("ollama_chat/") and not _settles_sampling(parameters):
        return False
    if not isinstance(parameters.get("reasoning_effort", ""), str):
        return False
    if not request.tools or not spec.model.startswith("openai/"):
        return True
    return not is_reasoning(spec) and not any(map(_is_mended, request.tools))


def _settles_sampling(parameters: Mapping[str, Any]) -> bool:
    """Whether nothing of how an answer is drawn is left to the server. At temperature 0 nothing is drawn."""
    temperature = parameters.get("temperature")
    return temperature == 0 or (temperature is not None and parameters.get("top_p") is not None)


def _is_mended(tool: Mapping[str, Any]) -> bool:
    """Whether LiteLLM would change a tool because OpenAI's check of its schema is stricter than JSON Schema."""
    function = tool.get("function")
    parameters = function.get("parameters") if isinstance(function, Mapping) else None
    if isinstance(parameters, Mapping) and _MENDED_AT_TOP & set(parameters):
        return True
    written = json.dumps(tool, default=str)
    return any(word in written for word in _MENDED_ANYWHERE)
