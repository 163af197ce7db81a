"""What would leave this machine: every model, embedder and judge that is configured, with its host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from workbench.domain.model import ModelSpec
from workbench.errors import WorkbenchError
from workbench.models import openai_address, providers, registry
from workbench.workspace.doctor.findings import Leaving
from workbench.workspace.workbench import Workbench


def leaving(wb: Workbench) -> Sequence[Leaving]:
    """Each by its name; models of this machine and the user's own code are left out."""
    settings = wb.context.settings
    asked = [(f"the model {alias}", alias) for alias in settings.models]
    asked += [(f"the embedder {name}", embedder.model) for name, embedder in settings.embedders.items()]
    asked += [(f"the judge {name}", model) for name, judge in settings.judges.items() for model in judge.models]
    return list(_hosts(wb, asked))


def _hosts(wb: Workbench, asked: Sequence[tuple[str, str]]) -> Iterator[Leaving]:
    for what, name in asked:
        try:
            spec = registry.resolve(name, wb.context.settings.models)
        except WorkbenchError:
            continue  # built in, or told with the models
        if registry.is_offline(spec) or registry.is_own_code(spec) or providers.is_local(spec):
            continue
        yield Leaving(what, _host(spec, wb.context.environ))


def _host(spec: ModelSpec, environ: Mapping[str, str]) -> str:
    address = openai_address.chat_url(spec, environ)
    host = urlsplit(address).hostname if address else None
    return host or f"the servers of {spec.model.partition('/')[0]}"
