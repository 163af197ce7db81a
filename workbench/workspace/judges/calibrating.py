"""Making a judge's calibration from what a run has stored."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.dataset import Example
from workbench.domain.imported import IMPORTED_VERSION
from workbench.domain.review import Review
from workbench.domain.run import RunPlan, TrialOutput
from workbench.domain.score import MetricInfo
from workbench.errors import InputError, NotFoundError
from workbench.stats.correlation import spearman
from workbench.stats.intervals import Interval
from workbench.stats.numbers import amount, percent
from workbench.store import judge_lessons, judge_versions, reviews, runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.comparison.answers import Answer, Answers
from workbench.workspace.context import Context
from workbench.workspace.judges.calibration import BAR, THRESHOLD, Calibration, JudgedAnswer, VersionLine, rates
from workbench.workspace.judges.consistency import consistency
from workbench.workspace.judges.judged import how_judged
from workbench.workspace.judges.labels import labels_of
from workbench.workspace.measures import Measures

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class JudgedCase:
    """An answer with its question and what people said of it, to be read beside the judge's verdict."""

    example: Example
    answer: Answer
    reviews: Sequence[Review]


def judged_case(context: Context, trial_id: str) -> JudgedCase:
    """One answer. Raises NotFoundError for an id that has none."""

    def query(session: Session) -> tuple[TrialOutput, Example, Sequence[Review]]:
        output = trials.output(session, trial_id)
        if output is None:
            raise NotFoundError("answer", trial_id)
        (example,) = runs.plan_for(session, output.run, [output.example_id]).examples
        return output, example, reviews.of_run(session, output.run)

    output, example, given = context.read(query)
    beside = Answers(context).to_example(output.run, output.example_id, output.repeat)
    answer = next(one for one in beside if one.output is not None and one.output.trial_id == trial_id)
    return JudgedCase(example, answer, [review for review in given if review.trial_id == trial_id])


def calibrate(
    context: Context,
    session: Session,
    run: str,
    judge: str,
    *,
    bar: float | None = None,
    threshold: float | None = None,
) -> Calibration:
    """A judge's verdicts on a run's answers against people's; see `Judges.check`."""
    bar = bar_of(context, judge) if bar is None else bar
    if not 0 < bar < 1:
        raise InputError(f"A bar is a share above 0 and below 1, not {bar}.", hint="The default is 0.85.")
    plan, frame = runs.plan(session, run), scores.frame(session, run)
    rows = frame[frame["metric"] == judge]
    if not len(rows):
        raise NotFoundError(
            "score",
            judge,
            sorted(set(frame["metric"])),
            hint=f"Have it judge the stored answers first: workbench score {run} --judge {judge}",
        )
    measures = _measures(context, session, plan)
    (about,) = how_judged(session, plan, rows, measures)
    counted = rows.loc[~rows["stale"], "metric_version"].iloc[0]
    info = measures.info(judge, counted)
    line = _threshold(info, rows, threshold)
    labels, taught = labels_of(session, run), judge_lessons.taught(session, judge)
    places = _Places(plan, trials.frame(session, run))
    said = scores.by_version(session, run, judge)
    by_version = {
        str(version): _answers(group, places, labels.without(taught.get(str(version), frozenset())), info, line)
        for version, group in said.groupby("metric_version")
    }
    answers = by_version[counted]
    numbers = judge_versions.numbers(session)
    lines = [
        VersionLine(
            label=_label(judge, version, numbers.get((judge, version))),
            current=version == counted,
            rates=rates(of_version),
            cost_per_verdict=_cost(said[said["metric_version"] == version]),
        )
        for version, of_version in by_version.items()
    ]
    return Calibration(
        run=run,
        judge=judge,
        about=about,
        pass_means=_meaning(info, line),
        bar=bar,
        answers=tuple(answers),
        split=labels.split,
        versions=tuple(sorted(lines, key=lambda one: not one.current)),
        consistency=consistency(session, run, judge, counted, line),
        with_length=_with_length(session, run, answers),
        to_learn=labels.to_learn,
        version=str(counted),
        taught=sum(one.trial_id in taught.get(counted, ()) and one.trial_id in labels.good for one in answers),
    )


