"""Every arm against the baseline: by each metric a verdict, corrected where several arms are compared with one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from workbench.domain.run import RunPlan, SettledAt
from workbench.domain.score import MetricInfo
from workbench.stats.looks import judged_by_look, planned_looks
from workbench.stats.multiple import corrected
from workbench.stats.paired import PairResult, compare, not_compared, word_for_word
from workbench.stats.power import noise_of
from workbench.stats.samples import ScoresByExample
from workbench.stats.settling import more_repeats
from workbench.stats.wording import TIME_UNITS, pair_sentence
from workbench.workspace.comparison.comparison import PairFigure

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ArmPairs:
    """What the arms of a run are compared by."""

    plan: RunPlan
    arms: Sequence[str]
    """Labels, the baseline first."""
    values: Mapping[tuple[str, str], ScoresByExample]
    """By arm label and metric."""
    clusters: Mapping[str, str]
    failed: Mapping[str, Mapping[str, int]]
    """By arm label, how many answers to each example did not come."""
    settled_at: SettledAt | None = None
    replayed: Mapping[str, int] = field(default_factory=dict)
    """By arm label, how many answers an earlier run gave: their times are those of then."""
    word_for_word: Collection[str] = ()
    """Labels of arms that answered everything exactly as the baseline did."""

    def figures(self, infos: Sequence[MetricInfo]) -> list[PairFigure]:
        """Arm by arm, the metrics by which both have scores."""
        by_metric = {info.name: self._by(info) for info in infos}
        return [by_metric[info.name][arm] for arm in self.arms[1:] for info in infos if arm in by_metric[info.name]]

    def _by(self, info: MetricInfo) -> dict[str, PairFigure]:
        """Every arm by one metric, with verdicts that allow for their number and for looks on the way."""
        baseline = self.arms[0]
        scored = [arm for arm in self.arms[1:] if self._values(arm, info) and self._values(baseline, info)]
        results = corrected([self._compared(arm, info) for arm in scored], info.direction)
        return {
            arm: self._figure(arm, info, self._told(arm, self._at_look(result, info), info))
            for arm, result in zip(scored, results, strict=True)
        }

    def _at_look(self, result: PairResult, info: MetricInfo) -> PairResult:
        """A run that may stop early keeps to the bound of the look at which it ended, by the score that decides."""
        if self.plan.stop_early is None or self.plan.stop_early.metric != info.name:
            return result
        looks = planned_looks(len(self.plan.examples))
        return judged_by_look(
            result, looks[-1 if self.settled_at is None else self.settled_at.look - 1], info.direction
        )

    def _told(self, arm: str, result: PairResult, info: MetricInfo) -> PairResult:
        """The result with what the answers themselves tell."""
        return word_for_word(result) if arm in self.word_for_word and info.kind != "number" else result

    def _figure(self, arm: str, info: MetricInfo, result: PairResult) -> PairFigure:
        baseline = self.arms[0]
        sentence = pair_sentence(
            result, info.title, arm, baseline, kind=info.kind, unit=info.unit, neutral=info.neutral
        )
        repeats = None
        if info.kind != "number" and result.needed_examples is not None:
            noise = noise_of(self._values(baseline, info), self._values(arm, info))
            repeats = more_repeats(result, noise, self.plan.repeats)
        failed = {one: sum(self.failed.get(one, {}).values()) for one in (arm, baseline)}
        figure = PairFigure(baseline, arm, info.name, result, sentence, repeats, failed[arm], failed[baseline])
        if failed[arm] == failed[baseline] or info.kind == "number":
            return figure
        return replace(figure, with_fails=self._compared(arm, info, fails=True))

    def _compared(self, arm: str, info: MetricInfo, *, fails: bool = False) -> PairResult:
        first, second = (
            self._counting_fails(one, info) if fails else self._values(one, info) for one in (self.arms[0], arm)
        )
        result = compare(first, second, kind=info.kind, direction=info.direction, clusters=self.clusters)
        before, after = (self.replayed.get(one, 0) for one in (self.arms[0], arm))
        if info.unit in TIME_UNITS and (before or after):
            return not_compared(result, replayed=after, replayed_baseline=before)
        return result

    def _values(self, arm: str, info: MetricInfo) -> ScoresByExample:
        return self.values.get((arm, info.name), {})

    def _counting_fails(self, arm: str, info: MetricInfo) -> ScoresByExample:
        """The scores of an arm in which an answer that did not come has the worst one."""
        worst = 0.0 if info.direction == "higher" else 1.0
        counted = {example: list(values) for example, values in self._values(arm, info).items()}
        for example, count in self.failed.get(arm, {}).items():
            counted.setdefault(example, []).extend([worst] * count)
        return counted


def failed_by_arm(trials: pd.DataFrame) -> Mapping[str, Mapping[str, int]]:
    """By arm label, how many answers to each example did not come, from a run's frame of trials."""
    lost = trials[trials["status"] == "failed"]
    found: dict[str, Counter[str]] = {}
    for arm, example in zip(lost["arm"], lost["example_id"], strict=True):
        found.setdefault(arm, Counter())[example] += 1
    return found
