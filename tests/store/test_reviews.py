"""Reviews: the newest of a reviewer counts, all stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given, settings

from workbench.domain.review import Review
from workbench.store import reviews

NOON = datetime.fromisoformat("2026-01-02T12:00:00")
PASS = Review("t1", "r1", "ada", "pass", "good", NOON, 3.5)


def later(review: Review, seconds: int = 1, **fields) -> Review:
    return replace(review, created_at=review.created_at + timedelta(seconds=seconds), **fields)


def test_any_review_is_read_as_it_was_given(undone, values_of):
    @settings(max_examples=30)
    @given(values_of(Review))
    def check(review):
        with undone() as s:
            reviews.append(s, review)
            assert reviews.history(s, review.trial_id) == [review]

    check()


def test_the_newest_verdict_of_each_reviewer_counts(session):
    changed = later(PASS, verdict="fail")
    second = later(PASS, 2, reviewer="bob")
    other_run = replace(PASS, trial_id="t9", run="r2")
    for review in (PASS, changed, second, other_run):
        reviews.append(session, review)
    assert reviews.of_run(session, "r1") == [changed, second]
    assert reviews.history(session, "t1") == [PASS, changed, second]


def test_a_review_that_arrives_late_does_not_undo_a_newer_one(session):
    newer = later(PASS, verdict="fail")
    reviews.append(session, newer)
    reviews.append(session, PASS)
    assert reviews.of_run(session, "r1") == [newer]


def test_of_two_reviews_of_one_moment_the_one_stored_later_counts(session):
    reviews.append(session, PASS)
    reviews.append(session, replace(PASS, verdict="unsure"))
    assert [review.verdict for review in reviews.of_run(session, "r1")] == ["unsure"]


def test_a_withdrawn_verdict_is_gone_but_remembered(session):
    withdrawn = later(PASS, verdict=None, note="")
    reviews.append(session, PASS)
    reviews.append(session, withdrawn)
    assert reviews.of_run(session, "r1") == []
    assert reviews.counts(session, "r1") == {}
    assert reviews.history(session, "t1") == [PASS, withdrawn]
    again = later(withdrawn, verdict="fail")
    reviews.append(session, again)
    assert reviews.of_run(session, "r1") == [again]


def test_counts_are_trials_per_reviewer(session):
    for review in (PASS, later(PASS, verdict="fail"), replace(PASS, trial_id="t2"), replace(PASS, reviewer="bob")):
        reviews.append(session, review)
    assert reviews.counts(session, "r1") == {"ada": 2, "bob": 1}
