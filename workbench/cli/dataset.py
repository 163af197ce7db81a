"""`workbench dataset`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.common import FILE, emit, json_option, opened, say, table
from workbench.cli.saved import saved_json, saved_text
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.workspace.goldens.datasets import Form


@click.group()
def dataset() -> None:
    """Golden sets and their versions."""


@dataset.command()
@click.argument("file", type=FILE)
@click.option("--name", metavar="NAME", help="The golden set's name; default by the file's name.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FROM=TO",
    help='What a column is: "Ideal answer=expected", Query=question (any input), Nr=metadata.Nr. May be repeated.',
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["rows", "attacks", "planted-attacks"]),
    help="Attacks of other tools (garak, BIPIA, CyberSecEval): asked by the person, or planted in a source.",
)
@json_option
def add(file: Path, name: str | None, columns: tuple[str, ...], form: Form | None, as_json: bool) -> None:
    """Import JSONL, JSON or CSV as a version. One wrong row, and nothing is stored."""
    with opened() as wb:
        saved = wb.datasets.add(file, name=name, columns=dict(pair(text) for text in columns), form=form)
        rows = wb.datasets.examples(f"{saved.name}@{saved.version}")
    if as_json:
        emit(saved_json(saved))
        return
    say(saved_text(saved))
    inputs = ", ".join(dict.fromkeys(key for row in rows for key in row.inputs))
    expected = sum(row.expected is not None for row in rows)
    say(f"{len(rows)} rows with inputs {inputs}; {expected} expected answers.")
    if not expected and any(row.expect == "answer" for row in rows):
        say("The score correct needs expected answers. If a column holds them: --column NAME=expected.")


@dataset.command("red-team")
@click.option("--name", metavar="NAME", default="red-team", show_default=True, help="The golden set's name.")
@json_option
def red_team(name: str, as_json: bool) -> None:
    """Add attacks to try a prompt with, by rules alone, and harmless rows that look like attacks."""
    with opened() as wb:
        saved = wb.datasets.add_red_team(name=name)
    if as_json:
        emit(saved_json(saved))
    else:
        say(saved_text(saved))
        say(f"Next: `workbench run --prompt NAME --dataset {saved.name}`, then `workbench compare latest`.")


@dataset.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The newest version of every golden set."""
    with opened() as wb:
        versions = wb.datasets.list()
    if as_json:
        emit([{"name": v.name, "version": v.number, "hash": v.hash, "examples": v.size} for v in versions])
    else:
        rows = [(v.label, v.size, f"{v.created_at:%Y-%m-%d %H:%M}", v.author, v.source) for v in versions]
        table(("golden set", "rows", "saved", "by", "from"), rows, right=(1,))


@dataset.command()
@click.argument("reference", metavar="NAME[@N]")
@click.option("-n", "limit", type=click.IntRange(1), default=20, show_default=True, help="Rows to show.")
@json_option
def show(reference: str, limit: int, as_json: bool) -> None:
    """Show the first rows of a version."""
    from workbench.hashing import plain

    with opened() as wb:
        version, rows = wb.datasets.get(reference), wb.datasets.examples(reference)
    if as_json:
        emit({"name": version.name, "version": version.number, "hash": version.hash, "rows": plain(rows[:limit])})
        return
    cells = [
        (r.id, " · ".join(str(v) for v in r.inputs.values()), r.expected, r.expect, "|".join(r.tags)) for r in rows
    ]
    table(("id", "inputs", "expected", "expect", "tags"), cells[:limit])
    if len(rows) > limit:
        say(f"{len(rows) - limit} more rows; -n shows more.")


@dataset.command()
@click.argument("reference", metavar="NAME[@N]")
@click.argument("file", type=FILE)
@click.option("--spreadsheet", is_flag=True, help="For CSV: make cells that would run as formulas plain text.")
@json_option
def export(reference: str, file: Path, spreadsheet: bool, as_json: bool) -> None:
    """Write a version to FILE, as CSV or JSONL by its ending."""
    from workbench.workspace.files import write_text

    with opened() as wb:
        text = wb.datasets.text(
            reference, "csv" if file.suffix.lower() == ".csv" else "jsonl", for_spreadsheet=spreadsheet
        )
    write_text(file, text)
    if as_json:
        emit({"dataset": reference, "file": str(file)})
    else:
        say(f"Wrote {file}.")


def pair(text: str) -> tuple[str, str]:
    """A column and what it is, from `FROM=TO`. Raises InputError."""
    before, equals, after = text.partition("=")
    if not (before and equals and after):
        raise InputError(f"{text!r} is not FROM=TO.", hint="For example --column question=inputs.question")
    return before, after
