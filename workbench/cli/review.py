"""`workbench review`."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.common import FILE, as_option, opened, say


@click.group()
def review() -> None:
    """People's verdicts: export answers for review elsewhere, import what came back."""


@review.command()
@click.argument("run")
@click.option("--to", "file", type=FILE, required=True, help="JSONL file to write.")
@as_option
def export(run: str, file: Path, name: str | None) -> None:
    """Write the answers of RUN, without saying who wrote them, for verdicts to be filled in."""
    with opened(name) as wb:
        count = wb.reviews.export(run, file)
    say(f"Wrote {count} answers to {file}. Fill in `verdict` (pass, fail, unsure) and `note`, then import it.")


@review.command("import")
@click.argument("file", type=FILE)
@as_option
def import_(file: Path, name: str | None) -> None:
    """Read verdicts back. One wrong line, and nothing is stored."""
    with opened(name) as wb:
        count = wb.reviews.import_(file)
    say(f"Stored {count} verdicts.")
