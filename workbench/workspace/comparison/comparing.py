"""Making a comparison from what a run has stored."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from workbench.domain.dataset import Example
from workbench.domain.index import IndexInfo
from workbench.domain.review import Review
from workbench.domain.run import RunInfo, RunPlan
from workbench.domain.score import MetricInfo
from workbench.errors import NotFoundError
from workbench.formats.dataset_ids import DERIVED_PREFIX
from workbench.hashing import content_hash, short
from workbench.stats.summary import mean_with_interval
from workbench.store import audit, indexes, reviews, runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.comparison.arm_changes import Changed, arm_changes
from workbench.workspace.comparison.arm_pairs import ArmPairs, failed_by_arm
from workbench.workspace.comparison.causes import Difference, difference
from workbench.workspace.comparison.comparison import ArmFigure, Comparison, MetricFigure
from workbench.workspace.comparison.corrected import ByArm, corrected_rates
from workbench.workspace.comparison.example_marks import marks
from workbench.workspace.comparison.examples import ExampleChange, Slice, example_changes, slices
from workbench.workspace.comparison.in_pairs import InPairs, in_pairs
from workbench.workspace.comparison.integrity import Fact, integrity
from workbench.workspace.comparison.safety_summary import ArmSafety, attacked, safety
from workbench.workspace.context import Context
from workbench.workspace.goldens.question_line import question_line
from workbench.workspace.judges.judged import Judged, how_judged
from workbench.workspace.measures import HUMAN, Measures, for_estimates, headline, passed_by_trial
from workbench.workspace.runs.confirming import confirmation, confirmation_plan, winner
from workbench.workspace.runs.names import find_arm

if TYPE_CHECKING:
    import pandas as pd


LONGEST_QUESTION = 60
"""Characters of a question that stand beside an id."""


@dataclass(frozen=True)
class Comparisons:
    """Compares runs."""

    context: Context

    def of_run(self, run: str, *, baseline: str | None = None, metrics: Sequence[str] = ()) -> Comparison:
        """Compare the arms of a stored run.

        `baseline` is an arm's label or the beginning of one; without it, the first arm. `metrics` limits which
        are shown; the first of them is the headline.
        """

        def query(session: Session) -> _Stored:
            plan = runs.plan(session, run)
            labels = [arm.label for arm in plan.arms]
            chosen = labels[0] if baseline is None else find_arm(labels, baseline)
            imported = () if plan.imported is None else plan.imported.measures
            measures = Measures.of(self.context, session, imported)
            found = scores.frame(session, run)
            judged = how_judged(session, plan, found, measures)
            return _Stored(
                info=runs.info(session, run),
                plan=plan,
                baseline=chosen,
                shown=trials.shown_alike(session, run, chosen) if labels[1:] else {},
                word_for_word=trials.answered_alike(session, run, chosen) if labels[1:] else frozenset(),
                trials=trials.frame(session, run),
                scores=found,
                reviews=reviews.of_run(session, run),
                measures=measures,
                judged=judged,
                corrected=corrected_rates(session, run, found, judged, _infos(found, measures)),
                judging_usd=scores.judging_costs(session, run),
            )

        stored = self.context.read(query)
        plan, chosen = stored.plan, stored.baseline
        clusters = {e.id: e.cluster for e in plan.examples if e.cluster is not None}
        scored = _scored(stored.scores, stored.measures, clusters)
        _add_reviews(scored, stored.trials, stored.reviews)
        names = _names(plan, scored.infos, metrics)
        ordered = [chosen, *(arm.label for arm in plan.arms if arm.label != chosen)]
        arms = [
            replace(_arm(plan, label, names, stored, scored), judges_usd=stored.judging_usd.get(label, 0.0))
            for label in ordered
        ]
        settled_at = None if plan.stop_early is None else self.context.read(lambda s: runs.summary(s, run)).settled_at
        compared = ArmPairs(
            plan,
            ordered,
            scored.values,
            clusters,
            failed_by_arm(stored.trials),
            settled_at,
            replayed={arm.label: arm.replayed for arm in arms},
            word_for_word=stored.word_for_word,
        )
        pairs = compared.figures([scored.infos[name] for name in names])
        shown = metrics[0] if metrics else headline([scored.infos[name] for name in names])
        differences = _differences(plan, chosen, stored.shown)
        found = Comparison(
            stored.info, len(plan.examples), chosen, shown, arms, pairs, scored.values, differences, stored.judged
        )
        asked = {e.id: question_line(e, LONGEST_QUESTION) for e in plan.examples if e.id.startswith(DERIVED_PREFIX)}
        found = replace(found, settled_at=settled_at, confirms=plan.confirms, questions=asked)
        return self._with_confirmations(found)

    def confirmation_plan(self, comparison: Comparison, metric: str | None = None) -> RunPlan:
        """The plan of a fresh run of the winner and the baseline: all rows, as often, and nothing replayed.

        Raises InputError where no lead is in doubt.
        """
        plan = self.context.read(lambda s: runs.plan(s, comparison.run.id))
        return confirmation_plan(comparison, plan, metric or comparison.headline)

    def _with_confirmations(self, comparison: Comparison) -> Comparison:
        """With what a fresh run of the winner says of its lead, where there is one."""
        leads = {name: lead for name in comparison.arms[0].metrics if (lead := winner(comparison, name)) is not None}
        fresh = self.context.read(lambda s: runs.confirming(s, comparison.run.id)) if leads else None
        if fresh is None:
            return comparison
        summary, again = self.context.read(lambda s: runs.summary(s, fresh)), self.of_run(fresh)
        asked, complete = [arm.label for arm in again.arms], summary.done + summary.failed == summary.planned
        found = {
            name: confirmation(again, name, complete=complete)
            for name, lead in leads.items()
            if asked == [lead.baseline, lead.arm]
        }
        return replace(comparison, confirmations=found)

    def in_pairs(self, run: str) -> InPairs:
        """What judges and people said of a run's answers two at a time; nobody is asked."""
        return in_pairs(self.context, run)

    def examples(self, comparison: Comparison, arm: str, metric: str) -> Sequence[ExampleChange]:
        """How every example of the run fared in an arm against the baseline, what got worse first."""
        run = comparison.run.id

        def query(session: Session) -> tuple[Sequence[Example], Any, Any]:
            return (
                runs.plan(session, run).examples,
                trials.frame(session, run),
                scores.frame(session, run, metric=metric),
            )

        examples, asked, scored = self.context.read(query)
        return example_changes(comparison, examples, arm, metric, marks(comparison, arm, metric, asked, scored))

    def safety(self, comparison: Comparison) -> Sequence[ArmSafety]:
        """How the arms stood up to the golden set's attacks; empty where it has none. Cheap for most runs."""
        if not attacked(comparison):
            return ()
        plan = self.context.read(lambda s: runs.plan(s, comparison.run.id))
        return safety(comparison, plan.examples)

    def slices(self, comparison: Comparison, metric: str, arm: str) -> Sequence[Slice]:
        """The arms' means for every tag of the run's golden set, the largest slices first, `arm` set against the baseline."""
        plan = self.context.read(lambda s: runs.plan(s, comparison.run.id))
        return slices(comparison, plan.examples, metric, arm)

    def integrity(self, comparison: Comparison, metric: str) -> Sequence[Fact]:
        """How much of the run stands behind its figures. Cheap."""
        return integrity(comparison, metric, self.context.read(lambda s: runs.summary(s, comparison.run.id)))

    def changes(self, comparison: Comparison, arm: str) -> Sequence[Changed]:
        """What differs between the baseline and an arm; nothing where another tool carried the run out and did not say."""

        def query(session: Session) -> Sequence[Changed]:
            plan = runs.plan_for(session, comparison.run.id, [])
            if plan.imported is not None:
                return []
            arms = {one.label: one for one in plan.arms}
            return arm_changes(arms[comparison.baseline], arms[arm], partial(_index, session))

        return self.context.read(query)

    def revision(self, run: str) -> str:
        """A text that changes when anything is stored, or set up, that a comparison of the run shows. Cheap."""
        settings = short(content_hash(repr(self.context.settings)))

        def query(session: Session) -> str:
            length, _ = audit.head(session)
            return "-".join(str(part) for part in (*runs.stored(session, run), length, settings))

        return self.context.read(query)


