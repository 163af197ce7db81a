"""`workbench release`, `export` and `verify`."""

from __future__ import annotations

from pathlib import Path

import click

from workbench.cli.common import FOLDER, as_option, emit, json_option, opened, say, show, table
from workbench.cli.interchange import export_as
from workbench.errors import ExitCode


@click.group()
def release() -> None:
    """Approved versions."""


@release.command()
@click.argument("reference", metavar="NAME[@N]")
@click.option("--run", metavar="RUN", help="The run it rests on; default the newest that asked this version.")
@click.option("--note", default="", help="Why.")
@as_option
@json_option
def approve(reference: str, run: str | None, note: str, name: str | None, as_json: bool) -> None:
    """Approve a version on the evidence of a run."""
    with opened(name) as wb:
        made = wb.releases.approve(reference, run=run, note=note)
    if as_json:
        emit(
            {
                "name": made.prompt,
                "version": made.number,
                "release": made.version,
                "approver": made.approver,
                "self_approved": made.self_approved,
                "run": made.evidence.run,
            }
        )
        return
    rests = f"on run {made.evidence.run}" if made.evidence.run else "without a run: no evidence was there"
    own = " (self-approved)" if made.self_approved else ""
    say(f"Approved {made.prompt}@{made.number} as {made.version}, by {made.approver}{own}, {rests}.")


@release.command("list")
@click.argument("prompt", required=False)
@json_option
def list_(prompt: str | None, as_json: bool) -> None:
    """The releases of PROMPT, or the newest of every prompt."""
    with opened() as wb:
        found = wb.releases.list(prompt)
    if as_json:
        emit([{"name": r.prompt, "version": r.number, "release": r.version, "approver": r.approver} for r in found])
    else:
        rows = [
            (r.prompt, r.version, r.number, r.approver, "self" if r.self_approved else "", f"{r.created_at:%Y-%m-%d}")
            for r in found
        ]
        table(("prompt", "release", "version", "approved by", "", "on"), rows)


@click.command()
@click.argument("reference", metavar="NAME[@N]")
@click.option("--to", "directory", type=FOLDER, help="Repository folder; default [export] directory or the project.")
@click.option("--format", "form", metavar="F", help="Any version as a file of another tool: github, prompty, promptfoo …")
@click.option("--dataset", metavar="NAME[@N]", help="With --format: a golden set that goes into it as tests.")
@json_option
def export(reference: str, directory: Path | None, form: str | None, dataset: str | None, as_json: bool) -> None:
    """Write an approved version into a repository folder. The same release gives the same bytes."""
    if form is not None:
        export_as(reference, directory, form, dataset, as_json=as_json)
        return
    with opened() as wb:
        exported = wb.releases.export(reference, directory or wb.export_directory)
    if as_json:
        emit({"directory": str(exported.directory), "files": exported.files, "written": exported.written})
        return
    for path in exported.written:
        show(path)
    if not exported.written:
        say("Everything was there already, unchanged.")


@click.command()
@click.argument("directory", type=FOLDER)
@json_option
def verify(directory: Path, as_json: bool) -> int:
    """Prove the exported files in DIRECTORY unchanged. Needs no project."""
    from workbench.workspace.releases.releases import verify_export

    differences = verify_export(directory)
    if as_json:
        emit([{"path": d.path, "problem": d.problem} for d in differences])
    else:
        for difference in differences:
            show(f"{difference.path} {difference.problem}")
        if not differences:
            say("All exported files are as they were exported.")
    return ExitCode.NO if differences else ExitCode.DONE
