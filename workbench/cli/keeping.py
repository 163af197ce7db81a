"""`workbench archive` and `restore`."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from shlex import quote

import click

from workbench.cli.common import FILE, emit, json_option, opened, say


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Replace FILE when it is there already.")
@json_option
def archive(file: Path, replace: bool, as_json: bool) -> None:
    """Put the project's store, settings and uploaded documents into FILE.

    Indexes are built again from the store. Prompts, golden sets and code in the project's folder belong to its
    repository and are not in it.
    """
    from workbench.stats.numbers import counted
    from workbench.workspace.keeping.archiving import archive as make

    with opened() as wb:
        made = make(wb.context, file, replace=replace)
    if as_json:
        emit({"file": str(made.file), "bytes": made.size, "hash": made.hash, "members": made.members})
        return
    say(f"{made.file}: {counted(len(made.members), 'file')}, {made.size / 2**20:,.1f} MB, {made.hash}")
    say(f"`workbench --project DIR restore {quote(str(file))}` makes a project of it.")


@click.command()
@click.argument("file", type=FILE)
@click.option("--replace", is_flag=True, help="Replace the store that is there; the old one is kept as a copy.")
@json_option
def restore(file: Path, replace: bool, as_json: bool) -> None:
    """Make the project's folder what FILE holds: an archive, or a copy of the store in .workbench/copies.

    The folder is --project, or the project here, or the working directory. Files that are there already stay.
    """
    from workbench.workspace.keeping.restoring import restore as put_back
    from workbench.workspace.keeping.restoring import target_folder

    directory = target_folder(click.get_current_context().find_root().params.get("project"), os.environ)
    done = put_back(file, directory, replace=replace)
    if as_json:
        emit({name: str(value) if isinstance(value, Path) else value for name, value in asdict(done).items()})
        return
    say(f"Restored {done.directory}." if done.store else f"{done.directory} holds this store already.")
    if done.old_store is not None:
        say(f"The store that was there is kept: {done.old_store}")
    for name in done.left:
        say(f"{name} was there already and differs: it was left as it is.")
    say("Indexes are built again from the store when they are first used.")
