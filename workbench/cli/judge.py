"""`workbench judge`."""

from __future__ import annotations

from dataclasses import asdict

import click

from workbench.cli.common import emit, json_option, opened, show, table
from workbench.errors import ExitCode


@click.group()
def judge() -> None:
    """Judges: measures that ask a model."""


@judge.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Shipped judges and your own, with the models they ask and the version they are at. Contacts no provider."""
    with opened() as wb:
        found = wb.judges.list()
    if as_json:
        emit([asdict(line) for line in found])
        return
    rows = [
        (
            line.name,
            "new" if line.number is None else f"v{line.number}",
            ", ".join(line.models) + (f" x {line.votes}" if line.votes > 1 else "") or "no model yet",
            line.title,
        )
        for line in found
    ]
    table(("judge", "version", "asks", ""), rows)


@judge.command()
@click.argument("judge", metavar="JUDGE")
@click.option("--run", required=True, help="The run whose answers people reviewed; `latest` is the newest.")
@click.option(
    "--bar", type=float, help="What it has to catch before it may gate; default what [judges.NAME] says, or 0.85."
)
@click.option("--threshold", type=float, help="The score from which on it passes an answer; default 0.5 for shares.")
@json_option
def check(judge: str, run: str, *, bar: float | None, threshold: float | None, as_json: bool) -> ExitCode:
    """Set JUDGE against people's verdicts: what it catches, and what the pass rate is when corrected by people.

    Exit status 0: it may gate. 1: it is below the bar. 3: too few verdicts of people to tell.
    """
    from workbench.workspace.judges.calibration_words import EXIT_CODES, HOW_LABELS_COUNT, sentences
    from workbench.workspace.judges.calibration_words import as_json as document

    with opened() as wb:
        found = wb.judges.check(judge, run, bar=bar, threshold=threshold)
    if as_json:
        emit(document(found))
        return EXIT_CODES[found.may_gate]
    show(f"\n{found.about.label}\n")
    for sentence in sentences(found):
        show(sentence)
    show(f"\n{HOW_LABELS_COUNT}")
    if found.labelled:
        show("")
        (both, let_through), (missed, caught) = found.table
        table(
            ("", "people pass", "people fail"),
            [("judge passes", both, let_through), ("judge fails", missed, caught)],
            right=(1, 2),
        )
    return EXIT_CODES[found.may_gate]
