"""Stopping a run early: it asks example by example in a drawn order, and looks at what it has at planned places.

At each look the run waits until the examples so far are answered, scored and stored, so that it decides on complete
examples only and asks none beyond them. It ends when every arm is told from the baseline by the one score that was
named before, beyond the look's bound; with several arms, after the correction for their number.
"""

from __future__ import annotations

import random
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workbench.domain.dataset import Example
from workbench.domain.run import Cell, RunPlan, SettledAt
from workbench.hashing import content_hash
from workbench.stats.looks import Look, planned_looks, settles
from workbench.stats.multiple import corrected
from workbench.stats.paired import PairResult, compare
from workbench.stats.samples import ScoresByExample
from workbench.store import runs, scores
from workbench.store.session import Session
from workbench.workspace.comparison.arm_scores import by_arm
from workbench.workspace.context import Context
from workbench.workspace.measures import Measures


def drawn_seed(dataset_hash: str, examples: Sequence[Example]) -> int:
    """What the order of a golden set's rows is drawn by: the same for the same rows, and fixed before any answer."""
    return int(content_hash({"dataset": dataset_hash, "rows": [example.id for example in examples]})[-8:], 16)


def in_drawn_order(examples: Sequence[Example], seed: int) -> tuple[Example, ...]:
    """The rows in the order that a seed gives: a file's own order may put the easy ones first."""
    drawn = sorted(examples, key=lambda example: example.id)
    random.Random(seed).shuffle(drawn)  # noqa: S311 (no secret: anybody may draw it again)
    return tuple(drawn)


@dataclass
class Stages:
    """What a run asks from one look to the next. Without looks, all at once."""

    context: Context
    run: str
    plan: RunPlan
    looks: Sequence[Look] = ()
    settled_before: SettledAt | None = None
    """Where an earlier carrying out stopped early: nothing is asked beyond it."""
    settled_at: SettledAt | None = None
    """Where this one found it settled."""

    @property
    def wanted(self) -> Sequence[Cell]:
        """The cells of the plan that this run is to ask at all."""
        if self.settled_before is None:
            return self.plan.cells()
        rows = {example.id for example in self.plan.examples[: self.settled_before.examples]}
        return [cell for cell in self.plan.cells() if cell.example.id in rows]

    def of(self, cells: Sequence[Cell]) -> Iterator[tuple[Look | None, Sequence[Cell]]]:
        """The cells to ask before each look, and those after which there is none. A stage may have nothing to ask."""
        if not self.looks:
            yield None, cells
            return
        place = {example.id: at for at, example in enumerate(self.plan.examples)}
        begun = 0
        for look in self.looks:
            yield look, [cell for cell in cells if begun <= place[cell.example.id] < look.examples]
            begun = look.examples
        yield None, [cell for cell in cells if place[cell.example.id] >= begun]

    def settles(self, look: Look) -> bool:
        """Look at the stored scores; whether the run may stop here. Blocking."""
        results = self._results(look)
        if not all(settles(result, look) for result in results):
            return False
        self.settled_at = SettledAt(look.number, look.examples)
        return True

    def record(self, session: Session, now: datetime) -> None:
        """Store where it was settled, if it was."""
        if self.settled_at is None:
            return
        look, examples = self.settled_at.look, self.settled_at.examples
        runs.add_event(session, self.run, runs.SETTLED[look - 1], now)
        self.context.record(session, "run stopped early", self.run, look=look, examples=examples)

    def _results(self, look: Look) -> list[PairResult]:
        """Every arm against the baseline over the examples of a look, corrected for their number."""
        if self.plan.stop_early is None:
            raise ValueError("a run without planned looks is not looked at")
        info = Measures(self.context.settings, self.context.root).by_name(self.plan.stop_early.metric)
        asked = {example.id: example for example in self.plan.examples[: look.examples]}
        clusters = {name: example.cluster for name, example in asked.items() if example.cluster is not None}
        scored = self._scored(info.name, asked)
        baseline, *others = (scored.get(arm.label, {}) for arm in self.plan.arms)
        results = [
            compare(baseline, other, kind=info.kind, direction=info.direction, clusters=clusters) for other in others
        ]
        return corrected(results, info.direction)

    def _scored(self, metric: str, asked: Container[str]) -> Mapping[str, ScoresByExample]:
        """The stored scores of some examples, by arm."""
        found = by_arm(self.context.read_patiently(lambda s: scores.frame(s, self.run)), metric)
        return {
            arm: {example: values for example, values in of_arm.items() if example in asked}
            for arm, of_arm in found.items()
        }


def stages_of(context: Context, run: str, plan: RunPlan) -> Stages:
    """The stages of a stored run: those up to its planned looks but the last, where nothing is left to stop.

    None are left where it stopped early already, or was reopened to ask everything.
    """
    if plan.stop_early is None:
        return Stages(context, run, plan)

    def query(session: Session) -> tuple[SettledAt | None, bool]:
        reopened = any(event.kind == "reopened" for event in runs.events(session, run))
        return runs.summary(session, run).settled_at, reopened

    settled, reopened = context.read(query)
    if settled is not None or reopened:
        return Stages(context, run, plan, settled_before=settled)
    return Stages(context, run, plan, planned_looks(len(plan.examples))[:-1])
