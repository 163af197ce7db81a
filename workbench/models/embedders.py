"""From an embedder's name to an embedding model that can be asked."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workbench import pricing
from workbench.domain.model import ModelSpec
from workbench.domain.protocols import Completer
from workbench.errors import AuthenticationError, InputError, NotFoundError, UnavailableError
from workbench.hashing import content_hash, short
from workbench.models import openai_embedder
from workbench.models.keys import api_key
from workbench.models.providers import LOCAL_SERVERS, PROVIDERS, local_address
from workbench.settings import EmbedderSettings

_PREFIXES = ("document_prefix", "query_prefix")
_BATCH_SIZE = "batch_size"
_ALGORITHM = 1
"""Raised whenever the same model would be asked for other vectors of the same texts."""

_PURPOSES: Mapping[str, tuple[str, str, str]] = {
    "bedrock": ("input_type", "search_document", "search_query"),
    "cohere": ("input_type", "search_document", "search_query"),
    "gemini": ("task_type", "RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY"),
    "jina_ai": ("task", "retrieval.passage", "retrieval.query"),
    "nvidia_nim": ("input_type", "passage", "query"),
    "vertex_ai": ("task_type", "RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY"),
    "voyage": ("input_type", "document", "query"),
}
"""How providers are told what a text is: the parameter, and its value for documents and for questions."""
_TELLS = {"bedrock": "cohere.", "jina_ai": "jina-embeddings-v"}
"""Of these providers only models of such names are told."""


@dataclass(frozen=True)
class EmbedderSpec:
    """An embedding model as a project resolved it."""

    name: str
    """What people call it: a name or alias of `workbench.toml`, or the model's own."""
    model: ModelSpec
    """With the parameters that are sent for documents and for questions alike."""
    document_prefix: str = ""
    """What is put before a document's text, as some open models want it."""
    query_prefix: str = ""
    batch_size: int | None = None
    """The most texts that the server takes at once; None: as many as usual."""

    @property
    def version(self) -> str:
        """The model, and a hash of all that its vectors depend on: a change makes another index."""
        return f"{self.model.model} {short(content_hash([self.key(query=False), self.key(query=True)]))}"

    def key(self, *, query: bool) -> str:
        """Under what its vectors are kept; the same for questions where they are embedded like documents."""
        prefix, model = self.asked_as(query=query)
        identity = {
            "algorithm": _ALGORITHM,
            "model": model.model,
            "api_base": model.api_base,
            "parameters": dict(model.parameters),
            "prefix": prefix,
        }
        return f"{model.model} {short(content_hash(identity))}"

    def asked_as(self, *, query: bool) -> tuple[str, ModelSpec]:
        """What is put before a text, and the model with the parameters to ask it with."""
        prefix = self.query_prefix if query else self.document_prefix
        provider, _, name = self.model.model.partition("/")
        purpose = _PURPOSES.get(provider)
        if purpose is None or purpose[0] in self.model.parameters or _TELLS.get(provider, "") not in name:
            return prefix, self.model
        parameter, document, question = purpose
        told = {**self.model.parameters, parameter: question if query else document}
        return prefix, replace(self.model, parameters=told)


def resolve(name: str, embedders: Mapping[str, EmbedderSettings], models: Mapping[str, ModelSpec]) -> EmbedderSpec:
    """What a name means: an embedder of `workbench.toml`, an alias of its models, or a LiteLLM name, in this order.

    An embedder may name an alias as its model, and is then asked where the alias is, with its key, price and limits.
    Raises NotFoundError with the nearest names, and InputError for parameters of the workbench's own that are wrong.
    """
    settings = embedders.get(name) or EmbedderSettings(name)
    alias = models.get(settings.model) or ModelSpec(alias=settings.model, model=settings.model)
    model = _model_name(alias.model, [*embedders, *models])
    own, sent = _own_parameters(name, {**alias.parameters, **settings.parameters})
    provider = model.partition("/")[0]
    address = alias.api_base or local_address("ollama_chat" if provider == "ollama" else provider)
    spec = replace(alias, alias=name, model=model, api_base=address, parameters=sent)
    return EmbedderSpec(name, spec, **own)


