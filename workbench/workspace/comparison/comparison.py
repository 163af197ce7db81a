"""What a comparison of a run's arms says: means with intervals, paired differences, verdicts, flips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from statistics import fmean
from typing import TYPE_CHECKING, Any

from workbench.domain.imported import IMPORTED_VERSION
from workbench.domain.run import RunInfo, SettledAt
from workbench.domain.score import MetricInfo
from workbench.stats.judge_corrected import CorrectedRate
from workbench.stats.paired import PairResult
from workbench.stats.settling import MoreRepeats
from workbench.stats.summary import MeanResult
from workbench.workspace.comparison.causes import Difference
from workbench.workspace.judges.judged import Judged

if TYPE_CHECKING:
    import pandas as pd

    from workbench.workspace.runs.confirming import Confirmation

ByExample = Mapping[str, Sequence[float]]
"""Scores of one arm and metric: example id to one value per scored repeat."""


@dataclass(frozen=True)
class MetricFigure:
    """One metric of one arm."""

    info: MetricInfo
    version: str
    mean: MeanResult
    unscored: int
    corrected: CorrectedRate | None = None
    """The share that people would pass, where they judged enough answers that this judge scored: it is shown in place of
    the judge's own rate."""

    @property
    def shown(self) -> MeanResult:
        """What tables and charts show: the rate corrected by people where there is one, else the mean of the scores."""
        if self.corrected is None:
            return self.mean
        rate = self.corrected.this_set
        return replace(self.mean, mean=rate.estimate, low=rate.low, high=rate.high, method=rate.method)


@dataclass(frozen=True)
class ArmFigure:
    """One arm of a run."""

    label: str
    prompt: str
    version: int
    model: str
    planned: int
    done: int
    failed: int
    cost_usd: float | None
    prompt_tokens: int | None
    completion_tokens: int | None
    p50_ms: float | None
    p95_ms: float | None
    metrics: Mapping[str, MetricFigure]
    retrieval_p50_ms: float | None = None
    """How long searching for sources took; None where nothing was searched, as with borrowed chunks."""
    retrieval_p95_ms: float | None = None
    variant: str = ""
    """What tells it from arms of the same prompt version and model, such as an index."""
    replayed: int = 0
    """Answers that an earlier run gave; their times and cost are those of then."""
    cold_starts: int = 0
    """Answers for which a local model was loaded first. Their times are left out of all figures."""
    judges_usd: float | None = 0.0
    """What judging its answers cost, apart from the answers themselves; None when unknown."""

    @property
    def cost_per_hundred(self) -> float | None:
        """US dollars for a hundred answers; None when unknown."""
        return None if self.cost_usd is None or not self.done else self.cost_usd / self.done * 100


@dataclass(frozen=True)
class PairFigure:
    """An arm against the baseline by one metric."""

    baseline: str
    arm: str
    metric: str
    result: PairResult
    sentence: str
    more_repeats: MoreRepeats | None = None
    """What repeating more often would bring; None where it is settled, and where nothing tells."""
    failed: int = 0
    """Answers of the arm that did not come."""
    failed_baseline: int = 0
    with_fails: PairResult | None = None
    """The comparison with those counted as fails, where one arm has more of them; not corrected."""


@dataclass(frozen=True)
class Flip:
    """An example whose score in one arm is not that in the other."""

    example_id: str
    before: float
    """Mean over the repeats."""
    after: float
    gain: float
    """How much better it got: below 0 it got worse. Of a neutral score, which end is listed first."""

    @property
    def change(self) -> float:
        """After minus before."""
        return self.after - self.before


