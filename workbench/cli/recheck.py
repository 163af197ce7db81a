"""`workbench recheck`."""

from __future__ import annotations

import click

from workbench.cli.common import asking, emit, json_option, opened, say, show
from workbench.cli.spending import alerting, max_cost_option
from workbench.cli.watching import progress_shown
from workbench.errors import ExitCode


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@max_cost_option
@json_option
def recheck(names: tuple[str, ...], max_cost_usd: float | None, as_json: bool) -> int:
    """Ask released prompts again on their golden sets, to see whether the model behind them changed.

    Without names, every prompt that has a release; the one that stands furthest, production first. Exit status: 0 the
    same or better, 1 worse, 3 cannot tell yet, 4 answers are missing.
    """
    from workbench.workspace.rechecking.recheck import EXIT_CODES, Recheck, gravest

    found: list[Recheck] = []
    with opened() as wb:
        targets = wb.rechecks.targets(names)
        if not targets:
            say("No version is released yet. `workbench release request NAME` begins.")
        left = max_cost_usd
        for release, environment in targets:
            if left is not None and left <= 0:
                say(f"{release.prompt} {release.version} was not asked: --max-cost is spent.")
                found.append(Recheck(release, environment, None, (), "", missing=1, left_out=("--max-cost is spent.",)))
                continue
            where = f", in {environment}" if environment else ""
            say(f"{release.prompt} {release.version}{where}")
            with asking(), progress_shown() as on_progress:
                done = wb.rechecks.carry_out(release, environment, max_cost_usd=left, on_progress=alerting(on_progress))
            left = None if left is None else left - (done.cost_usd or 0.0)
            found.append(done)
    if as_json:
        emit([one.as_json() for one in found])
    else:
        for one in found:
            show("\n".join([one.sentence, *(f"  {line}" for line in one.details)]))
    return EXIT_CODES[gravest(found)] if found else ExitCode.DONE
