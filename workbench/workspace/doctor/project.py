"""One project: its store, its indexes, and what it asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from workbench.errors import StoreBusyError, WorkbenchError
from workbench.workspace.doctor.findings import Finding
from workbench.workspace.serving.serving import TOKEN_VARIABLE
from workbench.workspace.workbench import Workbench

SHORTEST_TOKEN = 16


def store(wb: Workbench) -> Iterator[Finding]:
    """Whether the store can be read and written, is whole, and has copies."""
    path = wb.context.store.path
    if not path.exists():
        yield Finding("store", "note", "There is no store yet.", "The first prompt, golden set or index makes it.")
        return
    yield from _writable(wb.context.state)
    try:
        problems = wb.audit.verify()
        runs = [line for line in wb.runs.list() if line.status == "interrupted"]
    except StoreBusyError as error:
        yield Finding("store", "note", error.message, error.hint or "")
        return
    except WorkbenchError as error:
        yield Finding("store", "problem", error.message, error.hint or "")
        return
    yield Finding("store", "fine", f"{path}, {path.stat().st_size / 2**20:,.1f} MB, can be read")
    if problems:
        yield Finding(
            "audit",
            "problem",
            f"The audit log is not whole: {problems[0]}",
            "`workbench audit verify` names every entry.",
        )
    else:
        yield Finding("audit", "fine", "The audit log is whole")
    for line in runs[:1]:
        more = f" and {len(runs) - 1} more" if len(runs) > 1 else ""
        yield Finding(
            "runs", "note", f"Run {line.info.id}{more} broke off.", f"`workbench resume {line.info.id}` goes on."
        )
    copies = wb.context.store.copies()
    if copies:
        newest = copies[0]
        yield Finding(
            "copies", "fine", f"{len(copies)} kept, the newest of {newest.made_at:%Y-%m-%d %H:%M} UTC: {newest.path}"
        )


def indexes(wb: Workbench) -> Iterator[Finding]:
    """Every index, and whether its documents changed since."""
    try:
        known = wb.indexes.list()
        changed = {info.fingerprint: changes.count for info, changes in wb.indexes.stale()}
    except WorkbenchError:
        return  # told with the store
    for info in known:
        count = changed.get(info.fingerprint)
        if count:
            documents = "1 document is" if count == 1 else f"{count} documents are"
            fix = f"`workbench index build {info.name}` with the same files takes them in."
            yield Finding("index", "note", f"{info.name}: {documents} new, changed or gone since it was built.", fix)
        else:
            yield Finding("index", "fine", f"{info.name}: {info.chunks:,} chunks by {info.settings.embedder}")


def models(wb: Workbench) -> Iterator[Finding]:
    """Keys by the names of their variables, models that lack one, and servers of this machine."""
    from workbench.models.providers import PROVIDERS

    environ = wb.context.environ
    names = sorted({name for provider in PROVIDERS.values() for name in provider.key_variables if environ.get(name)})
    found = (
        f"Set in the environment: {', '.join(names)}"
        if names
        else "No provider's key is set; the embedded reader needs none"
    )
    yield Finding("keys", "fine", found)
    for model in wb.models.list():
        if model.origin == "configured" and not model.ready:
            yield Finding("models", "problem", f"{model.name} of workbench.toml cannot be asked.", model.note)
        elif model.origin == "local":
            yield Finding("models", "fine", f"{model.name}: {model.note}")
    token = environ.get(TOKEN_VARIABLE, "").strip()
    if token and len(token) < SHORTEST_TOKEN:
        yield Finding(
            "serving", "problem", f"{TOKEN_VARIABLE} is short enough to be guessed.", "Make one: openssl rand -hex 32"
        )


def _writable(state: Path) -> Iterator[Finding]:
    if not os.access(state, os.W_OK):
        yield Finding("store", "problem", f"{state} may not be written to.", f"chmod -R u+w {state}")
