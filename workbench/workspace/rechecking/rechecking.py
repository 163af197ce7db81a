"""Ask released prompts again on their golden sets, and hold the answers against those they were approved on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.domain.environment import ENVIRONMENTS, pointers
from workbench.domain.release import Release
from workbench.domain.run import Place, RunPlan, TrialOutput
from workbench.domain.score import MetricInfo
from workbench.errors import NotFoundError
from workbench.stats.corrections import holm
from workbench.stats.paired import PairResult, compare, judged_at
from workbench.stats.samples import ScoresByExample
from workbench.store import environments, releases, runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.measures import Measures, headline
from workbench.workspace.rechecking.recheck import Drift, Recheck
from workbench.workspace.runs.progress import Progress
from workbench.workspace.runs.runs import Runs

if TYPE_CHECKING:
    import pandas as pd

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True)
class Rechecks:
    """Watching what was released."""

    context: Context
    runs: Runs

    def targets(self, names: Sequence[str] = ()) -> Sequence[tuple[Release, str | None]]:
        """The release of each prompt that stands furthest, production first, with the environment.

        Of a prompt whose releases stand nowhere, the newest. Raises NotFoundError for a name without a release.
        """

        def query(session: Session) -> list[tuple[Release, str | None]]:
            newest = {release.prompt: release for release in releases.latest(session)}
            for name in names:
                if name not in newest:
                    raise NotFoundError("release of", name, newest)
            return [_furthest(session, newest[name]) for name in dict.fromkeys(names or newest)]

        return self.context.read(query)

    def carry_out(
        self,
        release: Release,
        environment: str | None = None,
        *,
        max_cost_usd: float | None = None,
        on_progress: OnProgress | None = None,
    ) -> Recheck:
        """Ask everything again that the release was approved on: the same rows, index and parameters, nothing replayed.

        The answers are a run of their own. Stops before it would spend more than `max_cost_usd` or a budget of the project.
        """
        nothing = Recheck(release, environment, None, (), "")
        basis = release.evidence.run
        if basis is None:
            return replace(nothing, left_out=("It was approved without a run.",))
        try:
            plan = self.context.read(lambda s: _plan(s, basis, release))
        except NotFoundError:
            return replace(nothing, left_out=(f"The run {basis} that it was approved on is gone.",))
        labels = [arm.label for arm in plan.arms]
        digest = self.context.read(lambda s: trials.answers_digest(s, basis, labels))
        if not labels or release.evidence.run_hash not in (None, digest):
            return replace(nothing, left_out=(f"The answers of run {basis} are not those that it was approved on.",))
        job = self.runs.start(replace(plan, max_cost_usd=max_cost_usd))
        summary = job.watch(on_progress)
        found = self._compared(nothing, plan, basis, job.run)
        found = replace(found, missing=summary.planned - summary.done, cost_usd=summary.cost_usd)

        def record(session: Session) -> None:
            what = f"{release.prompt} {release.version}"
            self.context.record(session, "release rechecked", what, run=job.run, outcome=found.outcome)

        self.context.write_patiently(record)
        return found

    def _compared(self, found: Recheck, plan: RunPlan, basis: str, fresh: str) -> Recheck:
        labels = [arm.label for arm in plan.arms]

        def query(session: Session) -> tuple[_Side, _Side, Measures]:
            return _side(session, basis, labels), _side(session, fresh, labels), Measures.of(self.context, session)

        then, now, measures = self.context.read(query)
        infos, left_out = _comparable(measures, then, now)
        clusters = {example.id: example.cluster for example in plan.examples if example.cluster is not None}
        both = then.answers.keys() & now.answers.keys()
        return replace(
            found,
            run=fresh,
            drifts=_drifts(labels, infos, then, now, clusters),
            headline=headline(infos),
            answers=len(both),
            identical=sum(then.answers[place].completion.text == now.answers[place].completion.text for place in both),
            models=_renamed(labels, then, now),
            left_out=left_out,
        )


@dataclass(frozen=True)
class _Side:
    """What some arms of a run answered, and what was said of it."""

    answers: Mapping[Place, TrialOutput]
    values: Mapping[tuple[str, str], ScoresByExample]
    """By arm and metric."""
    versions: Mapping[str, str]
    """By metric."""


def _furthest(session: Session, newest: Release) -> tuple[Release, str | None]:
    standing = pointers(environments.steps(session, newest.prompt))
    for environment in reversed(ENVIRONMENTS):
        version = standing[environment]
        release = None if version is None else releases.by_version(session, newest.prompt, version)
        if release is not None:
            return release, environment
    return newest, None


def _plan(session: Session, run: str, release: Release) -> RunPlan:
    """The plan of the evidence for the released version alone, as it was, except that nothing is replayed."""
    plan = runs.plan(session, run)
    wanted = (release.prompt, release.number)
    arms = tuple(arm for arm in plan.arms if (arm.prompt.name, arm.prompt.number) == wanted)
    return replace(plan, arms=arms, use_cache=False, stop_early=None, confirms=None, executor=None)


def _side(session: Session, run: str, labels: Sequence[str]) -> _Side:
    frame = scores.frame(session, run)
    counted = frame[frame["arm"].isin(labels) & ~frame["stale"] & frame["value"].notna()]
    outputs = [output for output in trials.outputs(session, run) if output.arm in labels]
    return _Side(
        answers={(output.arm, output.example_id, output.repeat): output for output in outputs},
        values=_values(counted),
        versions=dict(zip(counted["metric"], counted["metric_version"], strict=True)),
    )


def _values(counted: pd.DataFrame) -> dict[tuple[str, str], dict[str, list[float]]]:
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    columns = (counted[name].tolist() for name in ("arm", "metric", "example_id", "value"))
    for arm, metric, example, value in zip(*columns, strict=True):
        found.setdefault((arm, metric), {}).setdefault(example, []).append(value)
    return found


def _comparable(measures: Measures, then: _Side, now: _Side) -> tuple[list[MetricInfo], list[str]]:
    """The metrics that measured both sides in the same way, and why the others are left out."""
    infos, left_out = [], []
    for metric, version in then.versions.items():
        if now.versions.get(metric) == version:
            infos.append(measures.info(metric, version))
        elif metric in now.versions:
            left_out.append(f"{metric} is measured in another way now, so it is not compared.")
        else:
            left_out.append(f"{metric} has no score now, so it is not compared.")
    return infos, left_out


def _drifts(
    labels: Sequence[str], infos: Sequence[MetricInfo], then: _Side, now: _Side, clusters: Mapping[str, str]
) -> list[Drift]:
    """Every arm by every measure. Many are looked at, so that quality counts as changed only after Holm's correction."""
    found = [
        Drift(label, info, _paired(then.values[label, info.name], now.values[label, info.name], info, clusters))
        for label in labels
        for info in infos
        if (label, info.name) in then.values and (label, info.name) in now.values
    ]
    quality = [n for n, drift in enumerate(found) if drift.is_quality and drift.result.p_value is not None]
    adjusted = holm([found[n].result.p_value or 0.0 for n in quality])
    for n, p_value in zip(quality, adjusted, strict=True):
        result = judged_at(found[n].result, p_value, found[n].info.direction)
        found[n] = replace(found[n], result=replace(result, comparisons=len(quality)))
    return found


def _paired(then: ScoresByExample, now: ScoresByExample, info: MetricInfo, clusters: Mapping[str, str]) -> PairResult:
    return compare(then, now, kind=info.kind, direction=info.direction, clusters=clusters)


def _renamed(labels: Sequence[str], then: _Side, now: _Side) -> dict[str, tuple[list[str], list[str]]]:
    """The names that providers gave their models, where those of now were not among those of then."""
    named = {}
    for label in labels:
        before, after = (
            sorted({output.completion.model for output in side.answers.values() if output.arm == label})
            for side in (then, now)
        )
        if set(after) - set(before):
            named[label] = (before, after)
    return named
