"""What a judge catches: plain counts where labels are in proportion, weighted ones where they are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stats.intervals import wilson
from workbench.stats.judge_corrected import Stratum
from workbench.stats.judge_rates import WEIGHTED, judge_rates


def test_labels_drawn_by_verdict_are_weighted_as_in_the_worked_example():
    passes, failures = judge_rates(Stratum(20, 10, 3), Stratum(80, 20, 18))
    assert (passes.estimate, failures.estimate) == pytest.approx((0.9231, 0.6364), abs=5e-5)
    assert (passes.n, failures.n, passes.method) == (21, 9, WEIGHTED)
    assert passes.low < 0.9231 < passes.high
    # Raw counts would claim 18 of 21 and 7 of 9.
    assert passes.estimate > 18 / 21 + 0.05
    assert failures.estimate < 7 / 9 - 0.1


def test_labels_in_proportion_are_counted_with_wilsons_interval():
    assert judge_rates(Stratum(21, 21, 6), Stratum(99, 99, 96)) == (wilson(96, 102), wilson(15, 18))
    assert judge_rates(Stratum(40, 10, 2), Stratum(60, 15, 15)) == (wilson(15, 17), wilson(8, 8))


def test_a_verdict_without_any_label_leaves_both_unknown():
    assert judge_rates(Stratum(20, 0, 0), Stratum(80, 20, 18)) == (None, None)
    assert judge_rates(Stratum(0, 0, 0), Stratum(0, 0, 0)) == (None, None)


def test_a_judge_that_never_fails_anything_catches_no_failure():
    passes, failures = judge_rates(Stratum(0, 0, 0), Stratum(40, 20, 15))
    assert (passes.estimate, failures.estimate) == (1.0, 0.0)


@st.composite
def strata(draw):
    outputs = draw(st.integers(1, 60))
    labelled = draw(st.integers(1, outputs))
    return Stratum(outputs, labelled, draw(st.integers(0, labelled)))


@given(strata(), strata())
def test_intervals_hold_their_estimates(failed, passed):
    for interval in judge_rates(failed, passed):
        if interval is not None:
            assert 0 <= interval.low <= interval.estimate <= interval.high <= 1
