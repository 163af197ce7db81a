"""The values that rules look at: one arm's scores by row, with answers that did not come as fails."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from workbench.domain.dataset import Example
from workbench.domain.evidence import Measured, MeasuredArm, MeasuredMetric, MeasuredTrial
from workbench.domain.score import MetricInfo
from workbench.stats.samples import ScoresByExample
from workbench.workspace.measures import HUMAN


@dataclass(frozen=True)
class Sampled:
    """What one metric says of some rows of an arm."""

    scores: ScoresByExample
    """Values by row; of a pass rate or share those of answers that did not come too, as fails."""
    failed: int = 0
    """Answers that did not come, as far as the metric has something to say of their rows."""
    unscored: int = 0


class Samples:
    """The trials of some evidence, sorted for rules."""

    def __init__(self, measured: Measured) -> None:
        self.measured = measured
        self.rows = {example.id: example for example in measured.examples}
        self.clusters = {e.id: e.cluster for e in measured.examples if e.cluster is not None}
        self._by_row: dict[str, Mapping[str, Sequence[MeasuredTrial]]] = {}

    @cached_property
    def known(self) -> Mapping[str, MeasuredMetric]:
        """What scores mean, people's verdicts included."""
        # Of several reviewers a part may pass an answer; where none disagree it is pass or fail all the same.
        return {HUMAN.name: MeasuredMetric(replace(HUMAN, kind="share"), "people"), **self.measured.metrics}

    def chosen(self, tag: str | None, keep: Callable[[Example], bool] = lambda _: True) -> list[str]:
        """The ids of the rows with a tag, or of all, in the golden set's order."""
        return [e.id for e in self.measured.examples if (tag is None or tag in e.tags) and keep(e)]

    def trials(self, arm: MeasuredArm) -> Mapping[str, Sequence[MeasuredTrial]]:
        """An arm's trials by row."""
        key = f"{arm.run} {arm.label}"
        if key not in self._by_row:
            found: dict[str, list[MeasuredTrial]] = {}
            for trial in arm.trials:
                found.setdefault(trial.example, []).append(trial)
            self._by_row[key] = found
        return self._by_row[key]

    def of(self, arm: MeasuredArm, info: MetricInfo, rows: Collection[str]) -> Sampled:
        """The scores of an arm under a metric, over some rows."""
        by_row, found = self.trials(arm), dict[str, list[float]]()
        failed = unscored = 0
        for row in rows:
            given = by_row.get(row, ())
            values = [value for trial in given if not trial.failed and (value := score(trial, info.name)) is not None]
            answered = sum(not trial.failed for trial in given)
            unscored += answered - len(values)
            # A row that was answered and has no score is none that the metric speaks of.
            lost = 0 if answered and not values else len(given) - answered
            failed += lost
            if info.kind != "number":
                values += [0.0 if info.direction == "higher" else 1.0] * lost
            if values:
                found[row] = values
        return Sampled(found, failed, unscored)


def score(trial: MeasuredTrial, metric: str) -> float | None:
    """A trial's score; None where it has none."""
    return trial.people_passed if metric == HUMAN.name else trial.scores.get(metric)
