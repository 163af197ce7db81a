"""What reviewers noted of answers that failed, and which answers were reviewed at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from workbench.domain.failure_mode import Assignment, NoteKey
from workbench.domain.review import Review, Verdict
from workbench.domain.run import RunPlan
from workbench.hashing import content_hash, short
from workbench.store import failure_modes, reviews, runs, trials
from workbench.store.session import Session
from workbench.workspace.failures.mode_book import ModeBook
from workbench.workspace.measures import for_estimates


@dataclass(frozen=True)
class Note:
    """What one reviewer said is wrong with one answer."""

    trial_id: str
    run: str
    example: str
    """The example's id; with the golden set before it where the runs have several."""
    reviewer: str
    verdict: Verdict | None
    text: str
    """Empty where the reviewer failed the answer without a word."""
    correction: str | None
    """What a right answer would have been."""
    question: str
    said_at: datetime
    modes: tuple[str, ...]
    """Ids of the modes that it is sorted into."""
    counts: bool
    """Whether it may enter rates: the answer was not picked to learn from when it was written."""

    @property
    def key(self) -> NoteKey:
        """What names it."""
        return self.trial_id, self.reviewer


@dataclass(frozen=True)
class Reviewed:
    """An answer that somebody reviewed."""

    trial_id: str
    arm: str
    example: str
    first_at: datetime
    counts: bool
    """Whether it may enter rates: it was not only picked to learn from."""


@dataclass(frozen=True)
class Material:
    """All that is known of what goes wrong in some runs."""

    runs: tuple[str, ...]
    arms: tuple[str, ...]
    """Labels, the baseline first."""
    book: ModeBook
    notes: tuple[Note, ...]
    """In the order in which they were written."""
    reviewed: tuple[Reviewed, ...]
    """In the order in which they were first reviewed."""
    clusters: Mapping[str, str]
    """Example to cluster, where the golden set says so."""

    @property
    def unsorted(self) -> list[Note]:
        """Notes that are in no mode yet."""
        return [note for note in self.notes if not note.modes]

    def of_mode(self, mode: str) -> list[Note]:
        """The notes that are sorted into a mode."""
        return [note for note in self.notes if mode in note.modes]


def collect(session: Session, run_ids: Sequence[str]) -> Material:
    """Read everything about some runs. Answers whose gold verdict is a pass are no failures, whatever was noted."""
    book = ModeBook.read(session)
    sorted_by_note = {given.note: given for given in failure_modes.assignments(session, run_ids)}
    plans = {run: runs.plan(session, run) for run in run_ids}
    several = len({plan.dataset for plan in plans.values()}) > 1
    notes: list[Note] = []
    reviewed: list[Reviewed] = []
    clusters: dict[str, str] = {}
    for run, plan in plans.items():
        place = _Place(run, plan, several=several)
        clusters |= place.clusters
        by_trial = _by_trial(reviews.of_run(session, run))
        if not by_trial:
            continue
        frame = trials.frame(session, run)
        where = {
            trial: (arm, example)
            for trial, arm, example in zip(frame["trial_id"], frame["arm"], frame["example_id"], strict=True)
            if trial in by_trial
        }
        for trial, (arm, example) in where.items():
            given = by_trial[trial]
            first = min(review.created_at for review in given)
            counted = for_estimates(given)
            reviewed.append(Reviewed(trial, arm, place.example(example), first, bool(counted)))
            for review in told(given).values():
                modes = _modes_of(review, book, sorted_by_note)
                notes.append(place.note(review, example, modes, counts=review in counted))
    return Material(
        runs=tuple(run_ids),
        arms=tuple(dict.fromkeys(arm.label for plan in plans.values() for arm in plan.arms)),
        book=book,
        notes=tuple(sorted(notes, key=lambda note: (note.said_at, note.key))),
        reviewed=tuple(sorted(reviewed, key=lambda one: (one.first_at, one.trial_id))),
        clusters=clusters,
    )


def told(given: Iterable[Review]) -> dict[str, Review]:
    """Of the reviews of one answer that count, by reviewer the one that says what is wrong.

    None where a gold verdict passed it. A reviewer who noted something twice, such as when settling a disagreement, is
    taken at the last word, and one that may enter rates goes before one that may not.
    """
    every = list(given)
    counted = for_estimates(every)
    given = sorted(every, key=lambda review: (review in counted, review.created_at))
    if any(review.gold and review.verdict == "pass" for review in given):
        return {}
    found: dict[str, Review] = {}
    for review in given:
        if _says_something(review) and (review.note.strip() or named_by(review) or review.reviewer not in found):
            found[review.reviewer] = review
    return found


def named_by(review: Review) -> list[str]:
    """What the reviewer named as failing: by tags, and by labels of marked words."""
    return list(dict.fromkeys(name for name in (*review.tags, *(span.label for span in review.spans)) if name.strip()))


def fingerprint(review: Review) -> str:
    """What tells a note from what the same reviewer wrote before."""
    return short(content_hash([review.note, named_by(review)]))


def _says_something(review: Review) -> bool:
    """Whether a review is about a failure: it failed the answer, was unsure and says why, or names what failed."""
    if review.verdict == "fail" or named_by(review):
        return True
    return review.verdict == "unsure" and bool(review.note.strip())


def _by_trial(given: Iterable[Review]) -> dict[str, list[Review]]:
    by_trial: dict[str, list[Review]] = {}
    for review in given:
        by_trial.setdefault(review.trial_id, []).append(review)
    return by_trial


def _modes_of(review: Review, book: ModeBook, sorted_by_note: Mapping[NoteKey, Assignment]) -> tuple[str, ...]:
    """As somebody sorted the note, unless it was written anew since; else by what the reviewer named."""
    given = sorted_by_note.get((review.trial_id, review.reviewer))
    if given is not None and given.said == fingerprint(review):
        found = [book.current(mode) for mode in given.modes]
    else:
        found = [book.tagged(name) for name in named_by(review)]
    return tuple(dict.fromkeys(mode.id for mode in found if mode is not None))


@dataclass(frozen=True)
class _Place:
    """One of the runs, and what its examples are called."""

    run: str
    plan: RunPlan
    several: bool
    """Whether the runs are of several golden sets, whose examples may share ids."""

    def example(self, example: str) -> str:
        return f"{self.plan.dataset}: {example}" if self.several else example

    @property
    def clusters(self) -> dict[str, str]:
        return {self.example(row.id): row.cluster for row in self.plan.examples if row.cluster is not None}

    def note(self, review: Review, example: str, modes: tuple[str, ...], *, counts: bool) -> Note:
        return Note(
            trial_id=review.trial_id,
            run=self.run,
            example=self.example(example),
            reviewer=review.reviewer,
            verdict=review.verdict,
            text=review.note.strip(),
            correction=review.correction,
            question=self._questions.get(example, ""),
            said_at=review.created_at,
            modes=modes,
            counts=counts,
        )

    @cached_property
    def _questions(self) -> dict[str, str]:
        return {row.id: next((v for v in row.inputs.values() if isinstance(v, str)), "") for row in self.plan.examples}
