"""`workbench review failures`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from workbench.cli.common import emit, json_option, opened, show, table

if TYPE_CHECKING:
    from workbench.workspace.failures.analysis import FailureAnalysis
    from workbench.workspace.failures.counting import ModeCount


@click.command()
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@click.option(
    "--baseline", metavar="ARM", help="Arm to compare with; default the first. The beginning of it is enough."
)
@json_option
def failures(runs: tuple[str, ...], baseline: str | None, as_json: bool) -> None:
    """What goes wrong in RUN, or in several together: failure modes, how often each is seen, and where arms differ.

    Notes are sorted into failure modes in the app, Review, What goes wrong.
    """
    with opened() as wb:
        found = wb.failures.analysis(*runs, baseline=baseline)
    if as_json:
        emit(found.as_json())
        return
    _show(found)


def _show(found: FailureAnalysis) -> None:
    from workbench.workspace.comparison.findings import ArmName, short_names

    names = short_names([ArmName(arm) for arm in found.arms])
    for sentence in found.sentences:
        show(sentence)
    if found.modes:
        show("")
        heads = ("failure mode", "notes", *(names[arm] for arm in found.arms))
        rows = [
            (
                mode.name,
                len(found.notes_of(mode.id)),
                *(_share(found.count(mode.id, arm)) for arm in found.arms),
            )
            for mode in found.modes
        ]
        table(heads, rows, right=(1,))
        show("")
    for sentence in (*found.told_apart(names), *found.not_told_apart(names)):
        show(sentence)
    for note in found.unsorted:
        show(f"not sorted  {note.example}  {note.reviewer}: {note.text or 'no note'}")


def _share(count: ModeCount) -> str:
    from workbench.stats.numbers import percent_with_interval

    if not count.reviewed:
        return "not reviewed"
    share = count.share
    return f"{count.answers} of {count.reviewed}, {percent_with_interval(share.mean, share.low, share.high)}"
