"""Which cells of a plan an earlier run has asked: their answers are replayed, and their prompts counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.domain.dataset import Example
from workbench.domain.run import Arm, Cell, RunPlan
from workbench.models.registry import is_own_code
from workbench.stats.forecast import ZERO, Range, exactly
from workbench.stats.intervals import wilson
from workbench.workspace.estimates.prompt_sizes import shuffled_rows

CELLS_LOOKED_UP = 4_000
"""All cells of a plan are looked up when there are no more; else those of a sample of rows."""

LookUp = Callable[[Sequence[str]], Mapping[str, int | None]]
"""Finds those of some cell hashes that were answered, with the tokens that the provider counted in the prompt."""


@dataclass(frozen=True)
class AskedBefore:
    """What of an arm was asked before."""

    calls: Range
    """Answers that have to be asked for anew."""
    counted: Mapping[str, float]
    """Prompt tokens by example, where the provider has counted them."""


def asked_before(plan: RunPlan, look_up: LookUp) -> dict[str, AskedBefore]:
    """What of each arm was asked before, by label."""
    rows = shuffled_rows(plan)[: max(1, CELLS_LOOKED_UP // (len(plan.arms) * plan.repeats))]
    repeats = range(1, plan.repeats + 1)
    hashes = {
        arm.label: {(repeat, row.id): _asking_alike(arm, row, repeat) for repeat in repeats for row in rows}
        for arm in plan.arms
    }
    answered = look_up([digest for of_arm in hashes.values() for alike in of_arm.values() for digest in alike])
    known = {
        label: {
            place: next((digest for digest in alike if digest in answered), alike[0]) for place, alike in of_arm.items()
        }
        for label, of_arm in hashes.items()
    }
    return {arm.label: _of_arm(plan, arm, known[arm.label], answered) for arm in plan.arms}


def _asking_alike(arm: Arm, row: Example, repeat: int) -> Sequence[str]:
    """The cells that ask the model the same: borrowed chunks are those that a search found when they were lent."""
    arms = [arm] if arm.borrowed is None else [arm, replace(arm, borrowed=None)]
    return [Cell(one, row, repeat).hash for one in arms]


def _of_arm(
    plan: RunPlan, arm: Arm, hashes: Mapping[tuple[int, str], str], answered: Mapping[str, int | None]
) -> AskedBefore:
    counts = ((example_id, answered.get(digest)) for (_, example_id), digest in hashes.items())
    counted = {example_id: float(count) for example_id, count in counts if count is not None}
    examples = len(plan.examples)
    if not plan.use_cache or is_own_code(arm.model):
        return AskedBefore(exactly(examples * plan.repeats), counted)
    calls = ZERO
    for repeat in range(1, plan.repeats + 1):
        calls += _missing(examples, [digest in answered for (of, _), digest in hashes.items() if of == repeat])
    return AskedBefore(calls, counted)


def _missing(examples: int, found: Iterable[bool]) -> Range:
    """How many of the examples were not asked before, when some were looked up."""
    hits = list(found)
    if len(hits) == examples or not any(hits):
        return exactly(examples - sum(hits))
    share = wilson(sum(hits), len(hits))
    return Range(1 - share.high, 1 - share.estimate, 1 - share.low).scaled(examples)
