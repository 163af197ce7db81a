"""Where the endpoints of an OpenAI-compatible server are."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from workbench.domain.model import ModelSpec

OPENAI = "https://api.openai.com/v1"
_OPENAI_ELSEWHERE = ("OPENAI_BASE_URL", "OPENAI_API_BASE")
"""Variables by which an environment moves OpenAI's address, together with the key that is set there."""


def chat_url(spec: ModelSpec, environ: Mapping[str, str]) -> str | None:
    """The address that takes the model's chat requests; None where it cannot be told from what is configured."""
    base = _base(spec, environ)
    return None if base is None else f"{base}/chat/completions"


def embeddings_url(spec: ModelSpec, environ: Mapping[str, str]) -> str | None:
    """The address that takes texts to embed; None where it cannot be told from what is configured."""
    base = _base(spec, environ)
    return None if base is None else f"{base}/embeddings"


def _base(spec: ModelSpec, environ: Mapping[str, str]) -> str | None:
    """What the endpoints of a model's server begin with.

    Ollama's own API and its OpenAI-compatible one share a host; `api_base` names the host.
    """
    base = (spec.api_base or _openai_base(spec, environ) or "").rstrip("/")
    try:
        parts = urlsplit(base)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return None
    # A name and password in the address would take the place of the key.
    if not usable or parts.query or parts.fragment or "@" in parts.netloc:
        return None
    if spec.model.startswith(("ollama_chat/", "ollama/")):
        if parts.path:
            return None
        base += "/v1"
    return base


def account_headers(spec: ModelSpec, environ: Mapping[str, str]) -> dict[str, str]:
    """The account at OpenAI that pays, where the environment names one. No other address is told."""
    if spec.api_base is not None or not spec.model.startswith("openai/"):
        return {}
    organization = environ.get("OPENAI_ORGANIZATION") or environ.get("OPENAI_ORG_ID")
    named = {"OpenAI-Organization": organization, "OpenAI-Project": environ.get("OPENAI_PROJECT_ID")}
    return {name: value for name, value in named.items() if value}


def _openai_base(spec: ModelSpec, environ: Mapping[str, str]) -> str | None:
    if not spec.model.startswith("openai/"):
        return None
    return next((environ[name] for name in _OPENAI_ELSEWHERE if environ.get(name)), OPENAI)
