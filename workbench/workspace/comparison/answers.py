"""What the arms of a run answered to one example, with everything that explains it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.domain.prompt import CitationPolicy
from workbench.domain.run import RunPlan, TrialFailure, TrialOutput
from workbench.domain.score import Score, Scored
from workbench.errors import InputError
from workbench.metrics.citations import find_citations
from workbench.store import runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.comparison.likely_causes import GoldShown, gold_shown
from workbench.workspace.context import Context
from workbench.workspace.evaluations.gold import gold_at, gold_of


@dataclass(frozen=True)
class Answer:
    """One arm's attempt at an example: an output with its scores, or the failure that ended it."""

    arm: str
    repeat: int
    output: TrialOutput | None
    failure: TrialFailure | None
    scores: Sequence[Score]
    cited: frozenset[int]
    """Which of the shown sources the answer cites, counted from 1."""
    gold: GoldShown | None = None
    """Which of the sources that hold the answer were shown; None where the row names none, or nothing was searched."""

    @property
    def values(self) -> Mapping[str, float | None]:
        """Its scores by name; None where it is unscored."""
        return {score.metric: score.result.value if isinstance(score.result, Scored) else None for score in self.scores}


@dataclass(frozen=True)
class Answers:
    """Answers of a project's runs, an example at a time."""

    context: Context

    def to_example(self, run: str, example_id: str, repeat: int = 1) -> Sequence[Answer]:
        """What every arm answered when the example was asked for the `repeat`-th time, in the plan's order of arms.

        An arm that was not asked yet is left out.
        """

        def query(session: Session) -> tuple[RunPlan, list[Answer]]:
            plan = runs.plan_for(session, run, [example_id])
            given = trials.texts(session, run, example_id)
            ids = [trial for answers in given.values() for number, trial, _ in answers if number == repeat]
            outputs = [output for trial in ids if (output := trials.output(session, trial)) is not None]
            failures = []
            if len(outputs) < len(plan.arms):
                asked = (example_id, repeat)
                failures = [f for f in trials.failures(session, run) if f.final and (f.example_id, f.repeat) == asked]
            return plan, _answers(plan, outputs, failures, scores.of_trials(session, ids))

        plan, answers = self.context.read(query)
        return self._with_gold(plan, example_id, answers)

    def _with_gold(self, plan: RunPlan, example_id: str, answers: Sequence[Answer]) -> Sequence[Answer]:
        found = gold_of(self.context, plan)
        indexes = {arm.label: arm.index_fingerprint for arm in plan.arms}
        golds = [gold_at(found, indexes[answer.arm], example_id) for answer in answers]
        return [
            answer
            if gold is None or answer.output is None
            else replace(answer, gold=gold_shown(gold, answer.output.retrieved))
            for answer, gold in zip(answers, golds, strict=True)
        ]


def _answers(
    plan: RunPlan,
    outputs: Sequence[TrialOutput],
    failures: Sequence[TrialFailure],
    scored: dict[str, list[Score]],
) -> list[Answer]:
    policies = {arm.label: arm.prompt.content.policy.citations for arm in plan.arms}
    answered = {output.trial_id for output in outputs}
    lost = {failure.trial_id: failure for failure in failures if failure.trial_id not in answered}
    answers = [
        Answer(o.arm, o.repeat, o, None, scored.get(o.trial_id, []), _cited(o, policies[o.arm])) for o in outputs
    ]
    answers += [Answer(f.arm, f.repeat, None, f, [], frozenset()) for f in lost.values()]
    places = {arm.label: place for place, arm in enumerate(plan.arms)}
    return sorted(answers, key=lambda answer: places[answer.arm])


def _cited(output: TrialOutput, policy: CitationPolicy) -> frozenset[int]:
    """A pattern that cannot be used finds nothing here; the citation metrics report it."""
    try:
        citations = find_citations(output.completion.text, policy, output.retrieved)
    except InputError:
        return frozenset()
    return frozenset(number for citation in citations for number in citation.sources)
