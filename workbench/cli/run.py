"""`workbench run`, `runs`, `resume`, `cancel` and `outputs`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.common import FILE, asking, emit, json_option, json_text, opened, say, table
from workbench.cli.estimate import estimate_options, print_estimate, require_estimate
from workbench.cli.importing import import_
from workbench.cli.spending import alerting, max_cost_option, tell_budget
from workbench.cli.watching import progress_shown
from workbench.errors import ExitCode, InputError, WorkbenchError

if TYPE_CHECKING:
    from workbench.domain.run import RunSummary
    from workbench.workspace import Workbench
    from workbench.workspace.jobs import Job

REASONS_SHOWN = 5


@click.command()
@click.argument("plan", required=False, type=FILE)
@click.option(
    "--prompt", "prompts", multiple=True, metavar="NAME[@N]", help="Prompt version; the first is the baseline."
)
@click.option("--model", "models", multiple=True, metavar="MODEL", help="Model; default the prompt's own.")
@click.option("--dataset", metavar="NAME[@N]", help="Golden set.")
@click.option(
    "--index", multiple=True, metavar="NAME", help="Index used instead of the prompts' own; several are compared."
)
@click.option(
    "--chunks-from",
    multiple=True,
    metavar="RUN[:ARM]",
    help="Show the chunks again that an arm of RUN was shown, its first by default, instead of searching.",
)
@click.option("--metric", "metrics", multiple=True, metavar="METRIC", help="Default: those that make sense.")
@click.option("--judge", "judges", multiple=True, metavar="JUDGE", help="Judge, such as groundedness.")
@click.option("--repeats", type=click.IntRange(1), metavar="K", help="Ask everything K times; default 1.")
@click.option("--concurrency", type=click.IntRange(1), metavar="C", help="Calls in flight per model.")
@click.option(
    "--timeout", "timeout_s", type=click.FloatRange(0, min_open=True), help="Seconds per answer; default 120."
)
@max_cost_option
@click.option(
    "--no-cache",
    "use_cache",
    flag_value=False,
    default=None,
    type=bool,
    help="Ask again what earlier runs were answered already.",
)
@click.option("--executor", metavar="E", help="Where calls are made: dask://HOST:PORT; default this process.")
@click.option(
    "--stop-early",
    is_flag=False,
    flag_value="",
    metavar="[METRIC]",
    help="Stop at the first of four planned looks that tells the arms apart, by METRIC or the first score.",
)
@click.option("--confirm", metavar="RUN", help="Ask the winner of RUN and its baseline again, afresh.")
@estimate_options
@json_option
def run(plan: Path | None, as_json: bool, estimate: bool, probe: int | None, **given: Any) -> int:
    """Run prompt versions on models over a golden set; options may stand in a PLAN.yaml."""
    from workbench.stats.numbers import counted
    from workbench.workspace.runs.plan_file import options_from

    require_estimate(estimate=estimate, probe=probe)
    given["stop_early"] = True if given["stop_early"] == "" else given["stop_early"]
    confirmed = given.pop("confirm")
    with opened() as wb:
        if confirmed is not None:
            if plan is not None or estimate or any(value not in (None, ()) for value in given.values()):
                raise InputError("--confirm asks what that run asked: leave the other options out.")
            fresh = wb.comparisons.confirmation_plan(wb.compare(confirmed))
            return _watch(wb, lambda: wb.runs.start(fresh), as_json)
        options = options_from(plan, given)
        if estimate:
            return print_estimate(wb, options, probe=probe, as_json=as_json)
        with asking():
            planned = wb.runs.plan(options)
        arms = counted(len(planned.arms), "arm")
        say(f"{planned.size} answers: {arms} x {len(planned.examples)} rows x {planned.repeats}")
        return _watch(wb, lambda: wb.runs.start(planned), as_json)


@click.group(invoke_without_command=True)
@click.option("-n", "limit", type=click.IntRange(1), default=20, show_default=True, help="Runs to list.")
@json_option
@click.pass_context
def runs(ctx: click.Context, limit: int, as_json: bool) -> None:
    """The newest runs; `runs import` brings in another tool's results."""
    if ctx.invoked_subcommand is not None:
        return
    with opened() as wb:
        lines = wb.runs.list(limit)
    if as_json:
        emit([{**asdict(line.summary), "status": line.status} for line in lines])
        return
    rows = [
        (
            line.info.id,
            line.status,
            f"{line.summary.done}/{line.summary.planned}",
            line.summary.failed or "",
            f"{line.info.dataset}@{line.info.dataset_version}",
            ", ".join(line.info.arms),
        )
        for line in lines
    ]
    table(("run", "state", "done", "failed", "golden set", "arms"), rows, right=(2, 3))


