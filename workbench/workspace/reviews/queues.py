"""Review queues: making them, working through them, and sharing the work among reviewers."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from workbench.domain.review import Choice, Judgement, PairReview, Review, SidedChoice
from workbench.domain.review_queue import Everything, Pairs, QueuePlace, QueueWork, ReviewQueue, Source
from workbench.errors import InputError, NotAllowedError, NotFoundError
from workbench.store import pair_reviews, review_queues, reviews
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.reviews.case import PairCase, ReviewCase, cases_of
from workbench.workspace.reviews.choosing import Chooser, Picked
from workbench.workspace.reviews.guidelines import read_guidelines, rubric_of
from workbench.workspace.reviews.ordering import Stop, first_on_left, item_key, way
from workbench.workspace.reviews.queue import QueueItem
from workbench.workspace.reviews.queue_result import QueueResult, queue_result
from workbench.workspace.reviews.sharing import Shared, held_since
from workbench.workspace.reviews.storing import (
    check_choice,
    check_judgement,
    check_note,
    check_reviewer,
    review_of,
    store_pair,
    store_review,
)
from workbench.workspace.runs.names import find_run

ID_BYTES = 5
SEED_BYTES = 8
FEWEST_SECOND = 10
"""Below so many shared items agreement says nothing."""


@dataclass(frozen=True)
class Desk:
    """A queue as one reviewer works through it."""

    queue: ReviewQueue
    items: Sequence[QueueItem]
    """Those of this reviewer, in an order that is this reviewer's own: judged ones, and those to judge."""
    held: int
    """Items that others are at work on now: they may come back into the pool."""
    repeats: int
    """So many of the items are there for the second time."""


@dataclass(frozen=True)
class QueueLine:
    """A queue in a list."""

    queue: ReviewQueue
    judged: int
    """Items that this reviewer has judged."""
    left: int
    """Items that wait for this reviewer."""
    repeats: int
    """So many of both are there for the second time."""
    mine: bool
    """Whether it is for this reviewer."""


