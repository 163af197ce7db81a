"""`workbench audit`."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.common import FOLDER, emit, json_option, opened, say, show, table
from workbench.errors import ExitCode


@click.group()
def audit() -> None:
    """The log of who did what."""


@audit.command("list")
@click.option("-n", "limit", type=click.IntRange(1), default=50, show_default=True, help="Entries to show.")
@json_option
def list_(limit: int, as_json: bool) -> None:
    """The newest entries."""
    with opened() as wb:
        entries = wb.audit.list(limit)
    if as_json:
        emit(
            [
                {
                    "number": e.number,
                    "at": f"{e.at.isoformat(timespec='seconds')}Z",
                    "actor": e.actor,
                    "action": e.action,
                    "subject": e.subject,
                    "detail": dict(e.detail),
                    "hash": e.hash,
                }
                for e in entries
            ]
        )
    else:
        rows = [(e.number, f"{e.at:%Y-%m-%d %H:%M:%S}", e.actor, e.action, e.subject) for e in entries]
        table(("", "when (UTC)", "who", "what", "about"), rows, right=(0,))


@audit.command()
@click.option(
    "--against", "directories", type=FOLDER, multiple=True, help="A folder of exported files to hold it against."
)
@json_option
def verify(directories: tuple[Path, ...], as_json: bool) -> int:
    """Prove that no entry was changed, removed or put in between, and that the log is the one that releases rest on."""
    with opened() as wb:
        problems = wb.audit.verify(*directories)
    if as_json:
        emit(list(problems))
        return ExitCode.NO if problems else ExitCode.DONE
    for problem in problems:
        show(problem)
    if not problems:
        say("The audit log is intact.")
    return ExitCode.NO if problems else ExitCode.DONE
