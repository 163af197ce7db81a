"""Quantiles of single answers, with ends that assume no distribution."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.order import quantile_with_interval


def test_the_ends_are_the_ranks_of_the_binomial_distribution():
    # The median of 20 values lies between the 6th and the 15th at 95.9%: Conover 1999, table A3.
    found = quantile_with_interval(list(range(1, 21)), 0.5, examples=20)

    assert (found.estimate, found.low, found.high) == (10, 6, 15)


def test_too_few_examples_have_no_upper_end_for_the_slowest_twentieth():
    assert quantile_with_interval([1.0] * 71, 0.95, examples=71).high is None
    found = quantile_with_interval([1.0] * 72, 0.95, examples=72)
    assert (found.high, found.examples_for_bounds) == (1.0, 72)


def test_repeats_do_not_count_as_examples():
    values = [float(n) for n in range(100)]

    assert quantile_with_interval(values, 0.95, examples=100).high is not None
    assert quantile_with_interval(values, 0.95, examples=20).high is None


def test_the_interval_holds_the_true_quantile_as_often_as_it_says():
    rng, hits = random.Random(7), 0
    for _ in range(400):
        found = quantile_with_interval([rng.random() for _ in range(100)], 0.9, examples=100)
        hits += found.low <= 0.9 <= found.high

    assert hits >= 372


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=60), st.floats(0.01, 0.99))
def test_the_estimate_lies_within_its_ends(values, share):
    found = quantile_with_interval(values, share, examples=len(values))

    assert found.estimate in values
    assert found.low is None or found.low <= found.estimate
    assert found.high is None or found.estimate <= found.high


def test_nothing_and_a_share_outside_are_refused():
    for values, share in (([], 0.5), ([1.0], 0.0), ([1.0], 1.0)):
        with pytest.raises(InputError):
            quantile_with_interval(values, share, examples=1)
