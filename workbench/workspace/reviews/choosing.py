"""Which answers of a run a queue holds."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean
from typing import TYPE_CHECKING

from workbench.domain.review import Review
from workbench.domain.review_queue import (
    Disagreements,
    Everything,
    Filtered,
    Flaky,
    Pairs,
    RandomSample,
    Relabel,
    Source,
)
from workbench.domain.run import RunPlan
from workbench.errors import InputError
from workbench.stats.allocation import proportional
from workbench.store import reviews, runs, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.judges.calibrating import calibrate, checkable
from workbench.workspace.judges.calibration import JudgedAnswer
from workbench.workspace.judges.labels import HALF
from workbench.workspace.measures import for_estimates
from workbench.workspace.reviews.agreement import agreement
from workbench.workspace.reviews.guidelines import older, read_guidelines, rubric_of
from workbench.workspace.runs.names import find_arm

if TYPE_CHECKING:
    import pandas as pd

OF_EACH_VERDICT = 3
"""With fewer labels a verdict of a judge says nothing of the answers that have it."""


@dataclass(frozen=True)
class Picked:
    """An answer, or two, that a queue is to hold."""

    first_trial: str
    example_id: str
    second_trial: str | None = None
    stratum: str = ""


@dataclass(frozen=True)
class Choice:
    """What a source comes to."""

    picked: Sequence[Picked]
    identical: int = 0
    """Pairs left out, because both answers are the same text."""


@dataclass(frozen=True)
class Chooser:
    """Looks for the answers of a source in one run."""

    context: Context
    session: Session
    run: str
    shuffle: random.Random
    plan: RunPlan = field(init=False)
    done: pd.DataFrame = field(init=False)
    given: Sequence[Review] = field(init=False)

    def __post_init__(self) -> None:
        frame = trials.frame(self.session, self.run)
        object.__setattr__(self, "plan", runs.plan(self.session, self.run))
        object.__setattr__(self, "done", frame[frame["status"] == "done"])
        object.__setattr__(self, "given", reviews.of_run(self.session, self.run))

    @property
    def examples(self) -> Mapping[str, str]:
        """The example of every answered trial."""
        return dict(zip(self.done["trial_id"], self.done["example_id"], strict=True))

    def choose(self, source: Source) -> Choice:
        """The answers of a source. Raises InputError where there is none, with what to do."""
        if not len(self.done):
            raise InputError("This run has no answer to review.", hint="Wait for its first answers.")
        if isinstance(source, Pairs):
            return self._pairs(source)
        found = self._answers(source)
        if not found:
            raise InputError(f"No answer fits: {_nothing(source)}")
        return Choice(found)

    def _answers(self, source: Source) -> Sequence[Picked]:
        match source:
            case RandomSample(judge=str()):
                return self._within_verdicts(source)
            case RandomSample():
                return self._drawn(self._unlabelled(self.examples), source.n)
            case Relabel():
                rubric = rubric_of(read_guidelines(self.context.root))
                return self._drawn({review.trial_id for review in older(for_estimates(self.given), rubric)}, source.n)
            case Filtered():
                return self._filtered(source)
            case Disagreements():
                return self._picked(self._disagreements(source))
            case Flaky():
                return self._picked(self._flaky(source.metric))
            case Everything() | Pairs():
                return self._picked(self.examples)

    def _picked(self, trial_ids: Iterable[str]) -> Sequence[Picked]:
        examples = self.examples
        return [Picked(trial, examples[trial]) for trial in sorted(set(trial_ids)) if trial in examples]

    def _drawn(self, trial_ids: Iterable[str], n: int) -> Sequence[Picked]:
        _require_count(n)
        every = self._picked(trial_ids)
        return self.shuffle.sample(every, min(n, len(every)))

    def _unlabelled(self, trial_ids: Iterable[str]) -> list[str]:
        """Those without a verdict for estimates."""
        labelled = {review.trial_id for review in for_estimates(self.given)}
        return [trial for trial in trial_ids if trial not in labelled]

    def _within_verdicts(self, source: RandomSample) -> Sequence[Picked]:
        """At random among those that the judge passed, and among those that it failed, in proportion."""
        _require_count(source.n)
        groups: dict[bool, list[str]] = {True: [], False: []}
        for one in self._judged(source.judge or ""):
            if one.passed is not None:
                groups[one.passed].append(one.trial_id)
        waiting = {passed: sorted(self._unlabelled(group)) for passed, group in groups.items()}
        labelled = [len(groups[passed]) - len(waiting[passed]) for passed in groups]
        counts = proportional(
            [len(group) for group in waiting.values()], source.n, [max(0, OF_EACH_VERDICT - n) for n in labelled]
        )
        examples = self.examples
        return [
            Picked(trial, examples[trial], stratum="passed" if passed else "failed")
            for (passed, group), count in zip(waiting.items(), counts, strict=True)
            for trial in self.shuffle.sample(group, count)
        ]

    def _filtered(self, source: Filtered) -> Sequence[Picked]:
        frame = self.done
        if source.arm is not None:
            frame = frame[frame["arm"] == find_arm([arm.label for arm in self.plan.arms], source.arm)]
        found = set(frame["trial_id"])
        if source.tag is not None:
            tagged = {example.id for example in self.plan.examples if source.tag in example.tags}
            if not tagged:
                known = sorted({tag for example in self.plan.examples for tag in example.tags})
                raise InputError(
                    f"No example of this run has the tag {source.tag!r}.",
                    hint=f"There is {', '.join(known)}." if known else "Its golden set has no tags.",
                )
            found &= set(frame.loc[frame["example_id"].isin(list(tagged)), "trial_id"])
        if source.failing is not None:
            found &= {one.trial_id for one in self._judged(source.failing) if one.passed is False}
        if source.unjudged:
            found -= {review.trial_id for review in self.given}
        return self._picked(found)

    def _disagreements(self, source: Disagreements) -> Iterable[str]:
        if source.between == "people":
            found = agreement(self.run, self.given, self.examples).disagreements
            return [one.trial_id for one in found if one.settled is None]
        if source.between == "judge and people":
            judged = self._judged(self._named(source.judge))
            return [one.trial_id for one in judged if None not in (one.passed, one.good) and one.passed != one.good]
        if source.between == "judge and rule":
            if source.judge is None or source.metric is None:
                raise InputError("It must be said which judge and which rule.", hint="Name both: --judge and --metric.")
            rule = {one.trial_id: one.passed for one in self._judged(source.metric)}
            return [
                one.trial_id
                for one in self._judged(source.judge)
                if one.passed is not None and rule.get(one.trial_id) is not None and rule[one.trial_id] != one.passed
            ]
        return self._where_arms_differ(self._named(source.metric or source.judge))

    def _where_arms_differ(self, metric: str) -> Iterable[str]:
        shares: dict[str, dict[str, list[bool]]] = {}
        for one in self._judged(metric):
            if one.passed is not None:
                shares.setdefault(one.example_id, {}).setdefault(one.arm, []).append(one.passed)
        differ = {
            example
            for example, arms in shares.items()
            if len({fmean(passed) > HALF for passed in arms.values() if fmean(passed) != HALF}) > 1
        }
        return self.done.loc[self.done["example_id"].isin(list(differ)), "trial_id"]

    def _flaky(self, metric: str | None) -> Iterable[str]:
        said: dict[tuple[str, str], dict[str, bool]] = {}
        for one in self._judged(self._named(metric)):
            if one.passed is not None:
                said.setdefault((one.arm, one.example_id), {})[one.trial_id] = one.passed
        return [trial for group in said.values() if len(set(group.values())) > 1 for trial in group]

    def _named(self, metric: str | None) -> str:
        """The score that was named, or the first by which answers pass or fail."""
        if metric is not None:
            return metric
        found = checkable(self.context, self.session, self.run)
        if not found:
            raise InputError(
                "No score of this run passes or fails answers.",
                hint=f"Score it first: workbench score {self.run} --metric NAME or --judge NAME",
            )
        return found[0]

    def _judged(self, metric: str) -> Sequence[JudgedAnswer]:
        """What a score says of the answers: passed, failed, or nothing."""
        found = calibrate(self.context, self.session, self.run, metric).answers
        examples = self.examples
        return [one for one in found if one.trial_id in examples]

    def _pairs(self, source: Pairs) -> Choice:
        labels = [arm.label for arm in self.plan.arms]
        arms = list(dict.fromkeys(find_arm(labels, text) for text in source.arms)) or labels
        if len(arms) < 2:
            raise InputError(
                "A pair needs the answers of two arms.", hint="Run two prompt versions or models together."
            )
        texts = {output.trial_id: output.completion.text for output in trials.outputs(self.session, self.run)}
        at = {
            (arm, example, repeat): trial
            for arm, example, repeat, trial in zip(
                *(self.done[name] for name in ("arm", "example_id", "repeat", "trial_id")), strict=True
            )
        }
        both = [
            Picked(trial, example, at[second, example, repeat])
            for (arm, example, repeat), trial in at.items()
            for first, second in combinations(arms, 2)
            if arm == first and (second, example, repeat) in at
        ]
        differing = [pair for pair in both if texts[pair.first_trial] != texts[pair.second_trial or ""]]
        if not differing:
            raise InputError(
                "There is no pair to compare.",
                hint="All answers are the same text." if both else "The arms answered no example both.",
            )
        if source.n is not None:
            _require_count(source.n)
            return Choice(self.shuffle.sample(differing, min(source.n, len(differing))))
        return Choice(differing, len(both) - len(differing))


def _require_count(n: int) -> None:
    if n < 1:
        raise InputError("A queue holds at least one answer.", hint="Name a number from 1.")


def _nothing(source: Source) -> str:
    match source:
        case RandomSample():
            return "every answer has a verdict already, or the judge said nothing of any."
        case Relabel():
            return "no verdict was given under older guidelines."
        case Disagreements(between="people"):
            return "people disagree on none that is not settled."
        case Disagreements() | Flaky():
            return "verdicts differ on none."
        case _:
            return "ask for less."
