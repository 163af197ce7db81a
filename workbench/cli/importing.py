"""`workbench runs import`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.common import FILE, emit, json_option, opened, say, show, table
from workbench.cli.compare import show_comparison
from workbench.cli.dataset import pair

if TYPE_CHECKING:
    from workbench.workspace.elsewhere.second_opinion import SecondOpinion


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option(
    "--format",
    "tool",
    metavar="F",
    help="promptfoo, langfuse, ragas, deepeval, inspectorraget, pairs or plain; default: by content.",
)
@click.option("--name", metavar="NAME", help="Golden set that the rows become; default by the file's name.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="FROM=TO",
    help='What a column of a plain file is, such as "Ideal answer=expected" or notes=skip. May be repeated.',
)
@click.option(
    "--score",
    "scores",
    multiple=True,
    metavar="WISH",
    help="What a score means: 'relevance>=4' (passes from 4 on), toxicity=lower, stars=number. May be repeated.",
)
@json_option
def import_(
    files: tuple[Path, ...],
    tool: str | None,
    name: str | None,
    columns: tuple[str, ...],
    scores: tuple[str, ...],
    as_json: bool,
) -> None:
    """Check what another tool found: its results become a run, and the verdict is shown.

    Reads promptfoo (JSON, CSV), Langfuse, Ragas, DeepEval, InspectorRAGet, and plain CSV and JSON Lines. Several FILEs
    are arms of one evaluation. Of files with two answers a row, and who prefers which, it says how far people agree and
    judges with them, and what the order of showing decided. Needs no key and asks no model.
    """
    from workbench.workspace.elsewhere.second_opinion import SecondOpinion

    with opened() as wb:
        given = dict(pair(text) for text in columns)
        imported = wb.runs.import_results(files, format=tool, name=name, columns=given, scores=scores)
        opinion = SecondOpinion.on(wb, imported)
    _tell(opinion)
    if as_json:
        emit(opinion.as_json())
    else:
        show_comparison(opinion.comparison)
        for sentence in opinion.pairs.sentences if opinion.pairs else ():
            show(sentence)
        _show_flips(opinion)
        if opinion.trust:
            show(f"\n{opinion.trust}")


def _show_flips(opinion: SecondOpinion) -> None:
    for arm, flips in opinion.flips.items():
        if flips:
            show(f"\nWhat flipped in {arm}, {len(flips)} in all:")
            table(("", "question", "before", "after"), opinion.flip_rows(arm))


def _tell(opinion: SecondOpinion) -> None:
    imported, comparison = opinion.imported, opinion.comparison
    answers = sum(arm.done for arm in comparison.arms)
    if imported.created:
        say(f"Run {imported.run}: {answers:,} answers from {imported.tool}, rows in {imported.dataset}.")
    else:
        say(f"These files were imported before: they are run {imported.run}.")
    for note in imported.notes:
        say(f"  {note}")
    say(
        f"`workbench review export {imported.run} --to FILE` asks people; `workbench score {imported.run} --judge J` asks a judge."
    )
