"""Tests of a paired difference against published figures, an oracle, exact error rates and their properties."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar

from workbench.errors import InputError
from workbench.stats import significance
from workbench.stats.significance import mcnemar_exact, mcnemar_mid_p, sign_flip

DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
"""Differences in height of crossed and self-fertilised maize (Fisher 1935)."""

small = st.lists(st.sampled_from([-1.0, -0.4, -0.1, 0.0, 0.3, 0.5, 1.0]), min_size=1, max_size=9)


@pytest.mark.parametrize(("b", "c", "exact", "mid"), [(9, 1, 0.021484, 0.011719), (11, 1, 0.006348, 0.003418)])
def test_mcnemar_gives_the_reference_figures(b, c, exact, mid):
    assert mcnemar_exact(b, c) == pytest.approx(exact, abs=5e-7)
    assert mcnemar_mid_p(b, c) == pytest.approx(mid, abs=5e-7)


@given(st.integers(0, 400), st.integers(0, 400))
def test_exact_mcnemar_agrees_with_statsmodels(b, c):
    expected = mcnemar([[10, c], [b, 10]], exact=True).pvalue
    assert mcnemar_exact(b, c) == pytest.approx(expected, rel=1e-9, abs=1e-300)


@given(st.integers(0, 200), st.integers(0, 200))
def test_mid_p_counts_the_observed_split_half(b, c):
    point = stats.binom.pmf(min(b, c), b + c, 0.5)
    expected = 1 - point / 2 if b == c and b else mcnemar_exact(b, c) - point if b != c else 1.0
    assert mcnemar_mid_p(b, c) == pytest.approx(expected, rel=1e-7, abs=1e-12)


@given(st.integers(0, 100), st.integers(0, 100))
def test_swapping_the_arms_leaves_mcnemar_as_it_is(b, c):
    assert mcnemar_exact(b, c) == mcnemar_exact(c, b)
    assert mcnemar_mid_p(b, c) == mcnemar_mid_p(c, b)


def test_no_discordant_example_is_no_evidence():
    assert mcnemar_exact(0, 0) == mcnemar_mid_p(0, 0) == 1


def test_large_counts_neither_overflow_nor_vanish():
    assert 0 < mcnemar_mid_p(900, 1100) < 1e-4
    assert mcnemar_exact(1000, 1000) == 1


def test_negative_counts_are_refused():
    with pytest.raises(InputError, match="not counts"):
        mcnemar_mid_p(-1, 3)


def rejection_rate(p_value, n, up, down):
    """How often a test at 5% rejects, by exact enumeration over all outcomes of n examples."""
    total = 0.0
    for b, c in itertools.product(range(n + 1), repeat=2):
        if b + c <= n and p_value(b, c) < 0.05:
            total += stats.multinomial.pmf([b, c, n - b - c], n, [up, down, 1 - up - down])
    return total


@pytest.mark.parametrize(("n", "exact", "mid"), [(15, 0.022, 0.041), (30, 0.030, 0.048)])
def test_mid_p_errs_less_than_5_percent_and_uses_what_exact_leaves(n, exact, mid):
    grid = [share / 2 for share in np.arange(0.05, 0.601, 0.05)]
    assert max(rejection_rate(mcnemar_exact, n, half, half) for half in grid) == pytest.approx(exact, abs=2e-3)
    assert max(rejection_rate(mcnemar_mid_p, n, half, half) for half in grid) == pytest.approx(mid, abs=2e-3)


def test_mid_p_finds_a_20_point_gain_on_30_examples_in_6_of_10_cases():
    assert rejection_rate(mcnemar_exact, 30, 0.225, 0.025) == pytest.approx(0.48, abs=6e-3)
    assert rejection_rate(mcnemar_mid_p, 30, 0.225, 0.025) == pytest.approx(0.61, abs=6e-3)


def test_sign_flip_gives_fishers_count_for_darwins_maize():
    assert sign_flip(DARWIN) == 2 * 863 / 2**15


@given(small)
def test_sign_flip_counts_all_patterns_on_small_sets(values):
    observed = abs(sum(values))
    sums = [sum(s * v for s, v in zip(p, values, strict=True)) for p in itertools.product((1, -1), repeat=len(values))]
    expected = sum(abs(total) >= observed - 1e-9 for total in sums) / len(sums)
    assert sign_flip(values) == pytest.approx(expected, abs=1e-12)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 20))
def test_on_pass_or_fail_sign_flip_is_exact_mcnemar(b, c, ties):
    assert sign_flip([1.0] * b + [-1.0] * c + [0.0] * ties) == pytest.approx(mcnemar_exact(b, c), abs=1e-12)


scores = st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=1, max_size=30)


@given(scores, st.randoms(use_true_random=False))
def test_order_ties_and_swapping_arms_leave_sign_flip_as_it_is(values, random):
    p = sign_flip(values)
    assert sign_flip(random.sample(values, len(values))) == p
    assert sign_flip([-value for value in values]) == p
    assert sign_flip([*values, 0.0, 0.0]) == p


def test_random_flips_come_near_the_exact_p_value(monkeypatch):
    exact = sign_flip(DARWIN)
    monkeypatch.setattr(significance, "MOST_EXACT", 5)
    estimates = [sign_flip(DARWIN, seed) for seed in range(5)]
    assert len(set(estimates)) > 1
    for estimate in estimates:
        assert estimate == pytest.approx(exact, abs=0.009)  # four standard errors of 9,999 flips


def test_the_same_seed_gives_the_same_p_value_however_flips_are_chunked(monkeypatch):
    values = np.random.default_rng(3).normal(0.2, 1, 40).tolist()
    whole = sign_flip(values, seed=7)
    monkeypatch.setattr(significance, "CHUNK", 40 * 800)
    assert sign_flip(values, seed=7) == whole


def test_p_is_never_0():
    assert sign_flip([1.0] * 200) == 1 / 10_000


def test_no_difference_is_no_evidence():
    assert sign_flip([]) == sign_flip([0.0, 0.0]) == 1
