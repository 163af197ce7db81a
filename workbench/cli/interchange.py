"""`workbench prompt import`, and `export --format`: prompts of other tools, and for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from workbench.cli.common import FILE, emit, json_option, opened, say, show
from workbench.cli.saved import saved_json, saved_text


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--format", "form", metavar="F", help="The format, where it is not the one that FILE looks like.")
@click.option("--name", metavar="NAME", help="What the prompt is called; default what the file says.")
@click.option("--dataset", metavar="NAME", help="What the tests are called as a golden set; default the prompt's name.")
@json_option
def import_prompt(file: Path, form: str | None, name: str | None, dataset: str | None, as_json: bool) -> None:
    """Import another tool's prompt file: messages, model, parameters, tests.

    GitHub Models, Prompty, Langfuse, promptfoo, Dotprompt, LangChain and MLflow. What cannot be carried is listed.
    Nothing in the file is run, and only files in its folder are read.
    """
    with opened() as wb:
        kept = wb.interchange.keep(wb.interchange.read(file, format=form, name=name), dataset=dataset)
    incoming = kept.incoming
    if as_json:
        emit(
            {
                **(saved_json(kept.prompts[0]) if kept.prompts else {}),
                "format": incoming.format,
                "prompts": [saved_json(one) for one in kept.prompts],
                "dataset": None if kept.dataset is None else saved_json(kept.dataset),
                "examples": len(incoming.examples),
                "losses": incoming.losses,
            }
        )
        return
    say(f"{file.name} is a file of {incoming.title}.")
    for one in kept.prompts:
        say(saved_text(one))
    if kept.dataset is not None:
        checks = sum(len(row.checks) for row in incoming.examples)
        say(f"{saved_text(kept.dataset)} It is a golden set: {len(incoming.examples)} rows with {checks} checks.")
    if not kept.prompts:
        say("The file holds tests and no prompt.")
    _list(incoming.losses, "Not carried over, or changed:")


def export_as(
    reference: str, directory: Path | None, form: str, dataset: str | None, *, name: str | None, as_json: bool
) -> None:
    """Write a version in another tool's format and list what that cannot carry; `name` is who acts."""
    with opened(name) as wb:
        written = wb.interchange.export(reference, directory or wb.export_directory, form, dataset=dataset)
    if as_json:
        emit({"path": str(written.path), "format": written.format, "losses": written.losses})
        return
    show(str(written.path))
    if written.replaced:
        say("The file that was there is replaced.")
    _list(written.losses, "What this format has no place for, or says in another way:")


def _list(losses: Sequence[str], head: str) -> None:
    if losses:
        say(head)
        for loss in losses:
            say(f"  - {loss}")
