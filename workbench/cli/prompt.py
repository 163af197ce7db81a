"""`workbench prompt`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from workbench.cli.common import FILE, emit, json_option, opened, printable, say, table
from workbench.cli.interchange import import_prompt
from workbench.cli.saved import saved_json, saved_text


@click.group()
def prompt() -> None:
    """Prompts and their versions."""


@prompt.command()
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@json_option
def add(files: tuple[Path, ...], as_json: bool) -> None:
    """Save each NAME.prompt.yaml as a version; the same content is the version it was."""
    with opened() as wb:
        saved = wb.prompts.add_all(files)
    if as_json:
        emit(saved_json(saved[0]) if len(saved) == 1 else [saved_json(one) for one in saved])
    else:
        for one in saved:
            say(saved_text(one))


prompt.add_command(import_prompt)


@prompt.command("list")
@json_option
def list_(as_json: bool) -> None:
    """The newest version of every prompt."""
    with opened() as wb:
        versions = wb.prompts.list()
    if as_json:
        emit([{"name": v.name, "version": v.number, "hash": v.hash, "changelog": v.changelog} for v in versions])
    else:
        rows = [(v.label, f"{v.created_at:%Y-%m-%d %H:%M}", v.author, v.changelog) for v in versions]
        table(("prompt", "saved", "by", "changelog"), rows)


@prompt.command()
@click.argument("reference", metavar="NAME[@N]")
@json_option
def show(reference: str, as_json: bool) -> None:
    """Print a version as its prompt file."""
    with opened() as wb:
        version = wb.prompts.get(reference)
        text = wb.prompts.text(version.label)
    if as_json:
        emit({"name": version.name, "version": version.number, "hash": version.hash, "file": text})
    else:
        # As it is, for a file: YAML escapes control characters, but not those that turn text around.
        click.echo(printable(text) if sys.stdout.isatty() else text, nl=False)


@prompt.command()
@click.argument("before", metavar="NAME@A")
@click.argument("after", metavar="NAME@B")
@json_option
def diff(before: str, after: str, as_json: bool) -> None:
    """What changes behaviour between two versions."""
    with opened() as wb:
        text = wb.prompts.diff(before, after)
    if as_json:
        emit({"before": before, "after": after, "differ": bool(text), "diff": text})
    elif text:
        click.echo(printable(text))
    else:
        say("They do not differ in anything that changes behaviour.")
