"""`workbench run --estimate`: what a run would ask, cost and take, without starting it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workbench.cli.common import asking, emit, say, show, table
from workbench.cli.watching import progress_shown
from workbench.domain.run import PROBED_ROWS
from workbench.errors import ExitCode, InputError

if TYPE_CHECKING:
    from workbench.stats.forecast import Range
    from workbench.workspace import Workbench
    from workbench.workspace.estimates.estimate import ArmEstimate, Estimate, JudgeEstimate
    from workbench.workspace.runs.planning import RunOptions

F = TypeVar("F", bound=Callable[..., Any])


def estimate_options(command: F) -> F:
    """The options `--estimate` and `--probe`."""
    estimate = click.option("--estimate", is_flag=True, help="Tell calls, tokens, cost and time; start nothing.")
    probe = click.option(
        "--probe",
        type=click.IntRange(1),
        is_flag=False,
        flag_value=PROBED_ROWS,
        metavar="[N]",
        help=f"With --estimate: first ask each arm N rows (default {PROBED_ROWS}), as a run of its own.",
    )
    return estimate(probe(command))


def print_estimate(wb: Workbench, options: RunOptions, *, probe: int | None, as_json: bool) -> int:
    """Print the estimate of a run; with `probe`, ask so many rows of each arm first and say what that cost."""
    code = ExitCode.DONE if probe is None else _probe(wb, options, probe)
    with asking():
        estimate = wb.estimates.of_plan(wb.runs.plan(options))
    missing = wb.models.missing_keys(estimate.models)
    if as_json:
        emit({**_document(estimate), "missing_keys": list(missing)})
    else:
        _print(estimate)
        for sentence in missing:
            show(sentence)
    return code


def require_estimate(*, estimate: bool, probe: int | None) -> None:
    """Refuse a probe that nobody wants to know the result of."""
    if probe is not None and not estimate:
        raise InputError("--probe asks a few rows to estimate the rest.", hint="Add --estimate.")


def _probe(wb: Workbench, options: RunOptions, rows: int) -> ExitCode:
    from workbench.workspace.estimates.probing import probe_words

    with asking(), progress_shown() as on_progress:
        run = wb.probe(options, rows, on_progress=on_progress)
    summary = run.summary
    say(f"{probe_words(summary, wb.spending.of_run(run.id).spent)} `workbench outputs {run.id}` shows them.")
    return ExitCode.DONE if summary.done == summary.planned else ExitCode.INCOMPLETE


def _print(estimate: Estimate) -> None:
    from workbench.workspace.estimates.table import HEADS, RIGHT, estimate_rows

    table(HEADS, estimate_rows(estimate), right=RIGHT)
    for sentence in estimate.words():
        show(sentence)


def _document(estimate: Estimate) -> dict[str, Any]:
    return {
        "planned": estimate.planned,
        "replayed": estimate.replayed,
        "arms": [_arm(arm) for arm in estimate.arms],
        "judges": [_judge(judge) for judge in estimate.judges],
        "cost_usd": None if estimate.cost_usd is None else {**_ends(estimate.cost_usd), "at_least": estimate.at_least},
        "seconds": _range(estimate.seconds),
        "unknown_prices": list(estimate.unknown_prices),
        "unknown_pace": list(estimate.pace_unknown),
        "too_long": [asdict(row) for row in estimate.too_long],
        "detectable": None if estimate.detectable is None else asdict(estimate.detectable),
    }


def _arm(arm: ArmEstimate) -> dict[str, Any]:
    prompt, completion = arm.prompt_tokens, arm.completion_tokens
    return {
        "arm": arm.arm,
        "calls": round(arm.calls.middle),
        "replayed": arm.replayed,
        "prompt_tokens": round(prompt.middle),
        "prompt_tokens_range": {**_tokens(prompt), "from": arm.prompt_from},
        "completion_tokens": None if completion is None else {**_tokens(completion), "from": arm.completion_from},
        "cost_usd": _range(arm.cost_usd),
        "seconds": _range(None if arm.latency_ms is None else arm.latency_ms.scaled(1 / 1000)),
    }


def _judge(judge: JudgeEstimate) -> dict[str, Any]:
    return {
        "judge": judge.judge,
        "model": judge.model,
        "verdicts": judge.verdicts if judge.model is not None else 0,
        "calls": round(judge.calls.middle),
        "cost_usd": _range(judge.cost_usd),
        "from": judge.cost_from or judge.cost_unknown or judge.note,
        "seconds": _range(None if judge.latency_ms is None else judge.latency_ms.scaled(1 / 1000)),
    }


def _range(amount: Range | None) -> dict[str, float | None] | None:
    return None if amount is None else _ends(amount)


def _ends(amount: Range) -> dict[str, float | None]:
    return {"low": amount.low, "expected": amount.expected, "high": amount.high}


def _tokens(amount: Range) -> dict[str, int | None]:
    expected = None if amount.expected is None else round(amount.expected)
    return {"low": round(amount.low), "expected": expected, "high": round(amount.high)}
