"""Computing scores again from the answers in the evidence, and telling where they are not what it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from math import isclose
from pathlib import Path

from workbench.domain.dataset import Example
from workbench.domain.evidence import Measured, MeasuredArm, MeasuredMetric, MeasuredTrial
from workbench.domain.index import RetrievedChunk
from workbench.domain.protocols import Metric
from workbench.domain.score import Scored, ScoreInput
from workbench.errors import InputError
from workbench.metrics import registry as rules
from workbench.metrics.configured import configured
from workbench.metrics.own.metric import OwnMetric
from workbench.settings import Settings

SAME = 1e-9
"""Two computers may differ in the last bits of a number."""
NAMED = 3


@dataclass(frozen=True)
class Recomputed:
    """Evidence with the scores that computing again gave, and what came to light by that."""

    measured: Measured
    problems: tuple[str, ...]
    """Scores that are not what the answers give."""
    notes: tuple[str, ...]
    """What could not be computed again."""


@dataclass(frozen=True)
class OwnProject:
    """A project whose code may be called, because the user named it."""

    root: Path
    settings: Settings


def recomputed(measured: Measured, project: OwnProject | None = None) -> Recomputed:
    """Score all answers again by every rule of today in the version that scored them.

    Code of a project is called only where the user named that project: evidence can name no code to be called.
    """
    chosen: dict[str, Metric] = {}
    notes: list[str] = []
    for name, metric in measured.metrics.items():
        found, why = _again(name, metric, project)
        if found is not None:
            chosen[name] = found
        else:
            notes.append(why)
    if any(trial.people for arm in measured.arms for trial in arm.trials):
        notes.append("What people said cannot be computed again: it is as the evidence's hash says.")
    notes += [_of_baseline(baseline.title) for baseline in measured.baselines if baseline.arms]
    arms: list[MeasuredArm] = []
    problems: list[str] = []
    for arm in measured.arms:
        again, wrong = _arm(measured, arm, chosen)
        arms.append(again)
        problems += wrong
    return Recomputed(replace(measured, arms=tuple(arms)), tuple(problems), tuple(notes))


def _of_baseline(title: str) -> str:
    return (
        f"The scores of {title}, which it is compared with, cannot be computed again: its answers are not in this evidence, "
        "and its scores are as the evidence's hash says."
    )


def _again(name: str, metric: MeasuredMetric, project: OwnProject | None) -> tuple[Metric | None, str]:
    """The rule that computes a score again, or why there is none."""
    bound = "its scores are as the evidence's hash says."
    if metric.source == "judge":
        return None, f"What judge {name} said cannot be computed again: {bound}"
    if metric.source == "gone":
        return None, f"{name} is not known any more: {bound}"
    found: Metric | None = None
    if metric.source == "own code":
        if project is None or name not in project.settings.metrics:
            return None, f"{name} is code of the project's own, which is not at hand here: {bound}"
        with suppress(InputError):
            found = configured(name, project.settings.metrics[name], project.root)
        if not isinstance(found, OwnMetric):
            return None, f"{name} is code of the project's own, which is not at hand here: {bound}"
    elif metric.source == "configured":
        with suppress(InputError):
            found = None if metric.options.get("kind") == "python" else configured(name, metric.options)
    else:
        with suppress(InputError):
            found = rules.metric(name)
    if found is None:
        return None, f"{name} cannot be set up as the evidence says: {bound}"
    if found.info.version != metric.info.version:
        return None, f"{name} was scored by version {metric.info.version}, here it is {found.info.version}: {bound}"
    return found, ""


def _arm(measured: Measured, arm: MeasuredArm, metrics: Mapping[str, Metric]) -> tuple[MeasuredArm, Iterator[str]]:
    rows = {example.id: example for example in measured.examples}
    trials: list[MeasuredTrial] = []
    wrong: dict[str, list[str]] = {}
    for trial in arm.trials:
        given = _given(measured, arm, trial, rows.get(trial.example))
        if given is None:
            trials.append(trial)
            continue
        scores = dict(trial.scores)
        for name in metrics.keys() & scores.keys():
            result = metrics[name].score(given)
            value = result.value if isinstance(result, Scored) else None
            if not _alike(scores[name], value):
                place = trial.example if arm.repeats == 1 else f"{trial.example} answer {trial.repeat}"
                wrong.setdefault(name, []).append(f"{place}: {_shown(scores[name])}, computed {_shown(value)}")
            scores[name] = value
        trials.append(replace(trial, scores=scores))
    told = (_told(arm.label, name, wrong[name]) for name in metrics if name in wrong)
    return replace(arm, trials=tuple(trials)), told


def _given(measured: Measured, arm: MeasuredArm, trial: MeasuredTrial, example: Example | None) -> ScoreInput | None:
    """What rules look at; None for an answer that did not come, or is not in the evidence."""
    content = arm.content
    if trial.failed or trial.answer is None or example is None or content is None:
        return None
    return ScoreInput(
        example=example,
        completion=trial.answer,
        prompt=content if content.retrieval == arm.retrieval else replace(content, retrieval=arm.retrieval),
        sources=tuple(
            RetrievedChunk(measured.chunks[one.chunk], one.rank, one.score)
            for one in trial.shown
            if one.chunk in measured.chunks
        ),
        cost_usd=trial.cost_usd,
        retrieval_ms=trial.retrieval_ms,
        cold_start=trial.cold_start,
        gold=measured.gold.get(arm.index or "", {}).get(trial.example),
    )


def _told(arm: str, name: str, found: list[str]) -> str:
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return f"Scores of {arm} by {name} are not what its answers give: {'; '.join(found[:NAMED])}{more}."


def _alike(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return isclose(first, second, rel_tol=SAME, abs_tol=SAME)


def _shown(value: float | None) -> str:
    return "unscored" if value is None else f"{value:g}"