def checkable(context: Context, session: Session, run: str) -> Sequence[str]:
    """The scores of a run that can be set against people's verdicts, those by judges first."""
    plan, frame = runs.plan(session, run), scores.frame(session, run)
    measures = _measures(context, session, plan)
    found = []
    for about in how_judged(session, plan, frame, measures):
        rows = frame[(frame["metric"] == about.name) & ~frame["stale"]]
        if about.is_judge or _gives_shares(measures.info(about.name, rows["metric_version"].iloc[0]), rows):
            found.append((not about.is_judge, about.name))
    return [name for _, name in sorted(found)]


def bar_of(context: Context, judge: str) -> float:
    """The share of passes, and of failures, that a judge has to catch, by `[judges.NAME]`."""
    settings = context.settings.judges.get(judge)
    return BAR if settings is None or settings.bar is None else settings.bar


def _measures(context: Context, session: Session, plan: RunPlan) -> Measures:
    return Measures.of(context, session, () if plan.imported is None else plan.imported.measures)


class _Places:
    """Where a trial belongs: its arm, example and tags."""

    def __init__(self, plan: RunPlan, frame: pd.DataFrame) -> None:
        tags = {example.id: example.tags for example in plan.examples}
        columns = (frame[name] for name in ("trial_id", "arm", "example_id"))
        self.by_trial = {
            trial: (arm, example, tags.get(example, ())) for trial, arm, example in zip(*columns, strict=True)
        }


def _answers(
    rows: pd.DataFrame, places: _Places, good: Mapping[str, bool], info: MetricInfo, threshold: float
) -> list[JudgedAnswer]:
    columns = (rows[name] for name in ("trial_id", "value", "reason"))
    found = []
    for trial, score, reason in zip(*columns, strict=True):
        if trial not in places.by_trial:
            continue
        arm, example, tags = places.by_trial[trial]
        value = None if score is None or math.isnan(score) else float(score)
        found.append(
            JudgedAnswer(
                trial_id=trial,
                example_id=example,
                arm=arm,
                tags=tuple(tags),
                passed=None if value is None else _passes(value, info, threshold),
                good=good.get(trial),
                value=value,
                reason=reason if isinstance(reason, str) else "",
            )
        )
    return found


def _with_length(session: Session, run: str, answers: Sequence[JudgedAnswer]) -> Interval | None:
    lengths = trials.lengths(session, run)
    known = [(float(lengths[one.trial_id]), one.value) for one in answers if one.value is not None]
    return spearman([length for length, _ in known], [value for _, value in known])


def _gives_shares(info: MetricInfo, rows: pd.DataFrame) -> bool:
    """Whether a half is a middle: also where a judge is not set up any more, or another tool did not say what it gave."""
    values = rows["value"].dropna()
    return info.kind != "number" or (not info.unit and len(values) > 0 and bool(values.between(0, 1).all()))


def _threshold(info: MetricInfo, rows: pd.DataFrame, given: float | None) -> float:
    """The score at which passing begins. Raises InputError for one that is no number, and where none can be guessed."""
    if given is not None:
        if not math.isfinite(given):
            raise InputError(f"A threshold is a number, not {given}.")
        return given
    if not _gives_shares(info, rows):
        raise InputError(
            f"{info.name} gives numbers, so it must be said which of them pass.", hint="Name a threshold: --threshold 4"
        )
    return THRESHOLD


def _passes(value: float, info: MetricInfo, threshold: float) -> bool:
    return value >= threshold if info.direction == "higher" else value <= threshold


def _meaning(info: MetricInfo, threshold: float) -> str:
    size = percent(threshold) if 0 < threshold < 1 and not info.unit else amount(threshold, info.unit)
    return f"A score of {size} or {'more' if info.direction == 'higher' else 'less'} counts as passing."


def _label(judge: str, version: str, number: int | None) -> str:
    if number is not None:
        return f"{judge} v{number}"
    return judge if version == IMPORTED_VERSION else f"{judge} {version}"


def _cost(rows: pd.DataFrame) -> float | None:
    """Mean US dollars of the verdicts for which a model was asked; None as soon as one is not known."""
    asked = rows.loc[rows["model"].notna(), "cost_usd"]
    return None if not len(asked) or asked.isna().any() else float(asked.mean())
