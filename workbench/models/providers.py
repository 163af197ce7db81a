"""Providers that need no configuration: their key's variable, a few of their models, and local servers' ports.

Model names are offered, never assumed: each must be in the price table to be shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from workbench.domain.model import ModelSpec

NO_KEY = "not-needed"
"""Sent instead of a key where none was named, so that no client falls back to the provider's own."""

LOCAL_HOST = "127.0.0.1"


@dataclass(frozen=True)
class Provider:
    """A hosted provider."""

    key_variables: tuple[str, ...]
    """Environment variables that may hold its key; the first that is set counts."""
    models: tuple[str, ...] = ()
    """Well-known models, small ones first, without the provider's prefix."""

    def key(self, environ: Mapping[str, str]) -> str | None:
        """The key in this environment, if there is one."""
        return next((environ[name] for name in self.key_variables if environ.get(name)), None)


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider(("OPENAI_API_KEY",), ("gpt-4o-mini", "gpt-5.4-mini", "gpt-6-sol")),
    "anthropic": Provider(("ANTHROPIC_API_KEY",), ("claude-haiku-5-5", "claude-sonnet-5-5", "claude-opus-5-5")),
    "gemini": Provider(
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"), ("gemini-3.5-flash-lite", "gemini-3.8-flash", "gemini-2.5-pro")
    ),
    "mistral": Provider(("MISTRAL_API_KEY",), ("mistral-small-latest", "mistral-large-latest")),
    "groq": Provider(("GROQ_API_KEY",), ("openai/gpt-oss-20b", "openai/gpt-oss-120b")),
    "deepseek": Provider(("DEEPSEEK_API_KEY",), ("deepseek-v4-flash", "deepseek-v4-pro")),
    "xai": Provider(("XAI_API_KEY",), ("grok-code-fast", "grok-4.7")),
    "cohere_chat": Provider(("COHERE_API_KEY", "CO_API_KEY"), ("command-r7b-12-2024", "command-a-03-2025")),
    "cerebras": Provider(("CEREBRAS_API_KEY",), ("gpt-oss-120b", "qwen-3-32b")),
    "together_ai": Provider(
        ("TOGETHERAI_API_KEY", "TOGETHER_API_KEY"), ("openai/gpt-oss-20b", "meta-llama/Llama-3.3-70B-Instruct-Turbo")
    ),
    "perplexity": Provider(("PERPLEXITYAI_API_KEY", "PERPLEXITY_API_KEY"), ("sonar", "sonar-pro")),
    "openrouter": Provider(("OPENROUTER_API_KEY", "OR_API_KEY")),
    "cohere": Provider(("COHERE_API_KEY", "CO_API_KEY")),
    "jina_ai": Provider(("JINA_AI_API_KEY",)),
    "voyage": Provider(("VOYAGE_API_KEY",)),
}


@dataclass(frozen=True)
class LocalServer:
    """A program that serves models on this machine, on the port it uses unless told otherwise."""

    name: str
    provider: str
    """LiteLLM's prefix for its models."""
    port: int
    api_path: str
    """Path of the API below the address."""

    @property
    def api_base(self) -> str:
        """What a model of this server has as its `api_base`."""
        return f"http://{LOCAL_HOST}:{self.port}{self.api_path}"


LOCAL_SERVERS: tuple[LocalServer, ...] = (
    LocalServer("Ollama", "ollama_chat", 11434, ""),
    LocalServer("LM Studio", "lm_studio", 1234, "/v1"),
    LocalServer("vLLM", "hosted_vllm", 8000, "/v1"),
    LocalServer("llama.cpp", "llamafile", 8080, "/v1"),
)


SWAPPING = frozenset({"ollama", "ollama_chat", "lm_studio"})
"""Programs that serve many models by loading one after another."""


def is_local(spec: ModelSpec) -> bool:
    """Whether a model is served by a program on this machine, which may load it only when it is first asked."""
    host = urlsplit(spec.api_base or "").hostname
    return host is not None and (host == "localhost" or host.startswith("127.") or host == "::1")


def swapping_server(spec: ModelSpec) -> str | None:
    """The address of a server that would swap models if several were asked at once; None for all others."""
    return spec.api_base if spec.model.partition("/")[0] in SWAPPING else None


def local_address(provider: str) -> str | None:
    """Where a local server of this provider is asked when no address was configured; None for hosted ones."""
    return next((server.api_base for server in LOCAL_SERVERS if server.provider == provider), None)
