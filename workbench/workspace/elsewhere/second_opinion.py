"""What the figures of another tool are worth: the verdict, what flipped, and what it takes to trust the judge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.domain.imported import IMPORTED_VERSION
from workbench.domain.score import MetricInfo
from workbench.formats.results.langfuse import PEOPLE
from workbench.formats.results.ragas import ACCEPTED
from workbench.stats.intervals import wilson
from workbench.stats.labels import LIKELY_AGREEMENT, WITHIN, labels_needed
from workbench.stats.numbers import of_kind, percent, percent_with_interval, points
from workbench.workspace.comparison.comparison import ByExample, Comparison, Flip
from workbench.workspace.elsewhere.importing import ImportedRun
from workbench.workspace.elsewhere.pair_ratings import PairRatings
from workbench.workspace.goldens.question_line import question_line
from workbench.workspace.measures import HUMAN

if TYPE_CHECKING:
    from workbench.workspace.workbench import Workbench

FLIPS_SHOWN = 8
LONGEST_QUESTION = 90


@dataclass(frozen=True)
class LabelsNeeded:
    """How many verdicts of a measure people must judge too."""

    metric: str
    verdicts: int
    likely: int
    """To know the agreement within 10 points, when it is what judges usually reach."""
    worst: int
    """Whatever the agreement is."""

    @property
    def sentence(self) -> str:
        """In words, with what is assumed."""
        within = points(WITHIN)
        if self.likely >= self.verdicts:
            return (
                f"Nobody can tell yet whether {self.metric!r} agrees with people: with {self.verdicts:,} verdicts, judge "
                f"all of them to know within {within}."
            )
        return (
            f"Nobody can tell yet whether {self.metric!r} agrees with people: about {self.likely:,} of its "
            f"{self.verdicts:,} verdicts, judged by a person, would tell within {within} (if they agree on "
            f"{percent(LIKELY_AGREEMENT)}; {self.worst:,} at worst)."
        )


@dataclass(frozen=True)
class SecondOpinion:
    """An imported run, compared."""

    imported: ImportedRun
    comparison: Comparison
    questions: Mapping[str, str]
    """What was asked, by the example's id."""
    pairs: PairRatings | None = None
    """How people and judges agree on which answer is better; None where the files have no such verdicts."""

    @staticmethod
    def on(wb: Workbench, imported: ImportedRun) -> SecondOpinion:
        """Compare the arms of an imported run."""
        plan = wb.runs.stored_plan(imported.run)
        pairs = wb.pair_ratings(imported.run) if plan.imported is not None and plan.imported.raters else None
        return SecondOpinion(
            imported, wb.compare(imported.run), {e.id: question_line(e, LONGEST_QUESTION) for e in plan.examples}, pairs
        )

    @property
    def labels(self) -> LabelsNeeded | None:
        """What it takes to trust the headline's judge; None where people's verdicts are there, or no yes or no is."""
        headline, arms = self.comparison.headline, self.comparison.arms
        figure = arms[0].metrics.get(headline) if arms else None
        if figure is None or figure.version != IMPORTED_VERSION or HUMAN.name in arms[0].metrics:
            return None
        verdicts = sum(arm.metrics[headline].mean.trials for arm in arms if headline in arm.metrics)
        if not verdicts:
            return None
        return LabelsNeeded(
            figure.info.title, verdicts, labels_needed(verdicts), labels_needed(verdicts, agreement=0.5)
        )

    def flip_rows(self, arm: str, limit: int = FLIPS_SHOWN) -> list[tuple[str, str, str, str]]:
        """The first examples that flipped: which way, the question, and the score before and after."""
        info = self.comparison.info(self.comparison.headline)
        return [
            (
                "better" if flip.gain > 0 else "worse",
                self.questions.get(flip.example_id, flip.example_id),
                _score(flip.before, info),
                _score(flip.after, info),
            )
            for flip in self.flips.get(arm, ())[:limit]
        ]

    @property
    def trust(self) -> str:
        """What is known of the headline's judge: how often people say the same, else how many labels it takes to know."""
        agreed, judged = self._accepted() or self._said_the_same() or (0, 0)
        if not judged:
            return "" if self.labels is None else self.labels.sentence
        agreement = wilson(agreed, judged)
        share = percent_with_interval(agreement.estimate, agreement.low, agreement.high)
        return f"People agreed with {share} of {judged:,} verdicts of {self.comparison.headline!r}."

    def _accepted(self) -> tuple[int, int] | None:
        """How many of the headline's verdicts people accepted, of how many they looked at; None where nobody did."""
        name = self.comparison.headline + ACCEPTED
        given = [value for arm in self.comparison.arms for value in self._values(arm.label, name).values()]
        return (round(sum(map(sum, given))), sum(map(len, given))) if given else None

    def _said_the_same(self) -> tuple[int, int] | None:
        """How often people's own pass or fail is the headline's, of how many; None where there is no such pair."""
        headline = self.comparison.headline
        pairs = [
            (verdicts[0], labels[0])
            for arm in self.comparison.arms
            for example, labels in self._values(arm.label, headline + PEOPLE).items()
            # Of several repeats nobody can say here which one a person looked at.
            if len(verdicts := self._values(arm.label, headline).get(example, ())) == len(labels) == 1
        ]
        if not pairs or not {value for pair in pairs for value in pair} <= {0.0, 1.0}:
            return None
        return sum(verdict == label for verdict, label in pairs), len(pairs)

    def _values(self, arm: str, metric: str) -> ByExample:
        return self.comparison.values.get((arm, metric), {})

    @property
    def flips(self) -> Mapping[str, Sequence[Flip]]:
        """By arm, the examples whose headline score differs from the baseline's, the worse ones first."""
        return {arm.label: self.comparison.flips(arm.label) for arm in self.comparison.arms[1:]}

    def as_json(self) -> dict[str, Any]:
        """The document that `workbench runs import --json` prints: what was stored, and the comparison."""
        labels, imported = self.labels, self.imported
        return {
            "run": imported.run,
            "created": imported.created,
            "tool": imported.tool,
            "dataset": imported.dataset,
            "notes": list(imported.notes),
            "verdict": self.comparison.verdict,
            "flips": {
                arm: [{"example": flip.example_id, "before": flip.before, "after": flip.after} for flip in flips]
                for arm, flips in self.flips.items()
            },
            "trust": self.trust,
            "labels_needed": None
            if labels is None
            else {
                "metric": labels.metric,
                "verdicts": labels.verdicts,
                "within": WITHIN,
                "likely": labels.likely,
                "worst": labels.worst,
            },
            "pairs": None if self.pairs is None else self.pairs.as_json(),
            "comparison": self.comparison.as_json(),
        }


def _score(value: float, info: MetricInfo) -> str:
    if info.kind == "pass_fail" and value in {0.0, 1.0}:
        return "pass" if value else "fail"
    return of_kind(value, info.kind, info.unit)