@dataclass(frozen=True)
class Queues:
    """The review queues of a project."""

    context: Context

    def create(self, run: str, source: Source, work: QueueWork = QueueWork()) -> ReviewQueue:  # noqa: B008 (frozen)
        """Make a queue of answers of a run. Raises InputError where none fits, and says why."""
        self.context.require(("reviewer", "engineer"), "make a review queue")
        _check_work(work)
        return self.context.write(lambda s: self._create(s, find_run(s, run), source, work))

    def everything(self, run: str) -> ReviewQueue:
        """The queue of all answers of a run that everybody may work through; made when there is none of as many yet."""
        self.context.require(("reviewer", "engineer"), "make a review queue")

        def change(session: Session) -> ReviewQueue:
            found = find_run(session, run)
            done = len(Chooser(self.context, session, found, random.Random()).done)  # noqa: S311 (nothing is drawn)
            for queue in review_queues.all_queues(session, found):
                if queue.kind == Everything.kind and not queue.closed and not queue.reviewers and queue.size == done:
                    return queue
            return self._create(session, found, Everything(), QueueWork())

        return self.context.write(change)

    def list(self, run: str | None = None, *, closed: bool = False) -> Sequence[QueueLine]:
        """The queues of a run or of the project, the newest first, with how far the actor is; closed ones on request."""

        def query(session: Session) -> list[QueueLine]:
            found = None if run is None else find_run(session, run)
            queues = [one for one in review_queues.all_queues(session, found) if closed or not one.closed]
            return [self._line(session, queue) for queue in queues]

        return self.context.read(query)

    def find(self, text: str) -> ReviewQueue:
        """A queue by its id or the beginning of it. Raises NotFoundError."""
        return self.context.read(lambda s: review_queues.queue(s, text))

    def desk(self, queue: str) -> Desk:
        """The actor's own way through a queue: what others have taken is not on it, what comes back does not say so."""
        return self.context.read(lambda s: self._desk(s, review_queues.queue(s, queue)))

    def take(self, queue: str, keys: Sequence[str]) -> frozenset[str]:
        """Hold items while they are on the screen or come next; returns those that the actor has.

        What was held before is let go. An item that is not returned has been taken by as many as it needs: go on to
        the next one.
        """
        check_reviewer(self.context)
        found, places = self.context.read(
            lambda s: (one := review_queues.queue(s, queue), review_queues.places(s, one.id))
        )
        if all(place.wanted is None for place in places):
            return frozenset(keys)

        def change(session: Session) -> frozenset[str]:
            shared = self._shared(session, found.id)
            now, me = self.context.clock.now(), self.context.actor.name
            stops = {stop.key: stop for stop in way(shared.places, found.seed, me)}
            had = [key for key in keys if key in stops and shared.open_to(stops[key].place, me)]
            originals = dict.fromkeys(stops[key].place.key for key in had)
            review_queues.claim(session, [review_queues.Claim(found.id, key, me, now) for key in originals])
            return frozenset(had)

        return self.context.write(change)

    def case(self, queue: str, key: str) -> ReviewCase | PairCase:
        """What is to be judged: one answer, or two with their sides drawn."""

        def query(session: Session) -> ReviewCase | PairCase:
            found, stop = self._stop(session, queue, key)
            return self._case(session, found, stop)

        return self.context.read(query)

    def give(self, queue: str, key: str, said: Judgement) -> Review:
        """Append a verdict. It is never refused because others were faster: a verdict that was thought of is kept.

        The same once more, as by a button pressed twice, stores nothing.
        """
        check_reviewer(self.context)
        check_judgement(said)
        rubric = rubric_of(read_guidelines(self.context.root))

        def change(session: Session) -> Review:
            found, stop = self._stop(session, queue, key, form="verdict")
            before = {review.hidden_repeat: review for review in self._mine(session, found.id, stop.place.first_trial)}
            case = cases_of(session, [stop.place.first_trial])[stop.place.first_trial]
            review = review_of(
                self.context,
                case,
                found.run,
                said,
                rubric=rubric,
                purpose=found.purpose,
                queue=found.id,
                hidden_repeat=stop.repeat and False in before,
            )
            old = before.get(review.hidden_repeat)
            if old is not None and replace(old, created_at=review.created_at, seconds=review.seconds) == review:
                return old
            return store_review(self.context, session, review)

        return self.context.write(change)

    def prefer(
        self, queue: str, key: str, choice: SidedChoice, *, note: str = "", seconds: float | None = None
    ) -> PairReview:
        """Append which of two answers is better, by the side where it stood; otherwise as `give`."""
        check_reviewer(self.context)
        check_choice(choice)
        check_note(note)

        def change(session: Session) -> PairReview:
            found, stop = self._stop(session, queue, key, form="pair")
            review = self._pair_review(session, found, stop)
            review = replace(review, choice=_by_place(choice, review.left), note=note, seconds=seconds)
            old = self._choice(session, found.id, stop.place, repeat=review.hidden_repeat)
            if old is not None and replace(old, created_at=review.created_at, seconds=review.seconds) == review:
                return old
            return store_pair(self.context, session, review)

        return self.context.write(change)

    def withdraw(self, queue: str, key: str) -> None:
        """Take the actor's verdict or choice back; it stays in the history."""
        check_reviewer(self.context)

        def change(session: Session) -> None:
            found, stop = self._stop(session, queue, key)
            if found.form == "pair":
                store_pair(self.context, session, self._pair_review(session, found, stop))
                return
            given = {review.hidden_repeat: review for review in self._mine(session, found.id, stop.place.first_trial)}
            old = given.get(stop.repeat)
            if old is not None:
                bare = Review(old.trial_id, old.run, old.reviewer, None, "", self.context.clock.now())
                kept = {name: getattr(old, name) for name in ("purpose", "queue", "rubric", "shown", "hidden_repeat")}
                store_review(self.context, session, replace(bare, **kept))

        self.context.write(change)

    def result(self, queue: str) -> QueueResult:
        """What the verdicts given in a queue say, and how well the actor agrees with the others."""
        desk = self.desk(queue)
        return queue_result(self.context, desk.queue, desk.items)

    def close(self, queue: str) -> ReviewQueue:
        """Ask nobody about a queue any more. What was said in it stays and counts."""
        self.context.require(("reviewer", "engineer"), "close a review queue")
        found = self.find(queue)
        if found.closed:
            return found

        def change(session: Session) -> None:
            review_queues.close(session, found.id, self.context.clock.now(), self.context.actor.name)
            self.context.record(session, "review queue closed", found.id, run=found.run)

        self.context.write(change)
        return replace(found, closed=True)

    def _create(self, session: Session, run: str, source: Source, work: QueueWork) -> ReviewQueue:
        ctx = self.context
        seed = secrets.token_hex(SEED_BYTES)
        shuffle = random.Random(seed)  # noqa: S311 (a sample, no secret)
        choice = Chooser(ctx, session, run, shuffle).choose(source)
        places = _places(choice.picked, seed, work, shuffle)
        queue = ReviewQueue(
            id=f"q{secrets.token_hex(ID_BYTES)}",
            run=run,
            name=work.name.strip() or source.about.rstrip("."),
            about=source.about,
            form="pair" if isinstance(source, Pairs) else "verdict",
            purpose=source.purpose,
            kind=source.kind,
            judge=getattr(source, "judge", None),
            seed=seed,
            reviewers=work.reviewers,
            per_item=work.per_item,
            criteria=work.criteria,
            size=len(places),
            identical=choice.identical,
            created_by=ctx.actor.name,
            created_at=ctx.clock.now(),
        )
        review_queues.append(session, queue, places)
        detail = {"run": run, "kind": queue.kind, "purpose": queue.purpose, "items": queue.size, "seed": seed}
        ctx.record(session, "review queue created", queue.id, **detail)
        return queue

    def _line(self, session: Session, queue: ReviewQueue) -> QueueLine:
        """As the desk would count, without putting its items in order."""
        me, shared = self.context.actor.name, self._shared(session, queue.id)
        places = [place for place in shared.places if shared.open_to(place, me)]
        said = [
            shared.by(me, place, repeat=repeat)
            for place in places
            for repeat in ((False, True) if place.again else (False,))
        ]
        judged = sum(one is not None for one in said)
        mine = not queue.reviewers or me in queue.reviewers
        left = len(said) - judged if mine and not queue.closed else 0
        return QueueLine(queue, judged, left, len(said) - len(places), mine)

    def _desk(self, session: Session, queue: ReviewQueue) -> Desk:
        me, shared = self.context.actor.name, self._shared(session, queue.id)
        items, repeats = [], 0
        for stop in way(shared.places, queue.seed, me):
            place, original = stop.place, shared.by(me, stop.place, repeat=False)
            if original is None and not shared.open_to(place, me):
                continue
            review = shared.by(me, place, repeat=True) if stop.repeat else original
            items.append(QueueItem(place.first_trial, place.example_id, review, stop.key))
            repeats += stop.repeat
        return Desk(queue, items, shared.held_by_others(me), repeats)

    def _shared(self, session: Session, queue: str) -> Shared:
        return Shared(
            places=review_queues.places(session, queue),
            given=[*reviews.of_queue(session, queue), *pair_reviews.of_queue(session, queue)],
            claims=review_queues.claims(session, queue, held_since(self.context.clock.now())),
        )

    def _stop(self, session: Session, queue: str, key: str, *, form: str | None = None) -> tuple[ReviewQueue, Stop]:
        """An item by its name, of a queue that is for the actor."""
        found, me = review_queues.queue(session, queue), self.context.actor.name
        if found.reviewers and me not in found.reviewers:
            raise NotAllowedError(f"This queue is for {', '.join(found.reviewers)}.", hint="Choose another queue.")
        if form is not None and form != found.form:
            asked = "a choice between two answers" if found.form == "pair" else "a verdict on one answer"
            raise InputError(f"This queue asks for {asked}.")
        for stop in way(review_queues.places(session, found.id), found.seed, me):
            if stop.key == key:
                return found, stop
        raise NotFoundError("item of this queue", key, hint="Go back to the queue.")

    def _case(self, session: Session, queue: ReviewQueue, stop: Stop) -> ReviewCase | PairCase:
        place = stop.place
        if place.second_trial is None:
            return cases_of(session, [place.first_trial])[place.first_trial]
        cases = cases_of(session, [place.first_trial, place.second_trial])
        first, second = cases[place.first_trial], cases[place.second_trial]
        swapped = not first_on_left(queue.seed, place.key, self.context.actor.name, repeat=stop.repeat)
        return PairCase(second, first) if swapped else PairCase(first, second)

    def _mine(self, session: Session, queue: str, trial: str) -> Sequence[Review]:
        me = self.context.actor.name
        return [one for one in reviews.of_queue(session, queue) if (one.trial_id, one.reviewer) == (trial, me)]

    def _choice(self, session: Session, queue: str, place: QueuePlace, *, repeat: bool) -> PairReview | None:
        about = (place.first_trial, place.second_trial, self.context.actor.name, repeat)
        for one in pair_reviews.of_queue(session, queue):
            if (one.first_trial, one.second_trial, one.reviewer, one.hidden_repeat) == about:
                return one
        return None

    def _pair_review(self, session: Session, queue: ReviewQueue, stop: Stop) -> PairReview:
        """The actor's choice on a pair, with nothing chosen yet."""
        place, me = stop.place, self.context.actor.name
        original = self._choice(session, queue.id, place, repeat=False)
        return PairReview(
            queue=queue.id,
            run=queue.run,
            first_trial=place.first_trial,
            second_trial=place.second_trial or "",
            example_id=place.example_id,
            reviewer=me,
            choice=None,
            left="first" if first_on_left(queue.seed, place.key, me, repeat=stop.repeat) else "second",
            note="",
            created_at=self.context.clock.now(),
            purpose=queue.purpose,
            rubric=rubric_of(read_guidelines(self.context.root)),
            shown=self._case(session, queue, stop).shown,
            hidden_repeat=stop.repeat and original is not None,
        )


