"""`workbench score`."""

from __future__ import annotations

import click

from workbench.cli.common import asking, emit, json_option, opened, say, table
from workbench.errors import InputError


@click.command()
@click.argument("run")
@click.option("--metric", "metrics", multiple=True, metavar="METRIC", help="Rule or overlap measure.")
@click.option("--judge", "judges", multiple=True, metavar="JUDGE", help="Judge, such as groundedness.")
@click.option("--stale", is_flag=True, help="Whatever older versions of metrics and judges scored.")
@click.option(
    "--pairwise", is_flag=True, help="Have the judge say which of two arms' answers is better, in both orders."
)
@click.option("--arm", "arms", multiple=True, metavar="ARM", help="With --pairwise: these arms only.")
@json_option
def score(
    run: str,
    metrics: tuple[str, ...],
    judges: tuple[str, ...],
    *,
    stale: bool,
    pairwise: bool,
    arms: tuple[str, ...],
    as_json: bool,
) -> None:
    """Score the stored answers of RUN again, without asking for new ones."""
    if pairwise:
        if len(judges) != 1 or metrics or stale:
            raise InputError("--pairwise takes one --judge, and neither --metric nor --stale.")
        _compare_pairwise(run, judges[0], arms, as_json=as_json)
        return
    from workbench.stats.numbers import counted

    if stale == bool(metrics or judges):
        raise InputError("Name a --metric or a --judge, or else say --stale.")
    with opened() as wb, asking():
        added = wb.runs.score_stale(run) if stale else wb.runs.score(run, metrics=metrics, judges=judges)
    say(f"Added {counted(added, 'score')}.")
    if as_json:
        emit({"added": added})


def _compare_pairwise(run: str, judge: str, arms: tuple[str, ...], *, as_json: bool) -> None:
    from workbench.stats.numbers import number

    with opened() as wb, asking():
        found = wb.compare_pairwise(run, judge, arms=arms)
    if as_json:
        emit(found.as_json())
        return
    for sentence in found.sentences:
        say(sentence)
    rows = [
        (arm, number(one.estimate), f"{number(one.low)} to {number(one.high)}") for arm, one in found.strengths.items()
    ]
    if rows:
        table(("arm", "strength", "likely"), rows, right=(1,))
    elif found.unranked:
        say(found.unranked)
