"""`workbench gate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.common import FILE, FOLDER, as_option, asking, emit, json_option, opened, say, show, table

if TYPE_CHECKING:
    from workbench.workspace.gates.result import GateResult

_SIGNS = {"pass": "✓", "fail": "✗", "cannot tell yet": "?"}


@click.command()
@click.argument("reference", metavar="[NAME[@N]]", required=False)
@click.option("--from", "directory", type=FOLDER, help="Judge exported files in DIR instead; needs no project.")
@click.option(
    "--gate", metavar="GATE", help="Default the only one, or `release`; of exported files the one they passed."
)
@click.option("--run", metavar="RUN", help="The run it rests on; default the newest that shows what the version does.")
@click.option("--arm", metavar="ARM", help="Only this arm of the version. The beginning of it is enough.")
@click.option("--reason", default="", help="Why the gate was changed after the run had begun.")
@click.option("--junit", type=FILE, help="Write the result for CI.")
@click.option("--markdown", type=FILE, help="Write the result for a pull request.")
@as_option
@json_option
def gate(
    reference: str | None,
    directory: Path | None,
    gate: str | None,
    run: str | None,
    arm: str | None,
    reason: str,
    junit: Path | None,
    markdown: Path | None,
    name: str | None,
    as_json: bool,
) -> int:
    """Put a version to a gate: rules fixed in workbench.toml before the run that they judge.

    NAME@N is judged on a run of this project; with --from, the newest exported release of NAME, or of every prompt in
    DIR, on what its files say, all of it computed again. Exit status: 0 it passes, 1 it fails, 3 cannot tell yet.
    """
    from workbench.workspace.gates.offline import as_document, worst

    if directory is not None:
        if run or arm or reason:
            raise click.UsageError("--run, --arm and --reason do not go with --from.")
        results = _offline(directory, reference, gate)
        _write(results, junit=junit, markdown=markdown)
    elif reference is None:
        raise click.UsageError("Name a version, such as support@3, or a folder: --from DIR.")
    else:
        with opened(name) as wb:
            results = (
                wb.gates.check(
                    reference,
                    gate=gate,
                    run=run,
                    arm=arm,
                    reason=reason,
                    deliver=lambda result: _write((result,), junit=junit, markdown=markdown),
                ),
            )
    if as_json:
        emit(as_document(results))
    else:
        for result in results:
            _show(result)
    return worst(results).exit_code


def _offline(directory: Path, reference: str | None, gate: str | None) -> Sequence[GateResult]:
    from workbench.workspace.gates.offline import from_directory

    # Only a project that is named outright: code of a project is called when somebody asks for it.
    project = click.get_current_context().find_root().params.get("project")
    with asking():
        return from_directory(directory, prompt=reference, gate=gate, project=project)


def _write(results: Sequence[GateResult], *, junit: Path | None, markdown: Path | None) -> None:
    from workbench.workspace.files import write_text
    from workbench.workspace.gates.junit import junit as junit_text
    from workbench.workspace.gates.markdown import markdown as markdown_text

    for file, made in ((junit, junit_text), (markdown, markdown_text)):
        if file is not None:
            write_text(file, made(results))
            say(f"Wrote {file}.")


def _show(result: GateResult) -> None:
    """Print a result for a person."""
    show(f"\n{result.headline}\n")
    for problem in result.problems:
        show(f"✗ {problem}")
    several = len(result.arms) > 1
    heads = ("", "rule", *(["arm"] if several else []), "found", "what would settle it")
    rows = [
        (_SIGNS[rule.verdict], rule.title, *([rule.arm] if several else []), rule.found, rule.settle)
        for rule in result.rules
    ]
    table(heads, rows)
    for sentence in (result.changed, *result.notes):
        if sentence:
            show(f"\n{sentence}")
    against = ""
    if result.baseline is not None:
        against = f", against {result.baseline.label}" + (
            f" ({result.baseline.release})" if result.baseline.release else ""
        )
    show(f"\nRun {result.run} on {result.dataset}{against}.")
