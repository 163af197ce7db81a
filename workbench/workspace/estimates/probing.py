"""Asking a few rows first, so that the rest can be estimated.

A probe is a run of its own, stored and paid like any other: budgets hold, and a later run of the same plan replays
its answers. Its rows are drawn at random but always the same ones, so asking again costs nothing.
"""

from __future__ import annotations

from dataclasses import replace

from workbench.domain.run import PROBED_ROWS, RunPlan, RunSummary
from workbench.errors import InputError
from workbench.stats.numbers import UNKNOWN, money
from workbench.store.spend import Spent
from workbench.workspace.estimates.prompt_sizes import shuffled_rows
from workbench.workspace.runs.planning import RunOptions


def probe_options(options: RunOptions, plan: RunPlan, rows: int = PROBED_ROWS) -> RunOptions:
    """The options of a run that asks each arm of a plan, which was made from `options`, a few of its rows once.

    Raises InputError for less than one row.
    """
    if rows < 1:
        raise InputError("A probe asks at least 1 row.")
    chosen = {example.id for example in shuffled_rows(plan)[:rows]}
    return replace(options, examples=[example.id for example in plan.examples if example.id in chosen], repeats=1)


def probe_words(summary: RunSummary, spent: Spent) -> str:
    """What a probe got and what it cost, its judges included, in a sentence or two."""
    cost = money(spent.usd)
    if spent.unknown:
        cost = f"at least {cost}" if spent.usd else UNKNOWN
    return f"The probe got {summary.done:,} of {summary.planned:,} answers. Its cost: {cost}."
