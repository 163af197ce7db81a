"""`workbench compare`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli.common import FILE, emit, json_option, opened, say, table

if TYPE_CHECKING:
    from workbench.workspace.comparison import Comparison

FLIPS_SHOWN = 5
COLUMNS_SHOWN = 6


@click.command()
@click.argument("run")
@click.option(
    "--baseline", metavar="ARM", help="Arm to compare with; default the first. The beginning of it is enough."
)
@click.option("--metric", "metrics", multiple=True, metavar="X", help="Only these; the first is the headline.")
@click.option("--html", "html", type=FILE, help="Write a report that opens without the program.")
@json_option
def compare(run: str, baseline: str | None, metrics: tuple[str, ...], html: Path | None, as_json: bool) -> None:
    """Compare the arms of RUN (`latest` is the newest): verdict first, then figures with intervals."""
    with opened() as wb:
        comparison = wb.compare(run, baseline=baseline, metrics=metrics)
    if html is not None:
        from workbench.workspace.files import write_text
        from workbench.workspace.report import report_html

        write_text(html, report_html(comparison))
        say(f"Wrote {html}.")
    if as_json:
        emit(comparison.as_json())
    elif html is None:
        show(comparison)


def show(comparison: Comparison) -> None:
    """Print a comparison for a person."""
    from workbench.stats.numbers import money
    from workbench.workspace.report import figure_text, median_time

    click.echo(f"\n{comparison.verdict}\n")
    names = comparison.quality_metrics[:COLUMNS_SHOWN]
    infos = comparison.arms[0].metrics
    heads = ("arm", *(infos[name].info.title for name in names), "cost/100", "median", "failed")
    rows = [
        (
            arm.label,
            *(figure_text(arm.metrics[name]) for name in names),
            money(arm.cost_per_hundred),
            median_time(arm),
            arm.failed or "",
        )
        for arm in comparison.arms
    ]
    table(heads, rows)
    for arm in comparison.arms[1:]:
        flips = comparison.flips(arm.label)
        worse, better = [f for f in flips if f.change < 0], [f for f in flips if f.change > 0]
        click.echo(
            f"\n{arm.label}: {len(better)} examples better, {len(worse)} worse ({infos[comparison.headline].info.title})"
        )
        for flip in worse[:FLIPS_SHOWN]:
            click.echo(f"  worse: {flip.example_id}")
    click.echo(
        f"\nRun {comparison.run.id} on {comparison.run.dataset}@{comparison.run.dataset_version}, "
        f"{comparison.dataset_examples} examples."
    )
