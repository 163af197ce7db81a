"""What the arms of a run answered to one example, with everything that explains it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.prompt import CitationPolicy
from workbench.domain.run import RunPlan, TrialFailure, TrialOutput
from workbench.domain.score import Score
from workbench.errors import InputError
from workbench.metrics.citations import find_citations
from workbench.store import runs, scores, trials
from workbench.store.session import Session
from workbench.workspace.context import Context


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


@dataclass(frozen=True)
class Answers:
    """Answers of a project's runs, an example at a time."""

    context: Context

    def to_example(self, run: str, example_id: str, repeat: int = 1) -> Sequence[Answer]:
        """What every arm answered when the example was asked for the `repeat`-th time, in the plan's order of arms.

        An arm that was not asked yet is left out.
        """

        def query(session: Session) -> list[Answer]:
            plan = runs.plan(session, run)
            given = trials.texts(session, run, example_id)
            ids = [trial for answers in given.values() for number, trial, _ in answers if number == repeat]
            outputs = [output for trial in ids if (output := trials.output(session, trial)) is not None]
            failures = []
            if len(outputs) < len(plan.arms):
                asked = (example_id, repeat)
                failures = [f for f in trials.failures(session, run) if f.final and (f.example_id, f.repeat) == asked]
            return _answers(plan, outputs, failures, scores.of_trials(session, ids))

        return self.context.read(query)


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