@dataclass(frozen=True)
class _Stored:
    """What a comparison rests on, as it is stored."""

    info: RunInfo
    plan: RunPlan
    baseline: str
    shown: Mapping[str, tuple[int, int]]
    word_for_word: frozenset[str]
    trials: pd.DataFrame
    scores: pd.DataFrame
    reviews: Sequence[Review]
    measures: Measures
    judged: Sequence[Judged]
    judging_usd: Mapping[str, float | None]
    corrected: ByArm


def _index(session: Session, fingerprint: str) -> IndexInfo | None:
    """What is known of an index; None when it was removed since."""
    with suppress(NotFoundError):
        return indexes.by_fingerprint(session, fingerprint)
    return None


@dataclass(frozen=True)
class _Scored:
    """The scores of a run, sorted for comparing."""

    values: dict[tuple[str, str], dict[str, list[float]]]
    unscored: dict[tuple[str, str], int]
    infos: dict[str, MetricInfo]
    clusters: Mapping[str, str]


def _differences(plan: RunPlan, baseline: str, shown: Mapping[str, tuple[int, int]]) -> dict[str, Difference]:
    if plan.imported is not None:  # the other tool says too little of what its arms differ in
        return {}
    arms = {arm.label: arm for arm in plan.arms}
    return {
        label: difference(arms[baseline], arms[label], answers=answers, other_sources=others)
        for label, (answers, others) in shown.items()
    }


