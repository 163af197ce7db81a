"""`workbench demo` and `workbench init`."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click

from workbench.cli.common import FOLDER, emit, json_option, say
from workbench.cli.compare import show_comparison
from workbench.cli.watching import progress_shown


@click.command()
@click.option("--dir", "directory", type=FOLDER, default=Path("workbench-demo"), show_default=True, help="Where to.")
@click.option("--no-app", is_flag=True, help="Stop after the comparison instead of opening the app.")
@click.option("--port", type=click.IntRange(0, 65535), default=8501, show_default=True, help="The app's port.")
def demo(directory: Path, no_app: bool, port: int) -> None:
    """Make a finished example project: index, run, comparison; then open the app.

    A fictional mortgage lender's handbook, a golden set, and two prompt versions that differ. Everything runs in
    this process, on the embedded reader. A second call finds what the first one made.
    """
    from workbench.workspace.example import build_example

    with progress_shown() as on_progress:
        example = build_example(directory, say=say, on_progress=on_progress)
    show_comparison(example.comparison)
    if no_app:
        say(f"Look closer: cd {quote(str(directory))} && workbench app")
        return
    from workbench.server import serve

    serve(example.directory, port=port, page="compare", say=say)


@click.command()
@click.argument("directory", type=FOLDER, default=Path())
@json_option
def init(directory: Path, as_json: bool) -> None:
    """Make DIRECTORY, or the working directory, a project."""
    from workbench.workspace.projects import init as make

    created = make(directory)
    if as_json:
        emit({"directory": str(created.directory), "created": created.new})
    elif created.new:
        there = "" if created.directory == Path.cwd() else f"`cd {quote(str(directory))}`, then "
        say(f"Made a project in {created.directory}. Next: {there}`workbench app`; or, without the app,")
        say("`workbench index build`, `workbench dataset add`, `workbench prompt add`, then `workbench run`.")
    else:
        say(f"{created.directory} is a project already; nothing was changed.")
