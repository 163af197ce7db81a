"""All measures of an output by name: rules, the project's own rules, judges, and people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import fmean

from workbench.domain.imported import IMPORTED_VERSION
from workbench.domain.lessons import Lessons
from workbench.domain.protocols import Metric
from workbench.domain.review import Review
from workbench.domain.score import MetricInfo
from workbench.errors import InputError, NotFoundError
from workbench.judging import registry as judges
from workbench.judging.judge import Judge, Juror
from workbench.judging.taught import Taught
from workbench.metrics import registry as rules
from workbench.metrics.configured import configured
from workbench.metrics.own.metric import OwnMetric
from workbench.settings import Settings
from workbench.store import judge_lessons
from workbench.store.session import Session
from workbench.workspace.context import Context

HUMAN = MetricInfo(
    name="human",
    version="1",
    kind="pass_fail",
    direction="higher",
    title="People said pass",
    meaning="Share of reviewed answers that reviewers passed. Answers marked unsure, or not reviewed, do not count.",
)


def for_estimates(verdicts: Iterable[Review]) -> list[Review]:
    """The verdicts that rates may rest on: those on answers drawn at random, and what settled a disagreement on one.

    Answers that were chosen for a reason, to learn from, say nothing of the others.
    """
    every = list(verdicts)
    drawn = {review.trial_id for review in every if review.purpose == "estimate" and not review.gold}
    return [r for r in every if (r.trial_id in drawn if r.gold else r.purpose == "estimate")]


def passed_by_trial(verdicts: Iterable[Review]) -> dict[str, float]:
    """Per reviewed trial the share of its reviewers who passed it. Unsure counts neither way.

    Where a disagreement was settled, that verdict counts in place of the others.
    """
    given: dict[str, list[float]] = {}
    settled: dict[str, float] = {}
    for review in verdicts:
        if review.verdict in {"pass", "fail"}:
            passed = 1.0 if review.verdict == "pass" else 0.0
            given.setdefault(review.trial_id, []).append(passed)
            if review.gold:
                settled[review.trial_id] = passed
    return {trial_id: settled.get(trial_id, fmean(passed)) for trial_id, passed in given.items()}


def headline(infos: Sequence[MetricInfo]) -> str:
    """The first measure of quality: pass rates before shares, those before numbers; people's verdicts only alone."""
    for kind in ("pass_fail", "share"):
        for info in infos:
            if info.kind == kind and info.name != HUMAN.name:
                return info.name
    return infos[0].name if infos else ""


def taught_judge(judge: Judge, lessons: Lessons) -> Judge:
    """The judge with lessons: another version of it."""
    return replace(judge, rubric=Taught(judge.rubric, lessons))


@dataclass(frozen=True)
class Measures:
    """What outputs can be scored by: built in, and named in `workbench.toml`."""

    settings: Settings
    root: Path | None = None
    """The project's folder, where functions of its own lie."""
    imported: Sequence[MetricInfo] = ()
    """The scores that came with the answers of an imported run."""
    lessons: Mapping[str, Lessons] = field(default_factory=dict)
    """What experts taught, by judge, as far as it is in force."""

    @classmethod
    def of(cls, context: Context, session: Session, imported: Sequence[MetricInfo] = ()) -> Measures:
        """The measures of a project, its judges with what is in force of what they were taught."""
        return cls(context.settings, context.root, imported, judge_lessons.in_force(session))

    def metric(self, name: str) -> Metric:
        """A rule by name. A rule of the project may not take the name of a built-in one."""
        own = self.settings.metrics
        if name not in own:
            try:
                return rules.metric(name)
            except NotFoundError as error:
                raise NotFoundError("metric", name, self.metric_names()) from error
        if name in rules.names():
            raise InputError(
                f"[metrics.{name}] takes the name of a built-in metric.", hint="Rename it in workbench.toml."
            )
        return configured(name, own[name], self.root)

    def require_ready(self, names: Iterable[str]) -> None:
        """Raise InputError or UnavailableError where a rule is code of the project's own that cannot be called."""
        for name in names:
            found = self.metric(name)
            if isinstance(found, OwnMetric):
                found.require_ready()

    def has_own_code(self, names: Iterable[str]) -> bool:
        """Whether any of these rules is code of the project's own, which only its own machine has."""
        return any(isinstance(self.metric(name), OwnMetric) for name in names)

    def judge(self, name: str) -> Judge:
        """A judge by name, with the options that `[judges.NAME]` gives it and what it was taught."""
        judge = self.untaught_judge(name)
        lessons = self.lessons.get(name)
        return judge if lessons is None else taught_judge(judge, lessons)

    def untaught_judge(self, name: str) -> Judge:
        """A judge by name, with the options that `[judges.NAME]` gives it, and nothing that it was taught."""
        options = self.settings.judges.get(name)
        if options is None:
            try:
                return judges.judge(name)
            except NotFoundError as error:
                raise NotFoundError("judge", name, self.judge_names()) from error
        return judges.judge(
            name,
            rubric=options.rubric,
            criteria=options.criteria,
            jurors=[self._juror(model) for model in options.models],
            votes=options.votes,
            reasons_first=options.reasons_first,
        )

    def _juror(self, model: str) -> Juror:
        spec = self.settings.models.get(model)
        return Juror(model, model) if spec is None else Juror(model, spec.model, spec.parameters)

    def metric_names(self) -> Sequence[str]:
        """The names of all rules."""
        return [*rules.names(), *(name for name in self.settings.metrics if name not in rules.names())]

    def judge_names(self) -> Sequence[str]:
        """The names of all judges."""
        return list(dict.fromkeys([*judges.names(), *self.settings.judges]))

    def all(self) -> Sequence[MetricInfo]:
        """What every measure means, rules first."""
        return [
            *(self.metric(name).info for name in self.metric_names()),
            *(self.judge(name).info for name in self.judge_names()),
        ]

    def by_name(self, name: str) -> MetricInfo:
        """What a rule or a judge measures. Raises NotFoundError for a name that is neither."""
        try:
            return self.metric(name).info
        except NotFoundError:
            if name not in self.judge_names():
                raise NotFoundError("score", name, [*self.metric_names(), *self.judge_names()]) from None
            return self.judge(name).info

    def info(self, name: str, version: str) -> MetricInfo:
        """What a stored score means. One by a rule or judge that is not there any more keeps its name."""
        if name == HUMAN.name:
            return HUMAN
        if version == IMPORTED_VERSION:
            known = next((info for info in self.imported if info.name == name), None)
            return known or MetricInfo(name, version, "number", "higher", name, "As the tool gave it.")
        for find in (self.metric, self.judge):
            try:
                return replace(find(name).info, version=version)
            except InputError:
                continue
        return MetricInfo(name, version, "number", "higher", name, "Not defined in this project any more.")
