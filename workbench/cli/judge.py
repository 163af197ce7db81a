"""`workbench judge`."""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.cli.common import emit, json_option, opened, table


@click.group()
def judge() -> None:
    """Judges: measures that ask a model."""


@judge.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Shipped judges and your own, with the models they ask and the version they are at. Contacts no provider."""
    with opened() as wb:
        found = wb.judges.list()
    if as_json:
        emit([asdict(line) for line in found])
        return
    rows = [
        (
            line.name,
            "new" if line.number is None else f"v{line.number}",
            ", ".join(line.models) + (f" x {line.votes}" if line.votes > 1 else "") or "no model yet",
            line.title,
        )
        for line in found
    ]
    table(("judge", "version", "asks", ""), rows)
