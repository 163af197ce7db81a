"""`workbench review agreement`."""

from __future__ import annotations

import click

from workbench.cli.common import emit, json_option, opened, show, table


@click.command()
@click.argument("run")
@json_option
def agreement(run: str, as_json: bool) -> None:
    """How far the people who reviewed RUN agree with each other, and on which answers they do not."""
    from workbench.workspace.reviews.agreement import agreement_on, interval_text, share_text

    with opened() as wb:
        found = agreement_on(wb.context, run)
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
    for one in found.disagreements:
        show(f"\n{one.example_id}  {one.trial_id}")
        for given in one.reviews:
            show(f"  {given.reviewer}: {given.verdict}{f', {given.note}' if given.note else ''}")