@dataclass(frozen=True, repr=False)
class Comparison:
    """The arms of a run, compared. Shows itself as tables and charts in a notebook."""

    run: RunInfo
    dataset_examples: int
    baseline: str
    headline: str
    """The metric that the first sentence is about."""
    arms: Sequence[ArmFigure]
    pairs: Sequence[PairFigure]
    values: Mapping[tuple[str, str], ByExample]
    """By arm label and metric."""
    differences: Mapping[str, Difference] = field(default_factory=dict)
    """In what each arm differs from the baseline, by label."""
    judged: Sequence[Judged] = ()
    """What is to be said of the scores of each metric: the judge's version, and whether scoring again would change them."""

    settled_at: SettledAt | None = None
    """Where the run stopped early; None when it did not."""
    confirms: str | None = None
    """The run whose winner this one asks again."""
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)
    """What a fresh run says of this one's winner, by metric."""

    questions: Mapping[str, str] = field(default_factory=dict)
    """How the questions begin of rows whose ids were made for them and say nothing to anybody, by id."""

    @property
    def searched(self) -> bool:
        """Whether any arm had an index searched."""
        return any(arm.retrieval_p50_ms is not None for arm in self.arms)

    def info(self, metric: str) -> MetricInfo:
        """What a metric measures."""
        return self.arms[0].metrics[metric].info

    def arm(self, label: str) -> ArmFigure:
        """The figures of one arm."""
        return next(arm for arm in self.arms if arm.label == label)

    def pair(self, arm: str, metric: str) -> PairFigure | None:
        """The comparison of an arm with the baseline by a metric, if both have scores."""
        return next((p for p in self.pairs if p.arm == arm and p.metric == metric), None)

    @property
    def quality(self) -> Sequence[str]:
        """Pass rates, shares, and what another tool rated, the headline first: what tables show before times and costs."""
        infos = {name: figure.info for name, figure in self.arms[0].metrics.items()}
        names = [
            name
            for name, info in infos.items()
            if info.kind in {"pass_fail", "share"} or info.version == IMPORTED_VERSION
        ]
        return sorted(names, key=lambda name: name != self.headline)

    @cached_property
    def verdict(self) -> str:
        """The finding in plain English: one sentence per arm about the headline metric."""
        sentences = [pair.sentence for pair in self.pairs if pair.metric == self.headline]
        return " ".join(sentences) or self._why_none()

    @property
    def stale(self) -> bool:
        """Whether scoring the stored answers again would change what the scores say."""
        return any(one.stale for one in self.judged)

    @property
    def about_scores(self) -> Sequence[str]:
        """What a reader of the scores must know: older versions, and judges of their own kin. One sentence each."""
        return [sentence for one in self.judged for sentence in one.sentences]

    def is_corrected(self, metric: str) -> bool:
        """Whether every arm with this score has enough labels of people, so that corrected rates can be set side by side."""
        scored = [arm.metrics[metric] for arm in self.arms if arm.metrics[metric].mean.n]
        return bool(scored) and all(figure.corrected is not None for figure in scored)

    def drawn(self, arm: ArmFigure, metric: str) -> MeanResult:
        """What a chart shows of an arm: corrected rates where every arm has one, else what the scores say of all."""
        figure = arm.metrics[metric]
        return figure.shown if self.is_corrected(metric) else figure.mean

    @property
    def corrected_by_people(self) -> Sequence[str]:
        """What a reader of rates that people's labels correct must know, a sentence a judge; empty where there are none."""
        said = []
        for name, figure in self.arms[0].metrics.items():
            labels = [rate.this_set.n for arm in self.arms if (rate := arm.metrics[name].corrected) is not None]
            if labels:
                said.append(corrected_sentence(figure.info.title, sum(labels), len(labels), len(self.arms)))
        return said

    @property
    def judges(self) -> Sequence[str]:
        """The judges whose scores are compared, with their versions, such as `groundedness v2`."""
        return [one.label for one in self.judged if one.number is not None]

    @property
    def judges_usd(self) -> float | None:
        """What judging cost, all arms together; None when unknown, 0 when no judge was asked."""
        costs = [arm.judges_usd for arm in self.arms]
        known = [cost for cost in costs if cost is not None]
        return sum(known) if len(known) == len(costs) else None

    @property
    def left_out_of_times(self) -> str:
        """How many answers are left out of the times, and why; empty when none is."""
        count = sum(arm.cold_starts for arm in self.arms)
        if not count:
            return ""
        answers = "1 answer is" if count == 1 else f"{count:,} answers are"
        return f"{answers} left out of the times: the first call to a model on this machine also loads it."

    def _why_none(self) -> str:
        if len(self.arms) == 1:
            return "One arm: nothing to compare it with."
        if not any(arm.done for arm in self.arms):
            return "No scores to compare: no arm has an answer."
        if not self.headline:
            return "No scores to compare: the answers were not scored."
        title = self.info(self.headline).title
        lacking = [arm.label for arm in self.arms if arm.metrics[self.headline].mean.mean is None]
        return f"No scores to compare: {title} has none for {' and '.join(lacking)}."

    def named(self, example_id: str) -> str:
        """An example as people find it: its id, and how its question begins where the id says nothing."""
        question = self.questions.get(example_id)
        return example_id if question is None else f'{example_id} "{question}"'

    def flips(self, arm: str, metric: str | None = None) -> Sequence[Flip]:
        """Examples whose score differs from the baseline's, the worse ones first; none where times are not compared."""
        name = metric or self.headline
        pair = self.pair(arm, name)
        if pair is not None and pair.result.verdict == "unknown":
            return []
        before, after = self.values.get((self.baseline, name), {}), self.values.get((arm, name), {})
        means = {example: (fmean(before[example]), fmean(after[example])) for example in before if example in after}
        figure = self.arms[0].metrics.get(name)
        upward = 1 if figure is None else figure.info.upward
        found = [Flip(example, old, new, (new - old) * upward) for example, (old, new) in means.items() if new != old]
        return sorted(found, key=lambda flip: (flip.gain, flip.example_id))

    def frame(self) -> pd.DataFrame:
        """One row per arm and metric."""
        import pandas as pd

        return pd.DataFrame(
            [
                {
                    "arm": arm.label,
                    "metric": name,
                    "mean": figure.mean.mean,
                    "low": figure.mean.low,
                    "high": figure.mean.high,
                    "n": figure.mean.n,
                    "trials": figure.mean.trials,
                    "unscored": figure.unscored,
                    "corrected": None if figure.corrected is None else figure.shown.mean,
                    "corrected_low": None if figure.corrected is None else figure.shown.low,
                    "corrected_high": None if figure.corrected is None else figure.shown.high,
                    "failed": arm.failed,
                    "cost_usd": arm.cost_usd,
                    "p50_ms": arm.p50_ms,
                    "retrieval_p50_ms": arm.retrieval_p50_ms,
                }
                for arm in self.arms
                for name, figure in arm.metrics.items()
            ]
        )

    def as_json(self) -> dict[str, Any]:
        """The document that `workbench compare --json` prints."""
        return {
            "run": self.run.id,
            "dataset": {
                "name": self.run.dataset,
                "version": self.run.dataset_version,
                "examples": self.dataset_examples,
            },
            "judges": [
                {"judge": one.name, "number": one.number, "outdated": one.outdated, "stale_scores": one.left_out}
                for one in self.judged
                if one.is_judge
            ],
            "settled_at": None if self.settled_at is None else asdict(self.settled_at),
            "confirmation": self._confirmation_json(),
            "arms": [_arm_json(arm) for arm in self.arms],
            "pairs": [_pair_json(pair, self.info(pair.metric)) for pair in self.pairs],
        }

    def _confirmation_json(self) -> dict[str, Any] | None:
        told = self.confirmations.get(self.headline)
        return None if told is None else {"run": told.run, "confirmed": told.confirmed}

    def __str__(self) -> str:
        from workbench.workspace.reports.plain_text import comparison_text

        return comparison_text(self)

    def __repr__(self) -> str:
        return f"Comparison of run {self.run.id}: {self.verdict}"

    def _ipython_display_(self) -> None:
        from workbench.workspace.notebook import show_comparison

        show_comparison(self)


