"""What a judge can be taught by: people's verdicts with their critiques, split once into those that teach and those kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.lessons import LessonsCheck, WorkedExample
from workbench.domain.review import Review, Verdict
from workbench.domain.run import TrialOutput
from workbench.errors import InputError
from workbench.hashing import content_hash, short
from workbench.judging.material import question_of
from workbench.store import judge_lessons, reviews, runs, trials
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.judges.calibrating import calibrate
from workbench.workspace.judges.labels import HALF
from workbench.workspace.measures import passed_by_trial
from workbench.workspace.runs.scoring import Scorer

TEACHING_TENTHS = 6
"""Of ten rows, so many teach; the labels of the others are kept apart to check by."""
MOST_USES = 5
"""Checks by the same labels, after which they say more about luck than about a judge."""
FRESH = 10
"""So many further labels kept apart make up a part that can be used again."""
LONGEST = 2_000
"""Characters of a question, an answer or a critique that the judge is shown of an example."""


@dataclass(frozen=True)
class KeptLabel:
    """A label that no judge is taught by."""

    trial_id: str
    good: bool
    before: bool | None
    """What the judge whose scores count says; None where it gave no verdict."""


@dataclass(frozen=True)
class Material:
    """What there is to teach a judge by, and to check it by."""

    run: str
    judge: str
    label: str
    """Of the version whose scores count, such as `style v2`."""
    version: str
    """Its hash."""
    bar: float
    teaching: tuple[WorkedExample, ...]
    """Answers as people judged them; those on which the judge was wrong, and those with a critique, first."""
    taught: tuple[str, ...]
    """Their trials."""
    kept: tuple[KeptLabel, ...]
    uses: int
    """How often the labels kept apart have been used, since ten more of them came."""

    @property
    def critiques(self) -> Sequence[WorkedExample]:
        """Those with a critique."""
        return [one for one in self.teaching if one.critique]

    @property
    def mistakes(self) -> int:
        """Answers that teach on which the judge said the opposite."""
        return sum(one.mistake for one in self.teaching)

    @property
    def used_up(self) -> bool:
        """Whether the labels kept apart have been used too often to say anything."""
        return self.uses >= MOST_USES


def teaches(row: str) -> bool:
    """Whether the labels of a row teach, by its hash: always the same, whoever asks and whatever labels come."""
    return int(short(content_hash({"split of labels": row}), 8), 16) % 10 < TEACHING_TENTHS


def material(context: Context, session: Session, run: str, judge: str) -> Material:
    """What there is in a run. Raises InputError for a score that is no judge's, NotFoundError where it scored nothing."""
    found = calibrate(context, session, run, judge)
    if not found.about.is_judge:
        raise InputError(f"{judge} is a rule and learns nothing.", hint="Judges are listed by `workbench judge list`.")
    plan, given = runs.plan(session, run), reviews.of_run(session, run)
    rows = {example.id: example.asked_hash for example in plan.examples}
    # Also labels that taught this version: they are split by row again, in the same way.
    said = {one.trial_id: one.passed for one in found.answers}
    places = {one.trial_id: rows[one.example_id] for one in found.answers}
    people = {trial: passed for trial, passed in passed_by_trial(given).items() if passed != HALF and trial in said}
    kept = [
        KeptLabel(one.trial_id, one.good, one.passed)
        for one in found.answers
        if one.good is not None and not teaches(places[one.trial_id])
    ]
    taught = [trial for trial in people if teaches(places[trial])]
    outputs = {output.trial_id: output for output in trials.outputs_of(session, taught)}
    scorer = Scorer(context, plan)
    teaching = [
        (trial, _example(scorer, outputs[trial], given, good=people[trial] > HALF, said=said[trial]))
        for trial in taught
    ]
    teaching.sort(key=lambda one: (not one[1].mistake, not one[1].critique, one[0]))
    return Material(
        run=run,
        judge=judge,
        label=found.about.label,
        version=found.version,
        bar=found.bar,
        teaching=tuple(example for _, example in teaching),
        taught=tuple(trial for trial, _ in teaching),
        kept=tuple(kept),
        uses=uses(judge_lessons.checks(session, judge), len(kept)),
    )


def uses(checks: Sequence[LessonsCheck], labels: int) -> int:
    """How many checks were made since the part kept apart had ten labels less than now."""
    return sum(check.labels > labels - FRESH for check in checks)


def _example(
    scorer: Scorer, output: TrialOutput, given: Sequence[Review], *, good: bool, said: bool | None
) -> WorkedExample:
    verdict: Verdict = "pass" if good else "fail"
    # Only critiques that agree with what counts: the others explain the opposite.
    notes = [one.note.strip() for one in given if one.trial_id == output.trial_id and one.verdict == verdict]
    shown = scorer.given(output)
    return WorkedExample(
        row=shown.example.asked_hash,
        question=question_of(shown)[:LONGEST],
        answer=output.completion.text[:LONGEST],
        verdict=verdict,
        critique=" ".join(dict.fromkeys(note for note in notes if note))[:LONGEST],
        mistake=said is not None and said is not good,
    )
