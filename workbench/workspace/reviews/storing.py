"""What holds for every verdict, wherever it comes from: who may give it, what it may say, what is kept of it."""

from __future__ import annotations

from dataclasses import replace

from workbench.domain.review import SIDED_CHOICES, VERDICTS, Judgement, PairReview, Purpose, Review, SidedChoice
from workbench.errors import InputError, NotAllowedError
from workbench.store import pair_reviews, reviews
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.reviews.case import ReviewCase

LONGEST_NOTE = 10_000
LONGEST_CORRECTION = 100_000
MOST_MARKS = 200


def check_reviewer(context: Context, name: str | None = None) -> None:
    """Refuse an actor without the role, and a reviewer (the actor when no other is named) whom nobody invited."""
    context.require("reviewer", "review answers")
    people, name = context.settings.people, name or context.actor.name
    if people.reviewers and not people.include("reviewer", name):
        raise NotAllowedError(
            f"{name} is not among the reviewers of this project.",
            hint="They are named in workbench.toml under [people].",
        )


def check_judgement(said: Judgement) -> None:
    """Refuse what is no verdict, and more text than anybody reads."""
    if said.verdict not in VERDICTS:
        raise InputError(f"{said.verdict!r} is no verdict.", hint=f"There is {', '.join(VERDICTS)}.")
    check_note(said.note)
    if said.correction is not None and len(said.correction) > LONGEST_CORRECTION:
        raise InputError(f"The corrected answer is longer than {LONGEST_CORRECTION:,} characters.")
    if len(said.tags) + len(said.spans) + len(said.criteria) > MOST_MARKS:
        raise InputError(f"A verdict carries at most {MOST_MARKS} tags, marks and criteria together.")


def check_note(note: str) -> None:
    """Refuse a note that is a book."""
    if len(note) > LONGEST_NOTE:
        raise InputError(f"The note has {len(note):,} characters; at most {LONGEST_NOTE:,} are kept.")


def check_marks(said: Judgement, case: ReviewCase) -> None:
    """Refuse marks that are not in the answer."""
    length = len(case.answer)
    if any(not 0 <= span.start < span.end <= length for span in said.spans):
        raise InputError("A mark lies outside of the answer.", hint="Mark the words once more.")


def check_choice(choice: SidedChoice) -> None:
    """Refuse what is no choice between two answers."""
    if choice not in SIDED_CHOICES:
        raise InputError(f"{choice!r} is no choice.", hint=f"There is {', '.join(SIDED_CHOICES)}.")


def review_of(
    context: Context,
    case: ReviewCase,
    run: str,
    said: Judgement | None,
    *,
    rubric: str,
    purpose: Purpose = "estimate",
    queue: str | None = None,
    hidden_repeat: bool = False,
) -> Review:
    """The actor's verdict on a case, or with None its withdrawal."""
    bare = Review(
        case.trial_id,
        run,
        context.actor.name,
        None,
        "",
        context.clock.now(),
        purpose=purpose,
        queue=queue,
        rubric=rubric,
        shown=case.shown,
        hidden_repeat=hidden_repeat,
    )
    if said is None:
        return bare
    check_marks(said, case)
    return replace(
        bare,
        verdict=said.verdict,
        note=said.note,
        seconds=said.seconds,
        criteria=said.criteria,
        tags=tuple(dict.fromkeys(tag.strip() for tag in said.tags if tag.strip())),
        spans=said.spans,
        correction=said.correction,
    )


def store_review(context: Context, session: Session, review: Review, **detail: object) -> Review:
    """Append a verdict, with its entry in the audit log."""
    reviews.append(session, review)
    kept = {"verdict": review.verdict, "purpose": review.purpose, "rubric": review.rubric, "shown": review.shown}
    if review.queue is not None:
        kept["queue"] = review.queue
    context.record(session, "answer reviewed", review.trial_id, **kept, **detail)
    return review


def store_pair(context: Context, session: Session, review: PairReview) -> PairReview:
    """Append a choice between two answers, with its entry in the audit log."""
    pair_reviews.append(session, review)
    context.record(
        session,
        "pair reviewed",
        review.first_trial,
        other=review.second_trial,
        choice=review.choice,
        left=review.left,
        queue=review.queue,
        rubric=review.rubric,
        shown=review.shown,
    )
    return review
