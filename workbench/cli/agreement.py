"""`workbench review agreement`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from workbench.cli.common import emit, json_option, opened, show, table

if TYPE_CHECKING:
    from workbench.workspace.reviews.agreement import Disagreement


@click.command()
@click.argument("target", metavar="RUN|QUEUE")
@json_option
def agreement(target: str, as_json: bool) -> None:
    """How far the people who reviewed a run or a queue agree with each other, and on which answers they do not."""
    from workbench.workspace.reviews.agreement import interval_text, share_text

    with opened() as wb:
        found = wb.reviews.agreement(target)
    if as_json:
        emit(found.as_json())
        return
    for sentence in found.sentences:
        show(sentence)
    if found.pairs:
        show("")
        table(
            ("people", "answers", "say the same", "Cohen's kappa", "Gwet's AC1"),
            [
                (
                    f"{pair.first}, {pair.second}",
                    pair.raw.n,
                    share_text(pair.raw),
                    interval_text(pair.kappa),
                    interval_text(pair.ac1),
                )
                for pair in found.pairs
            ],
            right=(1,),
        )
    show_disagreements(found.disagreements)


def show_disagreements(found: Sequence[Disagreement]) -> None:
    """Print answers with what everybody said of them, and what settled it."""
    for one in found:
        show(f"\n{one.example_id}  {one.trial_id}")
        for given in one.reviews:
            show(f"  {given.reviewer}: {given.verdict}{f', {given.note}' if given.note else ''}")
        if one.settled is not None:
            note = f", {one.settled.note}" if one.settled.note else ""
            show(f"  settled by {one.settled.reviewer}: {one.settled.verdict}{note}")
