"""Runs that tell the effect of a prompt and that of retrieval apart: one of the two is held still."""

from __future__ import annotations

from typing import Literal

from workbench.domain.run import Arm, RunPlan
from workbench.workspace.comparison.causes import Difference
from workbench.workspace.runs.planning import RunOptions

Held = Literal["chunks", "prompt"]
"""What both arms share."""
TITLES: dict[Held, str] = {"chunks": "Same chunks, new prompt", "prompt": "New chunks, same prompt"}


def apart_options(plan: RunPlan, run: str, baseline: str, arm: str, held: Held) -> RunOptions:
    """A run of the baseline as it was, and of it with the other arm's prompt or the other arm's chunks alone.

    All chunks are those that `run` stored, so nothing is searched, and the baseline's answers are replayed where they
    can be. Model, parameters, rows, repeats and scores are the baseline's. Raises NotFoundError for an unknown arm.
    """
    first, second = plan.arm(baseline), plan.arm(arm)
    lenders = [first] if held == "chunks" else [first, second]
    return RunOptions(
        prompts=[first.prompt.label, second.prompt.label] if held == "chunks" else [first.prompt.label],
        dataset=f"{plan.dataset}@{plan.dataset_version}",
        models=[first.model.alias],
        chunks_from=[f"{run}:{lender.label}" for lender in lenders],
        metrics=plan.metrics,
        judges=plan.judges,
        parameters=_overruled(first),
        repeats=plan.repeats,
        concurrency=plan.concurrency,
        timeout_s=plan.timeout_s,
        examples=[example.id for example in plan.examples],
        max_cost_usd=plan.max_cost_usd,
        executor=plan.executor,
    )


def why_not(difference: Difference, held: Held) -> str:
    """Why a run with this held still would tell nothing new; empty where it would."""
    if not difference.answers:
        return "No sources were shown."
    if held == "chunks" and not difference.prompt:
        return "Both have the same prompt already."
    if held == "prompt" and not difference.sources:
        return "Both were shown the same sources already."
    only = not difference.model and not (difference.prompt and difference.sources)
    return "This comparison says it already: nothing else differs." if only else ""


def _overruled(arm: Arm) -> dict[str, object]:
    """The parameters that the run gave all its arms, whatever prompts and models say."""
    own = {**arm.model.parameters, **arm.prompt.content.parameters}
    return {name: value for name, value in arm.parameters.items() if name not in own or own[name] != value}
