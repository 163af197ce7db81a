"""`workbench compare`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.common import FILE, emit, json_option, opened, say, show, table

if TYPE_CHECKING:
    from workbench.workspace.comparison.comparison import Comparison
    from workbench.workspace.comparison.safety_summary import ArmSafety

FLIPS_SHOWN = 5


@click.command()
@click.argument("run")
@click.option(
    "--baseline", metavar="ARM", help="Arm to compare with; default the first. The beginning of it is enough."
)
@click.option("--metric", "metrics", multiple=True, metavar="METRIC", help="Only these; the first is the headline.")
@click.option("--html", "html", type=FILE, help="Write a report that opens without the program.")
@click.option("--naive", is_flag=True, help="Beside rates that people's labels correct, what the judge says by itself.")
@json_option
def compare(
    run: str, *, baseline: str | None, metrics: tuple[str, ...], html: Path | None, naive: bool, as_json: bool
) -> None:
    """Compare the arms of RUN (`latest` is the newest): verdict first, then figures with intervals."""
    from workbench.workspace.reports.evidence import gather

    with opened() as wb:
        comparison = wb.compare(run, baseline=baseline, metrics=metrics)
        evidence = None if html is None else gather(wb.context, comparison)
        safety = wb.comparisons.safety(comparison)
        in_pairs = wb.comparisons.in_pairs(comparison.run.id)
    if html is not None:
        from workbench.workspace.files import write_text
        from workbench.workspace.reports.report import report_html

        write_text(html, report_html(comparison, evidence))
        say(f"Wrote {html}.")
    if as_json:
        emit(comparison.as_json() | {"safety": [arm.as_json() for arm in safety], "in_pairs": in_pairs.as_json()})
    elif html is None:
        show_comparison(comparison, naive=naive)
        show_safety(safety)
        for sentence in in_pairs.sentences:
            show(f"\n{sentence}")


def show_comparison(comparison: Comparison, *, naive: bool = False) -> None:
    """Print a comparison for a person: measures down, arms across, so that it fits a terminal."""
    from workbench.stats.numbers import money
    from workbench.workspace.comparison.cautions import about_times, all_cautions
    from workbench.workspace.reports.plain_text import figure_rows
    from workbench.workspace.reports.report import difference_sentences
    from workbench.workspace.runs.confirming import winner

    show(f"\n{comparison.verdict}\n")
    for sentence in all_cautions(comparison, comparison.headline):
        show(sentence)
    if (lead := winner(comparison, comparison.headline)) and lead.metric not in comparison.confirmations:
        show(f"`workbench run --confirm {comparison.run.id}` asks it and the baseline again, afresh.")
    arms = comparison.arms
    table(("", *(arm.label for arm in arms)), figure_rows(comparison, naive=naive))
    for sentence in comparison.corrected_by_people:
        show(f"\n{sentence}")
    if comparison.judges:
        show(f"\nJudged by {', '.join(comparison.judges)}.")
        show(f"Cost of judging, apart from the answers: {money(comparison.judges_usd)}")
    for sentence in comparison.about_scores:
        show(f"\n{sentence}")
    if comparison.stale:
        show(f"`workbench score {comparison.run.id} --stale` scores the stored answers again, asking for none.")
    for sentence in about_times(comparison):
        show(f"\n{sentence}")
    for sentence in difference_sentences(comparison):
        show(f"\n{sentence}")
    for arm in arms[1:] if comparison.headline else ():
        _show_flips(comparison, arm.label)
    run = comparison.run
    show(f"\nRun {run.id} on {run.dataset}@{run.dataset_version}, {comparison.dataset_examples} examples.")


def _show_flips(comparison: Comparison, arm: str) -> None:
    """Print on how many examples an arm is better and worse than the baseline, and on which worse."""
    from workbench.stats.numbers import counted
    from workbench.workspace.comparison.likely_causes import lost_sources

    info, flips = comparison.info(comparison.headline), comparison.flips(arm)
    pair = comparison.pair(arm, comparison.headline)
    if pair is not None and pair.result.verdict == "unknown":
        return
    if info.neutral:
        show(f"\n{arm}, {info.title}: it differs on {counted(len(flips), 'example')}")
        return
    worse = [comparison.named(flip.example_id) for flip in flips if flip.gain < 0]
    show(f"\n{arm}, {info.title}: {counted(len(flips) - len(worse), 'example')} better, {len(worse)} worse")
    if not worse:
        return
    more = f" and {len(worse) - FLIPS_SHOWN} more" if len(worse) > FLIPS_SHOWN else ""
    show(f"  worse: {', '.join(worse[:FLIPS_SHOWN])}{more}")
    if lost := lost_sources(comparison, arm, comparison.headline):
        show(f"  {lost}")


def show_safety(arms: Sequence[ArmSafety]) -> None:
    """Print how each arm stood up to attacks; nothing where none was tried."""
    from workbench.workspace.comparison.safety_summary import figure

    if not arms:
        return
    show("")
    for arm in arms:
        show(f"{arm.arm}: {arm.sentence}")
    show("")
    kinds = sorted(arms[0].by_kind, key=lambda kind: kind.name) + sorted(arms[0].by_owasp, key=lambda kind: kind.name)
    found = [{part.name: part for part in (*arm.by_kind, *arm.by_owasp)} for arm in arms]
    rows = [(kind.name, *(figure(parts[kind.name]) for parts in found)) for kind in kinds]
    table(("attacks that succeeded", *(arm.arm for arm in arms)), rows)
