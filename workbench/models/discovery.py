"""Which models could be used here: embedded, configured, paid for by a key in the environment, or served locally.

Looking contacts no provider. A local server is noticed by its open port; it is asked nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.model import CompletionRequest, FoundModel, ModelSpec
from workbench.domain.prompt import Message
from workbench.errors import WorkbenchError
from workbench.models import registry
from workbench.models.providers import LOCAL_HOST, LOCAL_SERVERS, PROVIDERS, LocalServer
from workbench.pricing import FREE, price_of

_PROBE_S = 0.25
_CHECK_S = 30.0
_QUESTION = "Answer with the one word: ready"


@dataclass(frozen=True)
class CheckResult:
    """What a model did with one tiny question."""

    ok: bool
    latency_ms: float | None
    """Time to the whole answer; None when there was none."""
    message: str
    """The start of the answer, or what went wrong and the way out."""


def find(
    configured: Mapping[str, ModelSpec],
    environ: Mapping[str, str],
    *,
    local_probe: bool = True,
    servers: Sequence[LocalServer] = LOCAL_SERVERS,
) -> list[FoundModel]:
    """All models that could be used, in the order in which one would try them.

    `local_probe` looks whether something listens on the usual ports of this machine.
    """
    found = [*_embedded(), *_configured(configured, environ), *_by_key(environ)]
    if local_probe:
        found += _local(servers)
    return found


async def check(spec: ModelSpec, environ: Mapping[str, str], root: Path | None = None) -> CheckResult:
    """Ask the model one tiny question. This contacts the provider and may cost a fraction of a cent.

    Code of the user's own gets the question as the input `question` too; `root` is the project's folder.
    """
    request = CompletionRequest(
        messages=(Message("user", _QUESTION),), timeout_s=_CHECK_S, inputs={"question": _QUESTION}
    )
    try:
        completer = registry.completer_for(spec, environ, root)
        try:
            answer = await completer.complete(request)
        finally:
            await completer.aclose()
    except WorkbenchError as error:
        return CheckResult(ok=False, latency_ms=None, message=str(error))
    said = " ".join(answer.text.split())[:80]
    return CheckResult(ok=True, latency_ms=answer.latency_ms, message=f"{answer.model} answered: {said}")


def _embedded() -> Iterator[FoundModel]:
    from workbench.models.offline.reader import describe

    for name in registry.offline_readers():
        yield FoundModel(name, "embedded", ready=True, note=describe(name), price=FREE)


def _configured(configured: Mapping[str, ModelSpec], environ: Mapping[str, str]) -> Iterator[FoundModel]:
    for alias in configured:
        try:
            spec = registry.resolve(alias, configured)
        except WorkbenchError as error:
            yield FoundModel(alias, "configured", ready=False, note=str(error))
            continue
        if registry.is_own_code(spec):
            note = f"Your own Python code, {spec.model}. It is imported when it is asked."
            yield FoundModel(alias, "configured", ready=True, note=note, price=spec.price)
            continue
        missing = _missing_variable(spec, environ)
        at = f" at {spec.api_base}" if spec.api_base else ""
        note = f"Set {missing} first." if missing else f"{spec.model}{at}, from workbench.toml."
        yield FoundModel(
            alias, "configured", ready=missing is None, note=note, price=spec.price or price_of(spec.model)
        )


def _missing_variable(spec: ModelSpec, environ: Mapping[str, str]) -> str | None:
    """The environment variable that must be set before the model can be asked."""
    if spec.api_key_env is not None:
        return None if environ.get(spec.api_key_env) else spec.api_key_env
    provider = PROVIDERS.get(spec.model.partition("/")[0])
    if spec.api_base is not None or provider is None or provider.key(environ):
        return None
    return provider.key_variables[0]


def _by_key(environ: Mapping[str, str]) -> Iterator[FoundModel]:
    for prefix, provider in PROVIDERS.items():
        variable = next((name for name in provider.key_variables if environ.get(name)), None)
        if variable is None:
            continue
        for model in provider.models:
            name = f"{prefix}/{model}"
            price = price_of(name)
            if price is not None:
                note = f"{variable} is set. Any other {prefix}/... model can be named as well."
                yield FoundModel(name, "environment", ready=True, note=note, price=price)


def _local(servers: Sequence[LocalServer]) -> Iterator[FoundModel]:
    with ThreadPoolExecutor(max_workers=max(1, len(servers)), thread_name_prefix="local-probe") as pool:
        listening = list(pool.map(_listens, servers))
    for server, there in zip(servers, listening, strict=True):
        if there:
            note = (
                f"Something listens on port {server.port}, where {server.name} usually does. "
                f"Name one of its models as {server.provider}/NAME: nothing is sent to it before."
            )
            yield FoundModel(server.name, "local", ready=False, note=note)


def _listens(server: LocalServer) -> bool:
    """Whether a connection to the port is accepted. Nothing is sent."""
    try:
        socket.create_connection((LOCAL_HOST, server.port), timeout=_PROBE_S).close()
    except OSError:
        return False
    return True
