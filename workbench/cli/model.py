"""`workbench model`."""

from __future__ import annotations

import click

from workbench.cli.common import asking, emit, json_option, opened, say, table
from workbench.errors import ExitCode


@click.group()
def model() -> None:
    """Models that could be used."""


@model.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Embedded, configured, and found by a key or a local server. Contacts no provider."""
    with opened() as wb:
        found = wb.models.list()
    if as_json:
        emit([{"name": m.name, "origin": m.origin, "ready": m.ready, "note": m.note} for m in found])
    else:
        table(("model", "", "ready", ""), [(m.name, m.origin, "yes" if m.ready else "no", m.note) for m in found])


@model.command()
@click.argument("name", metavar="MODEL")
@json_option
def check(name: str, as_json: bool) -> int:
    """Ask MODEL one tiny question. This contacts its provider."""
    with opened() as wb, asking():
        result = wb.models.check(name)
    if as_json:
        emit({"model": name, "ok": result.ok, "latency_ms": result.latency_ms, "message": result.message})
    else:
        say(result.message)
    return ExitCode.DONE if result.ok else ExitCode.NO
