"""A reviewer's way through a queue."""

from datetime import timedelta

from tests.support.builders import NOON
from workbench.domain.review import Review
from workbench.workspace.reviews.queue import QueueItem, first, following, preceding, progress


def queued(*verdicts, seconds=None):
    """A queue of answers a, b, c, ... with these verdicts; the later in the list, the later given."""
    return [
        QueueItem(
            name,
            f"q-{name}",
            None
            if verdict is None
            else Review(name, "r1", "ann", verdict, "", NOON + timedelta(minutes=minute), seconds),
        )
        for minute, (name, verdict) in enumerate(zip("abcdefgh", verdicts, strict=False))
    ]


def trial(item):
    return None if item is None else item.trial_id


def test_the_next_unreviewed_answer_comes_round_to_those_that_were_passed_over():
    queue = queued(None, "pass", None, "fail")

    assert trial(first(queue, unreviewed=True)) == "a"
    assert trial(following(queue, "a", unreviewed=True)) == "c"
    assert trial(following(queue, "c", unreviewed=True)) == "a"


def test_after_the_last_verdict_nothing_follows():
    assert following(queued("pass", "fail"), "a", unreviewed=True) is None
    assert following(queued(None, "fail"), "a", unreviewed=True) is None


def test_without_the_filter_the_order_is_kept_and_ends_with_the_last():
    queue = queued("pass", None, "fail")

    assert trial(following(queue, "a", unreviewed=False)) == "b"
    assert following(queue, "c", unreviewed=False) is None
    assert trial(preceding(queue, "c")) == "b"
    assert preceding(queue, "a") is None


def test_an_answer_that_is_not_in_the_queue_leads_to_the_start():
    assert trial(following(queued(None, None), "z", unreviewed=True)) == "a"
    assert preceding(queued(None, None), "z") is None


def test_progress_counts_verdicts_and_tells_the_time_left_once_the_pace_is_known():
    counts = progress(queued("pass", "fail", "unsure", None, None, seconds=20.0))

    assert (counts.total, counts.judged, counts.left) == (5, 3, 2)
    assert (counts.passed, counts.failed, counts.unsure) == (1, 1, 1)
    assert counts.remaining_ms == 40_000


def test_the_time_left_is_unknown_after_too_few_verdicts():
    assert progress(queued("pass", "fail", None, seconds=20.0)).remaining_ms is None
    assert progress(queued("pass", "fail", "pass", None)).remaining_ms is None
