"""Making the evidence of a version: everything that a run measured of it, so that all of it can be computed again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.domain.evidence import (
    Figure,
    JudgeTrust,
    Measured,
    MeasuredArm,
    MeasuredIndex,
    MeasuredMetric,
    MeasuredRun,
    MeasuredTrial,
    MetricSource,
    ShownChunk,
)
from workbench.domain.index import Chunk
from workbench.domain.prompt_version import PromptVersion
from workbench.domain.review import Review
from workbench.domain.run import Arm, RunInfo, RunPlan, TrialOutput
from workbench.errors import InputError, NotFoundError
from workbench.hashing import bytes_hash, content_hash
from workbench.metrics import registry as rules
from workbench.metrics.own import table as own_table
from workbench.stats.intervals import Interval
from workbench.stats.summary import mean_with_interval
from workbench.store import datasets, indexes, judge_lessons, judge_versions, reviews, runs, scores, trials
from workbench.store.codec import encode, restore
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.evaluations.gold import gold_of
from workbench.workspace.gates.baselines import BaselineFinder
from workbench.workspace.gates.fixing import gates_of_now
from workbench.workspace.gates.samples import Samples
from workbench.workspace.judges.calibrating import bar_of, calibrate
from workbench.workspace.measures import HUMAN, Measures, for_estimates
from workbench.workspace.runs.names import find_arm

if TYPE_CHECKING:
    import pandas as pd

READ_AT_ONCE = 500


def measured(
    context: Context, version: PromptVersion, run: str, *, answers: bool = True, arm: str | None = None
) -> Measured:
    """The evidence about a version in a run that asked it.

    `arm` is the label of one of its arms, or the beginning of one. Without it, the arm on the model that the version
    names, or else all of them. Without `answers` it is enough to judge by, and much smaller. Raises NotFoundError where
    the run has no arm of the version.
    """
    gates = gates_of_now(context)
    made = context.read(lambda session: _Making(context, session, version, run, arm).make(answers=answers))
    made = replace(made, gates=gates)
    if not answers:
        return made
    plan = context.read(lambda session: runs.plan(session, run))
    wanted = {one.index for one in made.arms}
    gold = gold_of(context, replace(plan, arms=tuple(one for one in plan.arms if one.index_fingerprint in wanted)))
    return replace(made, gold=gold, figures=figures(made))


def document(evidence: Measured) -> dict[str, Any]:
    """The evidence as a JSON document; `read_document` gives it back."""
    plain: dict[str, Any] = json.loads(encode(evidence))
    return plain


def read_document(raw: Any) -> Measured:
    """The evidence that `document` wrote. Raises IntegrityError, with the place, for anything else."""
    return restore(Measured, raw)


def digest(evidence: Measured | Mapping[str, Any]) -> str:
    """The tagged hash of all of it, or of its document: what an approval can name.

    Of a document that another version of the program wrote it is the hash that was taken then.
    """
    return bytes_hash(encode(evidence).encode())


def figures(evidence: Measured) -> Mapping[str, Mapping[str, Figure]]:
    """Means with intervals by arm and metric, computed from the scores of the rows that were answered."""
    return {arm.label: _figures(Samples(evidence), arm) for arm in evidence.arms}


def _figures(samples: Samples, arm: MeasuredArm) -> dict[str, Figure]:
    answered = replace(arm, trials=tuple(trial for trial in arm.trials if not trial.failed))
    failed, found = len(arm.trials) - len(answered.trials), dict[str, Figure]()
    for name, metric in samples.known.items():
        sampled = samples.of(answered, metric.info, samples.rows)
        mean = mean_with_interval(sampled.scores, kind=metric.info.kind, clusters=samples.clusters)
        if mean.n or name != HUMAN.name:
            found[name] = Figure(mean.mean, mean.low, mean.high, mean.n, sampled.unscored, failed)
    return found


def evaluation(evidence: Measured) -> dict[str, Any]:
    """The short figures that stand in the released prompt file."""
    by_arm = evidence.figures or figures(evidence)
    return {
        "run": evidence.run.id,
        "dataset": evidence.run.dataset_label,
        "arms": [
            {
                "model": arm.model,
                "done": sum(not trial.failed for trial in arm.trials),
                "failed": sum(bool(trial.failed) for trial in arm.trials),
                "metrics": {name: asdict(figure) for name, figure in by_arm.get(arm.label, {}).items()},
            }
            for arm in evidence.arms
        ],
    }


@dataclass(frozen=True)
class _Making:
    """Reads the evidence of one version in one run."""

    context: Context
    session: Session
    version: PromptVersion
    run: str
    arm: str | None

    def make(self, *, answers: bool) -> Measured:
        session, version = self.session, self.version
        info, plan = runs.info(session, self.run), runs.plan(session, self.run)
        chosen = self._chosen(plan)
        arms = self._arms(info, plan, [arm.label for arm in chosen])
        chunks: dict[str, Chunk] = {}
        if answers:
            contents = {arm.label: arm for arm in chosen}
            arms = tuple(_with_content(arm, contents[arm.label]) for arm in arms)
            arms = self._with_answers(arms, chunks)
        finder = BaselineFinder(session, version, info, self._scores_alone)
        names = dict.fromkeys(gate.against for gate in self.context.settings.gates.values() if gate.compares)
        return Measured(
            prompt=version.name,
            number=version.number,
            hash=version.hash,
            run=MeasuredRun(
                id=info.id,
                created_at=info.created_at,
                created_by=info.created_by,
                dataset=info.dataset,
                dataset_version=info.dataset_version,
                dataset_hash=plan.dataset_hash,
                examples=tuple(example.id for example in plan.examples),
                settled_early=runs.summary(session, self.run).settled_at is not None,
            ),
            examples=datasets.examples(session, info.dataset, info.dataset_version),
            arms=arms,
            metrics=self._metrics(arms),
            judges=self._judges(arms),
            baselines=tuple(finder.find(name, chosen) for name in names),
            indexes=self._indexes(arms),
            chunks=chunks,
        )

    def _chosen(self, plan: RunPlan) -> list[Arm]:
        own = [arm for arm in plan.arms if arm.prompt.label == self.version.label]
        if not own:
            raise NotFoundError("arm", self.version.label, [arm.label for arm in plan.arms])
        if self.arm is not None:
            label = find_arm([arm.label for arm in own], self.arm)
            return [arm for arm in own if arm.label == label]
        return [arm for arm in own if arm.model.alias == self.version.content.model] or own

    def _arms(self, info: RunInfo, plan: RunPlan, labels: Sequence[str]) -> tuple[MeasuredArm, ...]:
        """Arms of a run with what their trials came to, without answers."""
        session, wanted = self.session, set(labels)
        frame, scored = trials.frame(session, info.id), scores.frame(session, info.id)
        scored = scored[scored["arm"].isin(wanted) & ~scored["stale"]]
        by_trial, versions = _scores(scored)
        said = _verdicts(for_estimates(reviews.of_run(session, info.id)))
        taught = _taught(session, versions)
        planned = {arm.label: arm for arm in plan.arms}
        found: dict[str, list[MeasuredTrial]] = {label: [] for label in labels}
        rows = frame[frame["arm"].isin(wanted)]
        columns = (
            "trial_id",
            "arm",
            "example_id",
            "repeat",
            "status",
            "cost_usd",
            "retrieval_ms",
            "cold_start",
            "cache_hit",
            "error",
        )
        for trial_id, arm, example, repeat, status, cost, searched, cold, replayed, error in zip(
            *(rows[name].tolist() for name in columns), strict=True
        ):
            people, settled = said.get(trial_id, ({}, ""))
            found[arm].append(
                MeasuredTrial(
                    example=example,
                    repeat=int(repeat),
                    failed="" if status == "done" else str(error or "failed"),
                    cost_usd=_known(cost),
                    retrieval_ms=_known(searched),
                    cold_start=bool(cold),
                    replayed=bool(replayed),
                    scores=by_trial.get(trial_id, {}),
                    people=people,
                    settled=settled,
                    taught=taught.get(trial_id, ()),
                )
            )
        return tuple(_arm(planned[label], info, plan, versions.get(label, {}), tuple(found[label])) for label in labels)

    def _scores_alone(self, info: RunInfo, labels: Sequence[str]) -> tuple[MeasuredArm, ...]:
        return self._arms(info, runs.plan(self.session, info.id), labels)

    def _with_answers(self, arms: tuple[MeasuredArm, ...], chunks: dict[str, Chunk]) -> tuple[MeasuredArm, ...]:
        """With answers and their sources, read a few hundred at a time."""
        by_place: dict[tuple[str, str, int], TrialOutput] = {}
        wanted, after = {arm.label for arm in arms}, None
        hashes: dict[Chunk, str] = {}
        while batch := trials.outputs(self.session, self.run, after=after, limit=READ_AT_ONCE):
            by_place |= {(o.arm, o.example_id, o.repeat): o for o in batch if o.arm in wanted}
            after = batch[-1].trial_id
        for output in by_place.values():
            for found in output.retrieved:
                if found.chunk not in hashes:
                    hashes[found.chunk] = content_hash(found.chunk)
        chunks |= {key: chunk for chunk, key in sorted(hashes.items(), key=lambda item: item[1])}
        return tuple(
            replace(
                arm,
                trials=tuple(
                    _answered(trial, by_place.get((arm.label, trial.example, trial.repeat)), hashes)
                    for trial in arm.trials
                ),
            )
            for arm in arms
        )

    def _metrics(self, arms: Sequence[MeasuredArm]) -> dict[str, MeasuredMetric]:
        measures = Measures.of(self.context, self.session)
        versions = {name: version for arm in arms for name, version in arm.versions.items()}
        return {
            name: MeasuredMetric(measures.info(name, version), self._source(name), self._options(name))
            for name, version in sorted(versions.items())
        }

    def _source(self, name: str) -> MetricSource:
        settings = self.context.settings
        if name in settings.metrics:
            return "own code" if settings.metrics[name].get("kind") == own_table.KIND else "configured"
        if name in rules.names():
            return "built in"
        measures = Measures.of(self.context, self.session)
        known = {judge for judge, _ in judge_versions.numbers(self.session)}
        return "judge" if name in known or name in measures.judge_names() else "gone"

    def _options(self, name: str) -> Mapping[str, Any]:
        return self.context.settings.metrics.get(name, {})

    def _judges(self, arms: Sequence[MeasuredArm]) -> dict[str, JudgeTrust]:
        """Judges that scored, with how they fared against people on the whole run."""
        session, found = self.session, dict[str, JudgeTrust]()
        numbers = judge_versions.numbers(session)
        versions = {name: version for arm in arms for name, version in arm.versions.items()}
        for name, version in sorted(versions.items()):
            if self._source(name) != "judge":
                continue
            passes = failures = (0, 0)
            with suppress(InputError):  # a judge that gives numbers has no verdicts to hold against people's
                rates = calibrate(self.context, session, self.run, name).rates
                passes, failures = _counts(rates.passes), _counts(rates.failures)
            number = numbers.get((name, version))
            content = None if number is None else judge_versions.content(session, name, number)
            found[name] = JudgeTrust(name, version, number, content or "", bar_of(self.context, name), passes, failures)
        return found

    def _indexes(self, arms: Iterable[MeasuredArm]) -> dict[str, MeasuredIndex]:
        found: dict[str, MeasuredIndex] = {}
        for fingerprint in sorted({arm.index for arm in arms if arm.index is not None}):
            with suppress(NotFoundError):
                info = indexes.by_fingerprint(self.session, fingerprint)
                found[fingerprint] = MeasuredIndex(
                    info.name, info.settings, info.embedder_version, info.documents, info.chunks
                )
        return found


def _arm(
    arm: Arm, info: RunInfo, plan: RunPlan, versions: Mapping[str, str], found: tuple[MeasuredTrial, ...]
) -> MeasuredArm:
    return MeasuredArm(
        label=arm.label,
        prompt=arm.prompt.name,
        number=arm.prompt.number,
        hash=arm.prompt.hash,
        run=info.id,
        model=arm.model.alias,
        asked=arm.model.model,
        repeats=plan.repeats,
        parameters=arm.parameters,
        index=arm.index_fingerprint,
        versions=versions,
        trials=found,
    )


def _with_content(measured_arm: MeasuredArm, arm: Arm) -> MeasuredArm:
    return replace(measured_arm, content=arm.prompt.content, retrieval=arm.retrieval)


def _answered(trial: MeasuredTrial, output: TrialOutput | None, hashes: Mapping[Chunk, str]) -> MeasuredTrial:
    if output is None:
        return trial
    shown = tuple(ShownChunk(hashes[found.chunk], found.rank, found.score) for found in output.retrieved)
    return replace(trial, cell=output.cell_hash, answer=output.completion, shown=shown)


def _scores(
    frame: pd.DataFrame,
) -> tuple[dict[str, dict[str, float | None]], dict[str, dict[str, str]]]:
    """Scores by trial and metric, None where unscored; and versions by arm and metric."""
    by_trial: dict[str, dict[str, float | None]] = {}
    versions: dict[str, dict[str, str]] = {}
    columns = (frame[name].tolist() for name in ("trial_id", "arm", "metric", "metric_version", "value"))
    for trial, arm, metric, version, value in zip(*columns, strict=True):
        by_trial.setdefault(trial, {})[metric] = _known(value)
        versions.setdefault(arm, {})[metric] = version
    return by_trial, versions


def _verdicts(given: Iterable[Review]) -> dict[str, tuple[dict[str, str], str]]:
    """People's verdicts by trial: by reviewer, and the one that settled it."""
    found: dict[str, tuple[dict[str, str], str]] = {}
    for review in given:
        people, settled = found.get(review.trial_id, ({}, ""))
        if review.gold:
            settled = review.verdict or ""
        elif review.verdict is not None:
            people[review.reviewer] = review.verdict
        found[review.trial_id] = people, settled
    return found


def _taught(session: Session, versions: Mapping[str, Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """By trial the judges that it taught, in the versions that scored."""
    found: dict[str, tuple[str, ...]] = {}
    for name, version in sorted({pair for by_metric in versions.values() for pair in by_metric.items()}):
        for trial in judge_lessons.taught(session, name).get(version, frozenset()):
            found[trial] = (*found.get(trial, ()), name)
    return found


def _counts(rate: Interval | None) -> tuple[int, int]:
    """How many of how many a share stands for; 0 of 0 where there is none."""
    return (0, 0) if rate is None else (round(rate.estimate * rate.n), rate.n)


def _known(value: Any) -> float | None:
    """A frame's value; None where it is missing."""
    return None if value is None or value != value else float(value)  # noqa: PLR0124 (NaN differs from itself)
