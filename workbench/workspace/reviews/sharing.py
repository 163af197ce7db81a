"""How the items of a queue are shared out, so that nobody spends time on what others have done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from workbench.domain.review import PairReview, Review
from workbench.domain.review_queue import QueuePlace
from workbench.store.review_queues import Claim

HELD_MINUTES = 15
"""Who leaves an item on the screen for longer than this has gone away."""
_Item = tuple[str, str | None]


def held_since(now: datetime) -> datetime:
    """From when on a claim still holds."""
    return now - timedelta(minutes=HELD_MINUTES)


@dataclass(frozen=True)
class Shared:
    """The items of a queue, with what was said of them and who is at work on them."""

    places: Sequence[QueuePlace]
    given: Sequence[Review | PairReview]
    claims: Sequence[Claim]

    def by(self, reviewer: str, place: QueuePlace, *, repeat: bool) -> Review | PairReview | None:
        """What somebody said of an item, at its first showing or at its second."""
        return self._said.get((reviewer, _item(place), repeat))

    def open_to(self, place: QueuePlace, reviewer: str) -> bool:
        """Whether an item still needs this reviewer's verdict, or has it."""
        if place.wanted is None or self.by(reviewer, place, repeat=False) is not None:
            return True
        return len(self._taken_by(place) - {reviewer}) < place.wanted

    def held_by_others(self, reviewer: str) -> int:
        """Items that others have on the screen and have not judged, and that this reviewer has not judged either."""
        return sum(
            not self.open_to(place, reviewer) and len(self._judged_by(place)) < (place.wanted or 0)
            for place in self.places
        )

    def _taken_by(self, place: QueuePlace) -> frozenset[str]:
        return self._judged_by(place) | self._claimed.get(place.key, frozenset())

    def _judged_by(self, place: QueuePlace) -> frozenset[str]:
        return self._judges.get(_item(place), frozenset())

    @cached_property
    def _said(self) -> dict[tuple[str, _Item, bool], Review | PairReview]:
        return {(one.reviewer, _about(one), one.hidden_repeat): one for one in self.given}

    @cached_property
    def _judges(self) -> dict[_Item, frozenset[str]]:
        found: dict[_Item, frozenset[str]] = {}
        for one in self.given:
            if not one.hidden_repeat:
                found[_about(one)] = found.get(_about(one), frozenset()) | {one.reviewer}
        return found

    @cached_property
    def _claimed(self) -> dict[str, frozenset[str]]:
        """By item who holds it: of every reviewer what was claimed last, all at once."""
        newest: dict[str, datetime] = {}
        for claim in self.claims:
            newest[claim.reviewer] = max(claim.claimed_at, newest.get(claim.reviewer, claim.claimed_at))
        found: dict[str, frozenset[str]] = {}
        for claim in self.claims:
            if claim.claimed_at == newest[claim.reviewer]:
                found[claim.key] = found.get(claim.key, frozenset()) | {claim.reviewer}
        return found


def _item(place: QueuePlace) -> _Item:
    return place.first_trial, place.second_trial


def _about(review: Review | PairReview) -> _Item:
    return (review.trial_id, None) if isinstance(review, Review) else (review.first_trial, review.second_trial)