def _infos(frame: pd.DataFrame, measures: Measures) -> dict[str, MetricInfo]:
    """What the scores that count mean, by name."""
    counted = frame.loc[~frame["stale"], ["metric", "metric_version"]].drop_duplicates()
    return {metric: measures.info(metric, version) for metric, version in counted.itertuples(index=False)}


def _scored(frame: pd.DataFrame, measures: Measures, clusters: Mapping[str, str]) -> _Scored:
    found = _Scored({}, {}, _infos(frame, measures), clusters)
    counted = frame[~frame["stale"]]
    columns = (counted[name].tolist() for name in ("arm", "example_id", "metric", "value"))
    for arm, example, metric, value in zip(*columns, strict=True):
        if value is None or math.isnan(value):
            found.unscored[arm, metric] = found.unscored.get((arm, metric), 0) + 1
        else:
            found.values.setdefault((arm, metric), {}).setdefault(example, []).append(float(value))
    return found


def _add_reviews(scored: _Scored, frame: pd.DataFrame, verdicts: Sequence[Review]) -> None:
    """Reviews as one more measure: per trial the share of its reviewers who passed it."""
    if not verdicts:
        return
    place = {
        t: (arm, example) for t, arm, example in zip(frame["trial_id"], frame["arm"], frame["example_id"], strict=True)
    }
    passed_by = {trial: passed for trial, passed in passed_by_trial(for_estimates(verdicts)).items() if trial in place}
    for trial, passed in passed_by.items():
        arm, example = place[trial]
        scored.values.setdefault((arm, HUMAN.name), {}).setdefault(example, []).append(passed)
    if passed_by:
        agreed = all(passed in {0.0, 1.0} for passed in passed_by.values())
        scored.infos[HUMAN.name] = HUMAN if agreed else replace(HUMAN, kind="share")


def _names(plan: RunPlan, infos: Mapping[str, MetricInfo], wanted: Sequence[str]) -> list[str]:
    if wanted:
        for name in wanted:
            if name not in infos:
                raise NotFoundError("score", name, infos, hint="Score the run with it first: `workbench score`.")
        return list(dict.fromkeys(wanted))
    imported = () if plan.imported is None else plan.imported.measures
    planned = [name for name in (*(info.name for info in imported), *plan.metrics, *plan.judges) if name in infos]
    return [*planned, *(name for name in infos if name not in planned)]


def _arm(
    plan: RunPlan,
    label: str,
    names: Sequence[str],
    stored: _Stored,
    scored: _Scored,
) -> ArmFigure:
    arm, frame = plan.arm(label), stored.trials
    rows = frame[frame["arm"] == label]
    done = rows[rows["status"] == "done"]
    latency, searches = done.loc[~done["cold_start"], "latency_ms"].dropna(), done["retrieval_ms"].dropna()
    return ArmFigure(
        label=label,
        prompt=arm.prompt.name,
        version=arm.prompt.number,
        model=arm.model.alias,
        planned=len(plan.examples) * plan.repeats,
        done=len(done),
        failed=len(rows) - len(done),
        cost_usd=_known_sum(done["cost_usd"]),
        prompt_tokens=_known_int(done["prompt_tokens"]),
        completion_tokens=_known_int(done["completion_tokens"]),
        p50_ms=_quantile(latency, 0.5),
        p95_ms=_quantile(latency, 0.95),
        retrieval_p50_ms=_quantile(searches, 0.5),
        retrieval_p95_ms=_quantile(searches, 0.95),
        variant=arm.variant,
        replayed=int(done["cache_hit"].sum()),
        cold_starts=int(done["cold_start"].sum()),
        metrics={
            name: MetricFigure(
                info=scored.infos[name],
                version=scored.infos[name].version,
                mean=mean_with_interval(
                    scored.values.get((label, name), {}), kind=scored.infos[name].kind, clusters=scored.clusters
                ),
                unscored=scored.unscored.get((label, name), 0),
                corrected=stored.corrected.get((label, name)),
            )
            for name in names
        },
    )


def _quantile(column: pd.Series[Any], share: float) -> float | None:
    return float(column.quantile(share)) if len(column) else None


def _known_sum(column: pd.Series[Any]) -> float | None:
    """The sum where every value is known; None as soon as one is not: a part is not the whole."""
    return None if not len(column) or column.isna().any() else float(column.sum())


def _known_int(column: pd.Series[Any]) -> int | None:
    total = _known_sum(column)
    return None if total is None else round(total)