runs.add_command(import_)


@click.command()
@click.argument("run")
@click.option("--retry-failed", is_flag=True, help="Also ask again what failed for good.")
@click.option("--all", "ask_all", is_flag=True, help="Ask the rest of a run that stopped early, too.")
@max_cost_option
@click.option("--executor", metavar="E", help="In place of the run's own; `local` is this process.")
@json_option
def resume(run: str, as_json: bool, **given: Any) -> int:
    """Carry out what RUN still lacks. What is stored is not asked, and not paid, again."""
    with opened() as wb:
        return _watch(wb, lambda: wb.runs.resume(run, **given), as_json, max_cost_usd=given["max_cost_usd"])


@click.command()
@click.argument("run")
@json_option
def cancel(run: str, as_json: bool) -> None:
    """Stop RUN, in whatever process it goes on. Results are kept; `resume` goes on."""
    with opened() as wb:
        asked = wb.runs.cancel(run)
    if as_json:
        emit({"run": asked, "asked_to_stop": True})
    else:
        say(f"Asked run {asked} to stop.")


@click.command()
@click.argument("run")
@click.option("--jsonl", is_flag=True, help="One JSON object a line, with scores, tokens, cost and times.")
def outputs(run: str, jsonl: bool) -> None:
    """Print the answers of RUN."""
    with opened() as wb:
        for event in wb.events.of_run(wb.runs.find(run)):
            if jsonl:
                click.echo(json_text(event))
            else:
                arm = event.get("arm") or f"{event['prompt_name']}@{event['prompt_version']}:{event['model']}"
                table(("", ""), [(f"{event['example_id']} · {arm}", event["output"] or event["error"])])


def _watch(wb: Workbench, begin: Callable[[], Job], as_json: bool, *, max_cost_usd: float | None = None) -> int:
    with asking():
        job = begin()
        try:
            with progress_shown() as on_progress:
                summary = job.watch(alerting(on_progress))
        except KeyboardInterrupt:
            say(f"Interrupted. What was answered is stored; `workbench resume {job.run}` goes on.")
            return ExitCode.INTERRUPTED
        except WorkbenchError as error:
            say(f"The run broke off. What was answered is stored; `workbench resume {job.run}` goes on.")
            if error.exit_code != ExitCode.BAD_INPUT:
                raise
            # Not the status that promises that nothing was stored.
            say(f"error: {error}")
            return ExitCode.INCOMPLETE
    tell_budget(wb, summary, max_cost_usd)
    _tell(wb, summary)
    if as_json:
        emit(asdict(summary))
    return ExitCode.DONE if summary.over else ExitCode.INCOMPLETE


def _tell(wb: Workbench, summary: RunSummary) -> None:
    from workbench.stats.numbers import duration

    run, replayed = summary.run, f", {summary.cached} replayed from earlier runs" if summary.cached else ""
    counts = f"{summary.done} of {summary.planned} done{replayed}, {summary.failed} failed"
    say(f"Run {run}: {counts}, {duration(1000 * summary.seconds)}")
    if summary.settled_at is not None:
        rows = summary.settled_at.examples
        say(f"Stopped early, settled after {rows} rows. `workbench resume {run} --all` asks the rest.")
    if summary.failed or summary.stopped_by not in {None, "budget"}:
        for lost in wb.runs.lost(run)[:REASONS_SHOWN]:
            say(f"  {lost.model}, {lost.count} failed: {lost.error}: {lost.message}")
        if summary.stopped_by == "provider":
            for model, count in wb.runs.unasked(run).items():
                say(f"  {model}: {count} not asked after that.")
        say(f"`workbench resume {run} --retry-failed` asks for what is missing and again for what failed.")
    say(f"`workbench compare {run}` shows what it says.")