def embedder_for(spec: ModelSpec, environ: Mapping[str, str]) -> Completer:
    """The embedding model, ready to be asked: directly where it speaks OpenAI's language, else through LiteLLM.

    Its answers are `Embedding`s. Raises AuthenticationError when its key is missing; contacts nobody.
    """
    if openai_embedder.serves(spec, environ):
        return openai_embedder.OpenAIEmbedder(spec, environ)
    from workbench.models.litellm_embedder import LiteLLMEmbedder

    return LiteLLMEmbedder(spec, environ)


def _own_parameters(name: str, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The parameters that are the workbench's own business, and those that are sent."""
    own = {key: value for key, value in given.items() if key in (*_PREFIXES, _BATCH_SIZE)}
    for key in _PREFIXES:
        if not isinstance(own.get(key, ""), str):
            raise InputError(f"{key} of the embedder {name!r} is {own[key]!r}; it must be text.")
    size = own.get(_BATCH_SIZE, 1)
    if not isinstance(size, int) or isinstance(size, bool) or size < 1:
        raise InputError(f"{_BATCH_SIZE} of the embedder {name!r} is {size!r}; it must be a whole number from 1.")
    return own, {key: value for key, value in given.items() if key not in own}


def _model_name(model: str, configured: list[str]) -> str:
    """The full name of an embedding model, as LiteLLM knows it."""
    provider, slash, rest = model.partition("/")
    if not slash:
        full = pricing.full_embedder_name(model)
        if full is None:
            raise _not_found(model, configured)
        return full
    if not provider or not rest or provider == pricing.OFFLINE_PREFIX.rstrip("/") or ":" in provider:
        raise _not_found(model, configured)
    if pricing.is_chat_model(model):
        raise InputError(f"{model!r} writes text; it is no embedding model.", hint=_EXAMPLES)
    common = [*PROVIDERS, *(server.provider for server in LOCAL_SERVERS), *_PURPOSES, "ollama"]
    if provider not in common and (near := difflib.get_close_matches(provider, common, n=1, cutoff=0.8)):
        raise NotFoundError("embedder", model, hint=f"Did you mean {near[0] + '/' + rest!r}?")
    return model


def _not_found(name: str, configured: list[str]) -> NotFoundError:
    listed = {full.partition("/")[2]: full for full in pricing.listed_embedders()}
    own = difflib.get_close_matches(name, configured, n=2, cutoff=0.6)
    near = [*own, *(listed[bare] for bare in difflib.get_close_matches(name, listed, n=2, cutoff=0.6))]
    hint = f"Did you mean {' or '.join(map(repr, near))}?" if near else _EXAMPLES
    return NotFoundError("embedder", name, hint=hint)


_EXAMPLES = (
    "Write offline/lexical, chroma/minilm, a name from workbench.toml, or PROVIDER/MODEL such as "
    "openai/text-embedding-3-small."
)

_OFFERED = (
    "openai/text-embedding-3-small",
    "openai/text-embedding-3-large",
    "gemini/gemini-embedding-001",
    "mistral/mistral-embed",
    "cohere/embed-v4.0",
    "voyage/voyage-3.5",
)
"""Well-known models. Names are offered, never assumed: each must be in the price table to be shown."""


def offered(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Embedding models for which the environment has a key."""
    listed = pricing.listed_embedders()
    return tuple(
        name
        for name in _OFFERED
        if name in listed and (provider := PROVIDERS.get(name.partition("/")[0])) and provider.key(environ)
    )


def lacks(spec: ModelSpec, environ: Mapping[str, str]) -> UnavailableError | None:
    """Why the model cannot be asked, as far as it can be told without asking; None when nothing is missing."""
    try:
        api_key(spec, environ)
    except AuthenticationError as error:
        return UnavailableError(error.message, hint=error.hint)
    return None