def corrected_sentence(title: str, labels: int, arms: int, of: int) -> str:
    """That rates are people's and no longer the judge's, and that differences are still the judge's."""
    where = "" if arms == of else f" for {arms:,} of {of:,} arms; the others have too few labels"
    return (
        f"{title} is corrected by {labels:,} verdicts of people{where}: the rate is the share of answers that they would pass. "
        "Differences and verdicts between arms are the judge's own."
    )


def _arm_json(arm: ArmFigure) -> dict[str, Any]:
    return {
        "arm": arm.label,
        "prompt": arm.prompt,
        "version": arm.version,
        "model": arm.model,
        "planned": arm.planned,
        "done": arm.done,
        "failed": arm.failed,
        "cost_usd": arm.cost_usd,
        "judges_usd": arm.judges_usd,
        "tokens": {"prompt": arm.prompt_tokens, "completion": arm.completion_tokens},
        "latency_ms": {"p50": arm.p50_ms, "p95": arm.p95_ms},
        "retrieval_ms": {"p50": arm.retrieval_p50_ms, "p95": arm.retrieval_p95_ms},
        "metrics": {
            name: {
                "mean": figure.mean.mean,
                "n": figure.mean.n,
                "trials": figure.mean.trials,
                "low": figure.mean.low,
                "high": figure.mean.high,
                "unscored": figure.unscored,
                "direction": figure.info.direction,
                "version": figure.version,
                "corrected": None if figure.corrected is None else asdict(figure.corrected.this_set),
                "corrected_for_future": None if figure.corrected is None else asdict(figure.corrected.future),
            }
            for name, figure in arm.metrics.items()
        },
    }


def _pair_json(pair: PairFigure, info: MetricInfo) -> dict[str, Any]:
    result = pair.result
    return {
        "baseline": pair.baseline,
        "arm": pair.arm,
        "metric": pair.metric,
        "n": result.n,
        "difference": result.difference,
        "low": result.low,
        "high": result.high,
        "p_value": result.p_value,
        "method": result.method,
        "verdict": result.verdict,
        "neutral": info.neutral,
        "needed_examples": result.needed_examples,
        "needed_repeats": None if pair.more_repeats is None else pair.more_repeats.more,
        "comparisons": result.comparisons,
        "with_fails": None if pair.with_fails is None else _fails_json(pair.with_fails),
    }


def _fails_json(result: PairResult) -> dict[str, Any]:
    """The comparison in which an answer that did not come counts as a fail."""
    return {"difference": result.difference, "low": result.low, "high": result.high, "verdict": result.verdict}
