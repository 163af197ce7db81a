"""Models: what is asked of them and what comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from workbench.domain.prompt import Message

Origin = Literal["embedded", "configured", "environment", "local"]


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens."""

    input_per_million: float
    output_per_million: float
    cached_input_per_million: float | None = None
    """None: cached tokens cost what input tokens cost."""
    up_to_prompt_tokens: int | None = None
    """The longest prompt these prices hold for; beyond it the provider charges others. None: any length."""


@dataclass(frozen=True)
class Limits:
    """How hard a model may be asked. None: no limit known."""

    concurrency: int | None = None
    requests_per_minute: int | None = None
    tokens_per_minute: int | None = None


@dataclass(frozen=True)
class ModelSpec:
    """A model as a run resolved it. Holds the name of the key's environment variable, never the key."""

    alias: str
    """What people call it: the alias in `workbench.toml`, or the model's own name."""
    model: str
    """A LiteLLM name such as `openai/gpt-4o-mini`, an `offline/...` model, or `python:package.module:attribute`."""
    api_base: str | None = None
    api_key_env: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    price: Price | None = None
    """A price of the user's own; None asks the price table."""
    limits: Limits = field(default_factory=Limits)
    revision: str | None = None
    """Of a model that comes with this program, the release it came with; None for all others."""


@dataclass(frozen=True)
class FoundModel:
    """A model that could be used, as `model list` shows it. Finding one contacts no provider."""

    name: str
    origin: Origin
    ready: bool
    note: str
    """What it is, or what is missing before it can be used."""
    price: Price | None = None


@dataclass(frozen=True)
class ToolCall:
    """A call the model asked for. Recorded and scored, never executed."""

    id: str
    name: str
    arguments: str
    """The JSON text as the model wrote it, which need not be valid."""


@dataclass(frozen=True)
class Usage:
    """Tokens as the provider counted them; None where it did not say."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_tokens: int | None = None


MOST_TOKENS = 1_000_000_000_000
"""A larger count is none: no model reads or writes so much."""


def token_count(sent: object) -> int | None:
    """A count of tokens as a server sends it; None for what is none."""
    if not isinstance(sent, int) or isinstance(sent, bool):
        return None
    return sent if 0 <= sent <= MOST_TOKENS else None


@dataclass(frozen=True)
class CompletionRequest:
    """One rendered request."""

    messages: tuple[Message, ...]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    tools: tuple[Mapping[str, Any], ...] = ()
    response_schema: Mapping[str, Any] | None = None
    timeout_s: float = 120.0
    """The whole answer must be there within this time."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """The row's inputs as they are, for models of the user's own. No provider is sent them, no identity has them."""


@dataclass(frozen=True)
class Completion:
    """A complete answer."""

    text: str
    model: str
    """The model that answered, as the provider names it."""
    finish_reason: str | None
    usage: Usage
    latency_ms: float | None
    """None where the tool that it is imported from did not say."""
    ttft_ms: float | None = None
    """Time to the first piece of content; None when the answer was not streamed."""
    tool_calls: tuple[ToolCall, ...] = ()
    notes: tuple[str, ...] = ()
    """Things a reader of the answer should know, such as instructions the embedded reader did not understand."""
    sources: tuple[str, ...] | None = None
    """Texts that a model of the user's own found by itself, best first; None when it did not say."""
    cost_usd: float | None = None
    """What the answer cost by its model's own account; None leaves it to price and usage."""
