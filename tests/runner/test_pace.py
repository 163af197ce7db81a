"""Limits per minute: calls queue, none is rejected, and no stretch of sixty seconds holds more than the limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.model import Limits
from workbench.runner.pace import Bucket, Pace


class HandClock:
    """A clock that a test moves."""

    def __init__(self):
        self.seconds = 0.0

    def monotonic(self):
        return self.seconds

    def now(self):
        raise NotImplementedError


@given(
    st.integers(1, 600),
    st.lists(st.tuples(st.floats(0, 30), st.integers(1, 20)), min_size=1, max_size=60),
)
def test_no_sixty_seconds_hold_more_than_the_limit_however_calls_arrive(per_minute, arrivals):
    clock = HandClock()
    bucket = Bucket(per_minute, clock)
    sent = []
    for pause, calls in arrivals:
        clock.seconds += pause
        sent.extend(clock.seconds + bucket.take(1) for _ in range(calls))
    sent.sort()
    for start in sent:
        # A hair less than a minute: at exactly sixty seconds a limit of 1 sends its next call.
        assert sum(start <= at < start + 60 - 1e-6 for at in sent) <= per_minute


@given(st.integers(2, 1000))
def test_a_queue_is_sent_at_nine_tenths_of_the_limit_or_faster(per_minute):
    bucket = Bucket(per_minute, HandClock())
    last = max(bucket.take(1) for _ in range(3 * per_minute))
    assert last <= 60 * (3 * per_minute) / (0.5 * per_minute if per_minute < 10 else 0.9 * per_minute) + 1e-6


def test_calls_wait_in_the_order_in_which_they_came():
    bucket = Bucket(60, HandClock())
    waits = [bucket.take(1) for _ in range(20)]
    assert waits == sorted(waits)
    assert waits[5] == 0.0
    assert waits[6] > 0.0


def test_a_call_larger_than_the_burst_waits_for_a_full_bucket_and_makes_the_next_ones_wait():
    clock = HandClock()
    bucket = Bucket(6_000, clock)
    assert bucket.take(3_000) == 0.0
    assert bucket.take(1) == pytest.approx((2_400 + 1) / 90)


def test_what_was_not_used_is_given_back():
    clock = HandClock()
    pace = Pace.of(Limits(tokens_per_minute=1_000), clock)
    pace.take(100)
    pace.correct(100, 40)
    assert pace.take(60)[0] == 0.0


def test_the_reason_for_waiting_names_the_limit():
    pace = Pace.of(Limits(requests_per_minute=1, tokens_per_minute=1_000_000), HandClock())
    pace.take(10)
    seconds, reason = pace.take(10)
    assert seconds == pytest.approx(60)
    assert reason == "its limit is 1 requests a minute"


def test_without_limits_nothing_waits():
    pace = Pace.of(Limits(), HandClock())
    assert [pace.take(10**9) for _ in range(3)] == [(0.0, "")] * 3


@given(st.integers(2, 300), st.floats(0, 90), st.integers(1, 5))
def test_no_sixty_seconds_hold_more_than_the_limit_when_another_process_gets_a_share_of_it(limit, joined_at, rush):
    clock = HandClock()
    first, second = Bucket(limit, clock), Bucket(limit // 2, clock)
    sent = []
    while clock.seconds < joined_at:
        sent.extend(clock.seconds + first.take(1) for _ in range(rush))
        clock.seconds = max(clock.seconds + 0.5, sent[-1])
    first.change(limit - limit // 2)
    second.drain()
    for _ in range(rush * 40):
        sent.extend(clock.seconds + bucket.take(1) for bucket in (first, second))
    sent.sort()
    for start in sent:
        assert sum(start <= at < start + 60 - 1e-6 for at in sent) <= limit


def test_a_changed_limit_leaves_what_has_flowed_in_and_no_more_than_fits():
    clock = HandClock()
    bucket = Bucket(600, clock)
    bucket.change(60)
    assert [bucket.take(1) for _ in range(7)][5:] == [0.0, pytest.approx(1 / 0.9)]


def test_limits_of_all_kinds_change_together_and_may_begin_with_nothing():
    clock = HandClock()
    pace = Pace.of(Limits(requests_per_minute=600, tokens_per_minute=60_000), clock)
    pace.change(Limits(requests_per_minute=60, tokens_per_minute=6_000))
    pace.drain()
    assert pace.take(90) == (pytest.approx(1 / 0.9), "its limit is 60 requests a minute")
