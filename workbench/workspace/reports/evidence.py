"""What a report shows besides a comparison's figures: the answers that got worse, what changed, slices, counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.workspace.comparison.answers import Answer, Answers
from workbench.workspace.comparison.arm_changes import Changed
from workbench.workspace.comparison.comparing import Comparisons
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.comparison.examples import ExampleChange, Slice
from workbench.workspace.comparison.integrity import Fact
from workbench.workspace.context import Context

WORST = 10
"""Examples shown per arm: the worst; the app has all."""
MOST_ARMS = 4
"""Arms whose examples are shown, so that the file stays one to read."""


@dataclass(frozen=True)
class WorseExample:
    """An example that got worse in an arm, with the answers to one of its repeats."""

    change: ExampleChange
    before: Answer | None
    after: Answer | None


@dataclass(frozen=True)
class ReportEvidence:
    """Everything below the figures, by arm label where it is about an arm."""

    integrity: Sequence[Fact]
    changes: Mapping[str, Sequence[Changed]]
    slices: Mapping[str, Sequence[Slice]]
    worse: Mapping[str, Sequence[WorseExample]]
    counts: Mapping[str, tuple[int, int]]
    """How many examples got worse, and how many better."""
    in_pairs: Sequence[str] = ()
    """What was said of the answers two at a time, a sentence each."""


def gather(context: Context, comparison: Comparison) -> ReportEvidence:
    """Read what the report on a comparison shows, by its headline metric."""
    comparisons, metric = Comparisons(context), comparison.headline
    others = [arm.label for arm in comparison.arms if arm.label != comparison.baseline]
    changes = {arm: comparisons.examples(comparison, arm, metric) for arm in others[:MOST_ARMS]} if metric else {}
    return ReportEvidence(
        integrity=comparisons.integrity(comparison, metric) if metric else [],
        changes={arm: comparisons.changes(comparison, arm) for arm in others},
        slices={arm: comparisons.slices(comparison, metric, arm) for arm in changes},
        worse={arm: _worse(Answers(context), comparison, arm, found) for arm, found in changes.items()},
        counts={
            arm: (sum(c.change == "worse" for c in found), sum(c.change == "better" for c in found))
            for arm, found in changes.items()
        },
        in_pairs=comparisons.in_pairs(comparison.run.id).sentences,
    )


def _worse(
    answers: Answers, comparison: Comparison, arm: str, changes: Sequence[ExampleChange]
) -> Sequence[WorseExample]:
    worst = [change for change in changes if change.change == "worse"][:WORST]
    return [_with_answers(answers, comparison, arm, change) for change in worst]


def _with_answers(answers: Answers, comparison: Comparison, arm: str, change: ExampleChange) -> WorseExample:
    """The first repeat in which the arm is worse, else the first."""
    found: list[WorseExample] = []
    for repeat in range(1, comparison.run.repeats + 1):
        given = {a.arm: a for a in answers.to_example(comparison.run.id, change.example.id, repeat)}
        found.append(WorseExample(change, given.get(comparison.baseline), given.get(arm)))
        if _is_worse(comparison, found[-1]):
            return found[-1]
    return found[0]


def _is_worse(comparison: Comparison, example: WorseExample) -> bool:
    if example.before is None or example.after is None:
        return False
    metric = comparison.headline
    before, after = example.before.values.get(metric), example.after.values.get(metric)
    if before is None or after is None:
        return False
    return after < before if comparison.info(metric).direction == "higher" else after > before
