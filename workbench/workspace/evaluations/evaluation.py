"""What an evaluation of retrieval found: settings with intervals, each against the index as it was, and every question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean, median
from typing import TYPE_CHECKING, Any, Literal

from workbench.domain.dataset import Example
from workbench.domain.evaluation import EvaluationInfo, GoldRank, QuestionRanking, RankedChunk, Setting, Way, WayResult
from workbench.domain.score import Kind
from workbench.errors import NotFoundError
from workbench.hashing import plain
from workbench.runner.requests import search_text
from workbench.stats.multiple import corrected
from workbench.stats.numbers import counted, percent, point_count, points, signed_points
from workbench.stats.paired import PairResult, compare
from workbench.stats.summary import MeanResult, mean_with_interval
from workbench.stats.wording import needed_phrase
from workbench.workspace.evaluations.plan import DEPTH, left_out_words

if TYPE_CHECKING:
    import pandas as pd

State = Literal["done", "running", "unfinished"]


@dataclass(frozen=True)
class Measure:
    """One measure of the first k chunks."""

    name: str
    title: str
    kind: Kind
    meaning: str


MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "recall", "Recall", "share", "Share of a question's gold sources that the first k chunks cover by half."
        ),
        Measure("precision", "Precision", "share", "Share of the first k chunks that lie in a gold source."),
        Measure("hit", "Hit", "pass_fail", "Whether the first k chunks hold any gold source."),
        Measure("mrr", "MRR", "share", "1 / rank of the first gold source among the first k chunks, 0 without one."),
        Measure(
            "map", "MAP", "share", "Mean, over the gold sources, of how pure the chunks are up to where each is found."
        ),
        Measure("ndcg", "nDCG", "share", "How near the gold sources are to the top, against the best possible order."),
    )
}
"""What is measured of the first k chunks; the first is the headline."""
HEADLINE = "recall"


@dataclass(frozen=True)
class SettingFigures:
    """How one setting did."""

    setting: Setting
    metrics: Mapping[str, MeanResult]
    """By measure; means over the questions, with intervals."""
    tokens: float | None
    """Tokens that the first k chunks have on average: what more chunks cost a prompt."""
    median_ms: float | None
    """How long a search took; several went on at once."""
    out_of_reach: int
    """Gold sources of which no k chunks can hold half: they cannot be found, however good the search is."""
    pairs: Mapping[str, PairResult]
    """By recall against the baseline, corrected for the number of settings; `Evaluation.against_baseline` has the other
    measures. Empty for the baseline itself."""

    @property
    def verdict(self) -> str:
        """Against the baseline by recall, in words: `better by 8 points (2 to 14)`, `same`, `cannot tell yet`."""
        pair = self.pairs.get(HEADLINE)
        return "baseline" if pair is None else verdict_words(pair)


@dataclass(frozen=True)
class QuestionResult:
    """What one setting found for one question."""

    example_id: str
    question: str
    found: Sequence[GoldRank]
    """Gold sources among the first k."""
    missed: Sequence[GoldRank]
    """The others, with the rank at which each stood; None: not among all that were searched."""
    front: Sequence[RankedChunk]
    """The first k chunks."""
    scores: Mapping[str, float]
    """By measure."""


@dataclass(frozen=True, repr=False)
class Evaluation:
    """An evaluation as far as it is stored. Shows itself as a table in a notebook."""

    info: EvaluationInfo
    results: Sequence[WayResult]
    examples: Mapping[str, Example]
    state: State

    @property
    def baseline(self) -> Setting:
        """The index as it was, searched as the first of the grid."""
        return self.info.settings[0]

    @property
    def settings(self) -> Sequence[Setting]:
        """Those that have figures, in the order of the grid."""
        return [setting for setting in self.info.settings if setting.way in self._by_way]

    @cached_property
    def figures(self) -> Sequence[SettingFigures]:
        """The figures of every setting that was measured, in the order of the grid."""
        pairs = self.against_baseline(HEADLINE)
        return [
            SettingFigures(
                setting=setting,
                metrics={
                    name: mean_with_interval(self._values(setting, name), kind=measure.kind, clusters=self._clusters)
                    for name, measure in MEASURES.items()
                },
                tokens=self._tokens(setting),
                median_ms=self._median_ms(setting),
                out_of_reach=self._out_of_reach(setting),
                pairs={HEADLINE: pairs[setting]} if setting in pairs else {},
            )
            for setting in self.settings
        ]

    @cached_property
    def best(self) -> SettingFigures | None:
        """The setting of the highest mean recall; of equal ones that with the fewest chunks, and the first of the grid."""
        known = [(f.metrics[HEADLINE].mean, f) for f in self.figures]
        ranked = [(mean, -f.setting.k, f) for mean, f in known if mean is not None]
        return max(ranked, key=lambda one: one[:2])[2] if ranked else None

    @property
    def best_words(self) -> str:
        """Which setting is the best measured so far, and what to make of that."""
        if self.best is None:
            return "Nothing was measured yet."
        recall = self.best.metrics[HEADLINE].mean
        said = f"Best measured so far: {self.best.setting.label}, recall {percent(recall)}."
        if len(self.figures) > 1:
            said += (
                f" The best of {len(self.figures)} looks better than it is: "
                "measure it again on questions that did not choose it."
            )
        return said

    @property
    def notes(self) -> Sequence[str]:
        """What to know about the figures: rows left out, sources that are not in the index, the correction."""
        info = self.info
        said = left_out_words(info)
        if len(self.settings) > 2:
            said.append(
                f"{len(self.settings) - 1} settings are compared with the baseline; "
                "verdicts are corrected for their number (Holm), intervals are not."
            )
        shown = {figures.setting: figures for figures in (*self.figures[:1], self.best) if figures is not None}
        said += [_reach_words(figures) for figures in shown.values() if figures.out_of_reach]
        if len({setting.k for setting in self.settings}) > 1:
            said.append("More chunks always find as much or more; what they cost a prompt is in the column of tokens.")
        return said

    @property
    def not_found_words(self) -> str:
        """What is said of a source without a rank."""
        return f"not among the first {max((result.depth for result in self.results), default=DEPTH)}"

    def missed_words(self, gold: GoldRank, k: int) -> str:
        """Where a source stood that the first k chunks do not hold, or why no k chunks could."""
        where = self.not_found_words if gold.rank is None else f"stood at rank {gold.rank}"
        return f"{where}; too large for {k} of these chunks" if out_of_reach(gold, k) else where

    def questions(self, label: str) -> Sequence[QuestionResult]:
        """How every question fared in a setting, the worst first. Raises NotFoundError for an unknown setting."""
        setting = setting_of(self.info, label)
        if setting.way not in self._by_way:
            return []
        found = [self._question(ranking, setting.k) for ranking in self._by_way[setting.way].questions]
        return sorted(found, key=lambda q: (q.scores.get(HEADLINE, 0.0), q.scores.get("mrr", 0.0)))

    def against_baseline(self, measure: str) -> Mapping[Setting, PairResult]:
        """Every other setting against the baseline by one measure, corrected for their number (Holm).

        Empty while the baseline was not measured. Raises NotFoundError for an unknown measure.
        """
        if measure not in MEASURES:
            raise NotFoundError("measure", measure, MEASURES)
        if self.baseline.way not in self._by_way:
            return {}
        before = self._values(self.baseline, measure)
        others = [setting for setting in self.settings if setting != self.baseline]
        results = [
            compare(
                before,
                self._values(setting, measure),
                kind=MEASURES[measure].kind,
                direction="higher",
                clusters=self._clusters,
            )
            for setting in others
        ]
        return dict(zip(others, corrected(results, "higher"), strict=True))

    def as_json(self) -> dict[str, Any]:
        """What `workbench index evaluate --json` prints."""
        info = self.info
        return {
            "evaluation": info.id,
            "index": info.index,
            "fingerprint": info.fingerprint,
            "dataset": {"name": info.dataset, "version": info.dataset_version, "rows": info.rows},
            "questions": info.asked,
            "left_out": {
                "without_relevant": info.without_gold,
                "with_own_sources": info.with_own_sources,
                "not_in_index": info.not_in_index,
            },
            "unknown_spans": [{"example_id": example, "span": span} for example, span in info.unknown_spans],
            "state": self.state,
            "baseline": self.baseline.label,
            "best": None if self.best is None else self.best.setting.label,
            "settings": [self._setting_json(figures) for figures in self.figures],
        }

    def frame(self) -> pd.DataFrame:
        """One row per setting and measure."""
        import pandas as pd

        return pd.DataFrame(
            [
                {"setting": f.setting.label, "metric": name, "mean": m.mean, "low": m.low, "high": m.high, "n": m.n}
                for f in self.figures
                for name, m in f.metrics.items()
            ]
        )

    def __repr__(self) -> str:
        return f"Evaluation {self.info.id} of {self.info.index}: {self.best_words}"

    def _repr_html_(self) -> str:
        from workbench.workspace.evaluations.table import evaluation_html

        return evaluation_html(self)

    @cached_property
    def _by_way(self) -> Mapping[Way, WayResult]:
        return {result.way: result for result in self.results}

    @cached_property
    def _clusters(self) -> Mapping[str, str]:
        return {example.id: example.cluster for example in self.examples.values() if example.cluster is not None}

    def _values(self, setting: Setting, measure: str) -> dict[str, list[float]]:
        """By example; a question without a value is left out."""
        name = f"{measure}@{setting.k}"
        rankings = self._by_way[setting.way].questions
        return {ranking.example: [ranking.scores[name]] for ranking in rankings if name in ranking.scores}

    def _tokens(self, setting: Setting) -> float | None:
        rankings = self._by_way[setting.way].questions
        return fmean(sum(c.tokens for c in r.front[: setting.k]) for r in rankings) if rankings else None

    def _median_ms(self, setting: Setting) -> float | None:
        rankings = self._by_way[setting.way].questions
        return median(ranking.ms for ranking in rankings) if rankings else None

    def _setting_json(self, figures: SettingFigures) -> dict[str, Any]:
        setting, result = figures.setting, self._by_way[figures.setting.way]
        pair = figures.pairs.get(HEADLINE)
        return {
            "setting": setting.label,
            **plain(setting.way.index),
            "search": setting.way.search,
            "rerank": setting.way.rerank,
            "min_score": setting.way.min_score,
            "k": setting.k,
            "fingerprint": result.fingerprint,
            "chunks": result.chunks,
            "metrics": {
                name: {"mean": mean.mean, "n": mean.n, "low": mean.low, "high": mean.high}
                for name, mean in figures.metrics.items()
            },
            "tokens": figures.tokens,
            "median_ms": figures.median_ms,
            "out_of_reach": figures.out_of_reach,
            "verdict": "baseline" if pair is None else pair.verdict,
            "difference": None if pair is None else pair.difference,
            "low": None if pair is None else pair.low,
            "high": None if pair is None else pair.high,
            "p_value": None if pair is None else pair.p_value,
            "missed": [
                {"example_id": question.example_id, "span": gold.span, "rank": gold.rank}
                for question in self.questions(setting.label)
                for gold in question.missed
            ],
        }

    def _out_of_reach(self, setting: Setting) -> int:
        golds = [gold for ranking in self._by_way[setting.way].questions for gold in ranking.gold]
        return sum(out_of_reach(gold, setting.k) for gold in golds)

    def _question(self, ranking: QuestionRanking, k: int) -> QuestionResult:
        found = [gold for gold in ranking.gold if gold.rank is not None and gold.rank <= k]
        example = self.examples.get(ranking.example)
        return QuestionResult(
            example_id=ranking.example,
            question="" if example is None else search_text(example.inputs),
            found=found,
            missed=[gold for gold in ranking.gold if gold not in found],
            front=ranking.front[:k],
            scores={name: ranking.scores[f"{name}@{k}"] for name in MEASURES if f"{name}@{k}" in ranking.scores},
        )


def out_of_reach(gold: GoldRank, k: int) -> bool:
    """Whether no k chunks can hold half of a gold source."""
    return gold.fewest is None or gold.fewest > k


def setting_of(info: EvaluationInfo, label: str) -> Setting:
    """A setting of an evaluation by its label. Raises NotFoundError with the nearest ones."""
    for setting in info.settings:
        if setting.label == label:
            return setting
    raise NotFoundError("setting", label, [setting.label for setting in info.settings])


def verdict_words(pair: PairResult) -> str:
    """A comparison with the baseline in a few words: `better by 8 points (2 to 14)`."""
    if pair.difference is None or pair.low is None or pair.high is None:
        return pair.verdict
    if pair.verdict in ("better", "worse"):
        near, far = sorted((abs(pair.low), abs(pair.high)))
        return f"{pair.verdict} by {points(pair.difference)} ({point_count(near)} to {point_count(far)})"
    likely = f"{signed_points(pair.low)} to {signed_points(pair.high)}"
    if pair.verdict == "same":
        return f"same, within {points(pair.margin)} ({likely})"
    return f"cannot tell yet ({likely}): {needed_phrase(pair)}"


def _reach_words(figures: SettingFigures) -> str:
    count, k = figures.out_of_reach, figures.setting.k
    sources = "1 source is" if count == 1 else f"{count:,} sources are"
    return (
        f"{figures.setting.label}: {sources} too large for half of it to fit into {counted(k, 'chunk')}. "
        "Name a heading of it in the row, or take more or larger chunks."
    )
