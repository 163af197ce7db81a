"""Which parameters OpenAI-compatible servers take as they are."""

from __future__ import annotations

from workbench.domain.model import ModelSpec

EXTRA_HEADERS = "extra_headers"
"""Headers that an alias adds to each request, for gateways that want some. They are no part of the body."""

_CHAT = frozenset(
    {
        "frequency_penalty", "logit_bias", "logprobs", "max_completion_tokens", "max_tokens", "parallel_tool_calls",
        "prediction", "presence_penalty", "prompt_cache_key", "prompt_cache_retention", "reasoning_effort",
        "response_format", "safety_identifier", "seed", "service_tier", "stop", "store", "temperature", "tool_choice",
        "top_logprobs", "top_p", "user", "verbosity",
    }
)  # fmt: skip
"""OpenAI's own."""

_SAMPLING = frozenset(
    {
        "cache_prompt", "chat_template_kwargs", "dry_allowed_length", "dry_base", "dry_multiplier",
        "dry_penalty_last_n", "dry_sequence_breakers", "dynatemp_exponent", "dynatemp_range", "enable_thinking",
        "grammar", "guided_choice", "guided_grammar", "guided_json", "guided_regex", "ignore_eos",
        "include_stop_str_in_output", "json_schema", "length_penalty", "min_p", "min_tokens", "mirostat",
        "mirostat_eta", "mirostat_tau", "n_probs", "reasoning_format", "repeat_last_n", "repeat_penalty",
        "repetition_penalty", "samplers", "skip_special_tokens", "stop_token_ids", "structured_outputs", "top_k",
        "top_n_sigma", "truncate_prompt_tokens", "typical_p", "xtc_probability", "xtc_threshold",
    }
)  # fmt: skip
"""Those of vLLM, llama.cpp, LM Studio and what follows them."""

_OLLAMA = frozenset(
    {"frequency_penalty", "max_tokens", "presence_penalty", "response_format", "seed", "stop", "temperature", "top_p"}
)
"""All that Ollama's OpenAI-compatible address knows. It drops others without a word."""


def sent_to(spec: ModelSpec) -> frozenset[str]:
    """Names of the parameters that this model's server is sent as they are."""
    own = _OLLAMA if spec.model.startswith("ollama_chat/") else _CHAT | _SAMPLING
    return own | {EXTRA_HEADERS}