def _by_place(choice: SidedChoice, left: Literal["first", "second"]) -> Choice:
    """A choice by the place in the pair, whichever stood on the left."""
    if choice == "left":
        return left
    if choice == "right":
        return "second" if left == "first" else "first"
    return choice


def _check_work(work: QueueWork) -> None:
    if work.per_item is not None and work.per_item < 1:
        raise InputError("An item is judged by one person at least.")
    if work.per_item is not None and work.reviewers and work.per_item > len(work.reviewers):
        raise InputError(
            f"{work.per_item} people are to judge each item, and {len(work.reviewers)} are named.",
            hint="Name more reviewers, or ask for fewer of each item.",
        )
    if not 0 <= work.repeats <= 1 or not 0 <= work.second <= 1:
        raise InputError("Shares lie between 0 and 1.", hint="A tenth is 0.1.")
    if work.second and work.per_item != 1:
        raise InputError("A share of items gets a second reviewer where one person judges each item.")


def _places(picked: Sequence[Picked], seed: str, work: QueueWork, shuffle: random.Random) -> list[QueuePlace]:
    """Items, a part of which comes back to its reviewer, and a part of which gets a second one."""
    again = set(shuffle.sample(range(len(picked)), round(work.repeats * len(picked))))
    second = max(FEWEST_SECOND, round(work.second * len(picked))) if work.second else 0
    twice = set(shuffle.sample(range(len(picked)), min(second, len(picked))))
    return [
        QueuePlace(
            key=item_key(seed, one.first_trial, one.second_trial),
            first_trial=one.first_trial,
            second_trial=one.second_trial,
            example_id=one.example_id,
            stratum=one.stratum,
            wanted=2 if at in twice else work.per_item,
            again=at in again,
        )
        for at, one in enumerate(picked)
    ]
