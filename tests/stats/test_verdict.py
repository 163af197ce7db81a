"""From an interval to a word, and what would settle it."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stats.intervals import Interval
from workbench.stats.verdict import MOST_NEEDED, decide, needed_examples


def effect(low, high, n=60):
    return Interval((low + high) / 2, low, high, n, "t")


@pytest.mark.parametrize(
    ("low", "high", "p", "direction", "verdict"),
    [
        (0.03, 0.21, 0.01, "higher", "better"),
        (0.03, 0.21, 0.01, "lower", "worse"),
        (-0.21, -0.03, 0.01, "higher", "worse"),
        (-0.21, -0.03, 0.01, "lower", "better"),
        (-0.02, 0.03, 0.6, "higher", "same"),
        (-0.05, 0.03, 0.6, "higher", "cannot tell yet"),
        (-0.02, 0.05, 0.6, "higher", "cannot tell yet"),
        (-0.1, 0.2, 0.4, "lower", "cannot tell yet"),
        (0.01, 0.2, 0.0625, "higher", "cannot tell yet"),
        (0.0, 0.0, 1.0, "higher", "same"),
        (0.01, 0.03, 0.01, "higher", "better"),
    ],
)
def test_the_verdict_follows_interval_and_p_value(low, high, p, direction, verdict):
    assert decide(effect(low, high), margin=0.05, p_value=p, direction=direction) == verdict


def test_no_difference_at_all_is_the_same_under_any_margin():
    assert decide(effect(0, 0), margin=0, p_value=1, direction="higher") == "same"


def test_half_the_width_takes_four_times_the_examples():
    # +4 points, likely -4 to +12: the lower end reaches 0 at half the width, so at 4 times 60 examples.
    assert needed_examples(Interval(0.04, -0.04, 0.12, 60, "t"), margin=0.02, p_value=0.33) == pytest.approx(180, abs=6)


def test_being_the_same_can_be_nearer_than_being_better():
    assert needed_examples(Interval(0.0, -0.06, 0.06, 60, "t"), margin=0.05, p_value=1.0) == 27  # 60 x (6/5)^2 - 60


def test_an_interval_beyond_0_waits_for_its_p_value():
    assert needed_examples(Interval(0.4, 0.1, 0.7, 5, "t"), margin=0.05, p_value=0.0625) == 1


def test_what_no_golden_set_could_settle_is_capped():
    assert needed_examples(Interval(0.0, -0.4, 0.4, 60, "t"), margin=0.0, p_value=1.0) == MOST_NEEDED
    assert needed_examples(Interval(0.025, -0.4, 0.45, 5000, "t"), margin=0.05, p_value=0.9) == MOST_NEEDED


@given(
    st.floats(-1, 1, allow_subnormal=False),
    st.floats(0, 1, allow_subnormal=False),
    st.integers(5, 500),
    st.floats(1e-4, 1),
    st.floats(0, 0.2, allow_subnormal=False),
)
def test_what_is_needed_is_a_count_within_bounds_and_alike_for_swapped_arms(centre, half, n, p, margin):
    there = needed_examples(Interval(centre, centre - half, centre + half, n, "t"), margin=margin, p_value=p)
    back = needed_examples(Interval(-centre, -centre - half, -centre + half, n, "t"), margin=margin, p_value=p)
    assert 1 <= there <= MOST_NEEDED
    assert abs(there - back) <= 1


@given(st.floats(0.001, 0.3), st.floats(0.001, 0.6), st.integers(5, 200))
def test_with_what_is_needed_an_interval_of_the_same_spread_is_settled(centre, half, n):
    # The p-value of a normal statistic with this very interval, so that both grow alike.
    def p_of(half_width):
        return 2 * NormalDist().cdf(-1.959964 * abs(centre) / half_width)

    more = needed_examples(Interval(centre, centre - half, centre + half, n, "t"), margin=0.05, p_value=p_of(half))
    if more == MOST_NEEDED:
        return
    shrunk = half * (n / (n + more)) ** 0.5 * 0.9999
    final = Interval(centre, centre - shrunk, centre + shrunk, n + more, "t")
    assert decide(final, margin=0.05, p_value=p_of(shrunk), direction="higher") in {"better", "same"}
