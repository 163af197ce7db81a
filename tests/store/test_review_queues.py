"""Queues are read as they were made, their items in order, and the newest claim of everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings

from workbench.domain.review import PairReview
from workbench.domain.review_queue import QueuePlace, ReviewQueue
from workbench.errors import InputError, NotFoundError
from workbench.store import pair_reviews, review_queues
from workbench.store.review_queues import Claim

NOON = datetime.fromisoformat("2026-01-02T12:00:00")
QUEUE = ReviewQueue(
    "q1", "r1", "Sample", "About", "verdict", "estimate", "random", None, "s", (), None, (), 1, 0, "ada", NOON
)
PAIR = PairReview("q1", "r1", "t1", "t2", "e1", "ada", "first", "second", "", NOON)


def test_any_queue_item_and_choice_is_read_as_it_was_given(undone, values_of):
    @settings(max_examples=20)
    @given(values_of(ReviewQueue), values_of(QueuePlace), values_of(PairReview))
    def check(queue, place, pair):
        with undone() as s:
            review_queues.append(s, queue, [place])
            pair_reviews.append(s, pair)
            assert review_queues.all_queues(s) == [replace(queue, closed=False)]
            assert review_queues.places(s, queue.id) == [place]
            assert pair_reviews.history(s, pair.queue) == [pair]

    check()


def test_a_queue_is_found_by_the_beginning_of_its_id_where_that_is_enough(session):
    for name in ("q10", "q11", "q1"):
        review_queues.append(session, replace(QUEUE, id=name), [])

    assert review_queues.queue(session, "q1").id == "q1"
    assert review_queues.queue(session, "q10").id == "q10"
    with pytest.raises(InputError, match="could be"):
        review_queues.queue(session, "q")
    with pytest.raises(NotFoundError):
        review_queues.queue(session, "")


def test_a_closed_queue_says_so(session):
    review_queues.append(session, QUEUE, [])
    review_queues.close(session, "q1", NOON, "ada")

    assert review_queues.queue(session, "q1").closed
    assert [queue.closed for queue in review_queues.all_queues(session, "r1")] == [True]
    assert review_queues.all_queues(session, "r2") == []


def test_of_every_reviewer_and_item_the_newest_claim_is_read(session):
    claims = [Claim("q1", "k1", who, NOON + timedelta(minutes=at)) for who, at in (("ada", 0), ("bob", 3), ("ada", 5))]
    review_queues.claim(session, claims)

    assert sorted(review_queues.claims(session, "q1", NOON), key=str) == sorted(claims[1:], key=str)
    assert review_queues.claims(session, "q1", NOON + timedelta(minutes=4)) == claims[2:]


def test_of_choices_the_newest_of_a_reviewer_counts_and_repeats_are_of_their_own(session):
    later = replace(PAIR, choice="both bad", created_at=NOON + timedelta(seconds=1))
    again = replace(PAIR, hidden_repeat=True)
    for one in (PAIR, later, again):
        pair_reviews.append(session, one)
    assert sorted(pair_reviews.of_queue(session, "q1"), key=str) == sorted([later, again], key=str)
    pair_reviews.append(session, replace(later, choice=None, created_at=NOON + timedelta(seconds=2)))
    assert pair_reviews.of_queue(session, "q1") == [again]
