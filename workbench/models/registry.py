"""From a model's name to a model that can be asked."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from workbench import pricing
from workbench.domain.model import ModelSpec
from workbench.domain.protocols import Completer
from workbench.errors import InputError, NotFoundError
from workbench.models import http_session, litellm_runtime
from workbench.models.litellm_reranker import LiteLLMReranker, is_reranker
from workbench.models.openai_serving import serves
from workbench.models.providers import LOCAL_SERVERS, PROVIDERS, local_address

PYTHON_PREFIX = "python:"
_NEAR = 0.8


def resolve(name: str, configured: Mapping[str, ModelSpec]) -> ModelSpec:
    """What a name means: an alias of `workbench.toml`, an embedded reader, or a LiteLLM name, in this order.

    A bare name that the price table lists, such as `gpt-4o-mini`, means its provider's model. Raises NotFoundError
    with the nearest names, and InputError for Python code that is not named by an alias.
    """
    name = name.strip()
    if name.startswith(PYTHON_PREFIX):
        # Prompt files and plans come from anywhere; what may be run here, the project's own file says.
        raise InputError(
            f"{name!r} cannot be asked by that name: only workbench.toml may name Python code.",
            hint=f'Add [models.ALIAS] with model = "{name}" to it, and name the alias.',
        )
    spec = configured.get(name) or ModelSpec(alias=name, model=name)
    model = _model_name(spec.model, configured)
    address = spec.api_base or local_address(model.partition("/")[0])
    return replace(spec, model=model, api_base=address)


def completer_for(spec: ModelSpec, environ: Mapping[str, str] = os.environ, root: Path | None = None) -> Completer:
    """The model, ready to be asked: directly where it speaks OpenAI's language, else through LiteLLM.

    Raises AuthenticationError when its key is missing; contacts nobody. Code of the user's own is imported, from the
    project's folder `root` as well; PythonCompleter says what it raises.
    """
    if is_own_code(spec):
        from workbench.models.python.completer import PythonCompleter

        return PythonCompleter(spec, environ, root)
    if is_offline(spec):
        from workbench.models.offline.reader import reader

        return reader(spec.model)
    if is_reranker(spec.model):
        return LiteLLMReranker(spec, environ)
    if serves(spec, environ):
        from workbench.models.provider_completer import ProviderCompleter

        return ProviderCompleter(spec, environ)
    from workbench.models.litellm_completer import LiteLLMCompleter

    return LiteLLMCompleter(spec, environ)


def warm_up(specs: Iterable[ModelSpec], environ: Mapping[str, str] = os.environ) -> None:
    """Start in the background what the first answer of these models would otherwise wait for."""
    for spec in specs:
        if is_offline(spec) or is_own_code(spec):
            continue
        directly = serves(spec, environ) and not is_reranker(spec.model)
        library = http_session if directly else litellm_runtime
        library.warm_up()


def offline_readers() -> tuple[str, ...]:
    """Names of the embedded models."""
    from workbench.models.offline.reader import READERS

    return tuple(READERS)


def is_offline(spec: ModelSpec) -> bool:
    """Whether the model runs in this process, without key, network or cost."""
    return spec.model.startswith(pricing.OFFLINE_PREFIX)


def is_own_code(spec: ModelSpec) -> bool:
    """Whether the model is Python code of the user's own."""
    return spec.model.startswith(PYTHON_PREFIX)


def _model_name(model: str, configured: Mapping[str, ModelSpec]) -> str:
    """The full name of a model, as LiteLLM or the embedded reader knows it."""
    if model.startswith(PYTHON_PREFIX):
        from workbench.own_code.target import parse

        return parse(model).name
    if model in offline_readers():
        return model
    provider, slash, rest = model.partition("/")
    if not slash:
        full = pricing.full_name(model)
        if full is None:
            raise _not_found(model, configured)
        return full
    if not provider or not rest or provider == pricing.OFFLINE_PREFIX.rstrip("/"):
        raise _not_found(model, configured)
    common = [*PROVIDERS, *(server.provider for server in LOCAL_SERVERS)]
    if provider not in common and (near := difflib.get_close_matches(provider, common, n=1, cutoff=_NEAR)):
        raise NotFoundError("model", model, hint=f"Did you mean {near[0] + '/' + rest!r}?")
    return model


def _not_found(name: str, configured: Mapping[str, ModelSpec]) -> NotFoundError:
    """The error with the nearest names: own aliases and readers first, then what the price table lists."""
    own = difflib.get_close_matches(name, [*configured, *offline_readers()], n=2, cutoff=0.6)
    listed: dict[str, str] = {}
    for full in pricing.listed_models():
        provider, _, bare = full.partition("/")
        if provider in PROVIDERS and "/" not in bare:
            listed.setdefault(bare, full)
    known = [listed[bare] for bare in difflib.get_close_matches(name, listed, n=3, cutoff=0.6)]
    near = [*own, *known][:3]
    hint = (
        f"Did you mean {' or '.join(map(repr, near))}?"
        if near
        else "Write PROVIDER/MODEL, such as openai/gpt-4o-mini, or an alias from workbench.toml."
    )
    return NotFoundError("model", name, hint=hint)
