"""The command `workbench`."""

from __future__ import annotations

import gc
import os
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn

import click

from workbench import __version__
from workbench.cli import (
    app,
    audit,
    compare,
    dataset,
    doctor,
    exporting,
    gate,
    index,
    judge,
    keeping,
    model,
    project,
    prompt,
    recheck,
    release,
    review,
    run,
    score,
)
from workbench.cli.common import say
from workbench.errors import ExitCode, WorkbenchError
from workbench.text.key_hiding import KeyHider

_BETWEEN_LOOKS = 20_000
"""New objects between two searches for garbage: what a command loads lives to its end, and was looked at over and over."""


class Commands(click.Group):
    """The commands; a reader of the output that leaves early, such as `head`, is no failure."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # What is left in the buffer would be complained about at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return ExitCode.DONE


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False),
    help="Project folder; default WORKBENCH_PROJECT or the nearest parent with a workbench.toml.",
)
@click.version_option(__version__, prog_name="workbench")
def cli(project: Path | None) -> None:
    """Versions, experiments, evaluation and release of prompts, on one laptop.

    Try `workbench demo` first: a finished example, without a key and without network.
    """


for command in (
    project.demo,
    project.init,
    app.app,
    doctor.doctor,
    prompt.prompt,
    dataset.dataset,
    index.index,
    model.model,
    run.run,
    run.runs,
    run.resume,
    run.cancel,
    run.outputs,
    score.score,
    judge.judge,
    compare.compare,
    review.review,
    gate.gate,
    release.release,
    exporting.export,
    exporting.verify,
    recheck.recheck,
    audit.audit,
    keeping.archive,
    keeping.restore,
):
    cli.add_command(command)


def main() -> NoReturn:
    """Run a command; exit statuses are those of ExitCode."""
    gc.set_threshold(_BETWEEN_LOOKS)
    try:
        result = cli.main(standalone_mode=False)
        sys.exit(result if isinstance(result, int) else ExitCode.DONE)
    except click.exceptions.Exit as exit_:
        sys.exit(exit_.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(ExitCode.BAD_INPUT)
    except (KeyboardInterrupt, click.Abort):
        say("Interrupted. What was answered so far is stored.")
        sys.exit(ExitCode.INTERRUPTED)
    except WorkbenchError as error:
        say(f"error: {error}")
        sys.exit(error.exit_code)
    except Exception:  # noqa: BLE001 (the last net: Python's own status for a crash, 1, means no here)
        click.echo(KeyHider.of_environment(os.environ)(traceback.format_exc()), err=True, nl=False)
        sys.exit(ExitCode.DEFECT)
