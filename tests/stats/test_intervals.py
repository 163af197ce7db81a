"""Intervals against published figures, an independent implementation, exact enumeration and their properties."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint
from statsmodels.stats.weightstats import DescrStatsW

from workbench.errors import InputError
from workbench.stats.intervals import (
    cluster_interval,
    cluster_sums,
    log_ratio_interval,
    stabilised_t,
    t_interval,
    tango,
    wilson,
)
from workbench.stats.quantiles import z_value

DARWIN = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
"""Differences in height of crossed and self-fertilised maize (Fisher 1935)."""

differences = st.lists(st.sampled_from([-1.0, -2 / 3, -1 / 3, 0.0, 1 / 3, 2 / 3, 1.0]), min_size=5, max_size=40)
counts = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60)).filter(lambda t: sum(t) > 0)


def ends(interval):
    return interval.low, interval.high


@pytest.mark.parametrize(
    ("passes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_figures_of_newcombe_1998(passes, n, low, high):
    assert ends(wilson(passes, n)) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("n", "low"), [(15, 0.796), (30, 0.886), (50, 0.929), (59, 0.939), (100, 0.963), (200, 0.981)])
def test_an_all_pass_set_leaves_room_for_failures_to_come(n, low):
    interval = wilson(n, n)
    assert interval.low == pytest.approx(low, abs=5e-4)
    assert interval.high == 1
    assert wilson(0, n).high == pytest.approx(1 - interval.low)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.sampled_from([0.9, 0.95]))
def test_wilson_agrees_with_statsmodels(case, level):
    passes, n = case
    expected = proportion_confint(passes, n, alpha=1 - level, method="wilson")
    assert ends(wilson(passes, n, level)) == pytest.approx(expected, abs=1e-12)


def test_wilson_covers_at_15_examples_what_it_promises():
    rates = np.arange(0.50, 0.981, 0.01)
    intervals = [wilson(k, 15) for k in range(16)]
    coverage = [
        sum(stats.binom.pmf(k, 15, rate) for k in range(16) if intervals[k].low <= rate <= intervals[k].high)
        for rate in rates
    ]
    assert np.mean(coverage) == pytest.approx(0.954, abs=0.002)
    assert min(coverage) == pytest.approx(0.915, abs=0.002)


@pytest.mark.parametrize(("passes", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_an_impossible_pass_rate_is_refused(passes, n):
    with pytest.raises(InputError, match="is not a pass rate"):
        wilson(passes, n)


@pytest.mark.parametrize(
    ("n", "b", "c", "low", "high"),
    [
        (44, 0, 1, -0.1181, 0.0594),
        (50, 12, 2, 0.0611, 0.3447),
        (160, 40, 20, 0.0309, 0.2181),
        (30, 9, 1, 0.0724, 0.4566),
    ],
)
def test_tango_gives_the_reference_figures(n, b, c, low, high):
    interval = tango(n, b, c)
    assert ends(interval) == pytest.approx((low, high), abs=5e-5)
    assert interval.estimate == (b - c) / n


@given(counts)
def test_tango_excludes_0_exactly_when_mcnemars_z_is_beyond_the_quantile(case):
    b, c, ties = case
    assume(b + c > 0)
    z = abs(b - c) / math.sqrt(b + c)
    assume(abs(z - z_value()) > 1e-6)
    interval = tango(b + c + ties, b, c)
    assert (interval.low > 0 or interval.high < 0) == (z > z_value())


@given(counts)
def test_swapping_the_arms_negates_tango(case):
    b, c, ties = case
    there, back = tango(b + c + ties, b, c), tango(b + c + ties, c, b)
    assert (there.low, there.high) == (-back.high, -back.low)


@given(counts)
def test_tango_stays_within_minus_1_to_1_and_holds_its_estimate(case):
    b, c, ties = case
    interval = tango(b + c + ties, b, c)
    assert -1 <= interval.low <= interval.estimate <= interval.high <= 1
    assert interval.low < interval.high


@given(counts)
def test_a_tie_never_makes_a_difference_more_certain(case):
    b, c, ties = case
    before, after = tango(b + c + ties, b, c), tango(b + c + ties + 1, b, c)
    excluded_before = before.low > 0 or before.high < 0
    excluded_after = after.low > 0 or after.high < 0
    assert excluded_before or not excluded_after


def test_tango_covers_paired_pass_rates_at_15_examples():
    n = 15
    intervals = {(b, c): tango(n, b, c) for b in range(n + 1) for c in range(n + 1 - b)}
    coverage = []
    for up, down in [(0.05, 0.05), (0.10, 0.10), (0.25, 0.05), (0.20, 0.02), (0.30, 0.30), (0.40, 0.10)]:
        total = 0.0
        for (b, c), interval in intervals.items():
            if interval.low <= up - down <= interval.high:
                total += stats.multinomial.pmf([b, c, n - b - c], n, [up, down, 1 - up - down])
        coverage.append(total)
    assert min(coverage) >= 0.94


@pytest.mark.parametrize(("n", "b", "c"), [(0, 0, 0), (5, 4, 2), (5, -1, 2)])
def test_impossible_pair_counts_are_refused(n, b, c):
    with pytest.raises(InputError, match="do not fit"):
        tango(n, b, c)


def test_t_gives_fishers_interval_for_darwins_maize():
    assert ends(t_interval(DARWIN)) == pytest.approx((0.0312, 41.8355), abs=5e-5)


def test_the_level_at_which_t_just_touches_0_is_one_minus_its_p_value():
    # t = 2.1480 has p = .04970 in the published analysis of the same data.
    assert t_interval(DARWIN, level=1 - 0.0497029).low == pytest.approx(0, abs=1e-4)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=60), st.sampled_from([0.8, 0.95, 0.99]))
def test_t_agrees_with_statsmodels(values, level):
    assume(np.std(values) > 1e-3)
    expected = DescrStatsW(values).tconfint_mean(alpha=1 - level)
    scale = max(abs(v) for v in values)
    assert ends(t_interval(values, level)) == pytest.approx(expected, abs=1e-8 * scale)


def test_stabilised_t_gives_the_reference_figures():
    assert ends(stabilised_t([1.0] * 9 + [-1.0] + [0.0] * 20, 1)) == pytest.approx((0.0560, 0.4773), abs=5e-5)
    assert ends(stabilised_t([0.0] * 15, 3)) == pytest.approx((-0.1130, 0.1130), abs=5e-5)


@given(differences, st.integers(1, 10))
def test_more_repeats_never_widen_the_stabilised_interval_of_the_same_means(values, repeats):
    once, again = stabilised_t(values, repeats), stabilised_t(values, 2 * repeats)
    assert once.estimate == again.estimate
    assert again.high - again.low <= once.high - once.low


@pytest.mark.parametrize("repeats", [0, 0.5, float("nan")])
def test_fewer_than_one_answer_per_example_is_refused(repeats):
    with pytest.raises(InputError, match="at least once"):
        stabilised_t([0.0, 1.0], repeats)


@pytest.mark.parametrize(("n", "repeats", "least"), [(15, 1, 0.955), (15, 3, 0.955), (30, 3, 0.935), (50, 3, 0.935)])
def test_stabilised_t_covers_differences_of_repeated_pass_rates(n, repeats, least):
    # The method is our own, so its coverage is measured here: bases and shifts on the logit scale, examples of
    # unequal difficulty, 1,500 sets each (standard error about half a point).
    random = np.random.default_rng(20)
    for base in (0.5, 0.8, 0.95):
        for shift in (0.0, 1.0):
            centre = math.log(base / (1 - base))
            held = 0
            ability = 1 / (1 + np.exp(-(centre + random.normal(0, 1, 200_000))))
            shifted = 1 / (1 + np.exp(-(np.log(ability / (1 - ability)) + shift)))
            truth = float(np.mean(shifted - ability))
            for _ in range(1500):
                chosen = random.integers(0, len(ability), n)
                first = random.binomial(repeats, ability[chosen]) / repeats
                second = random.binomial(repeats, shifted[chosen]) / repeats
                interval = stabilised_t((second - first).tolist(), repeats)
                held += interval.low <= truth <= interval.high
            assert held / 1500 >= least, (base, shift)


@given(differences)
def test_one_example_per_cluster_is_the_ordinary_interval(values):
    plain, clustered = t_interval(values), cluster_interval(values, range(len(values)))
    assert ends(clustered) == pytest.approx(ends(plain), abs=1e-12)


def test_identical_examples_in_a_cluster_count_once():
    values = [0.1, 0.5, -0.2, 0.4, 0.3, 0.0]
    twice = [value for value in values for _ in range(2)]
    clusters = [number for number in range(6) for _ in range(2)]
    assert ends(cluster_interval(twice, clusters)) == pytest.approx(ends(t_interval(values)), abs=1e-12)


def test_a_cluster_interval_is_the_textbook_sandwich():
    values, clusters = [0.2, 0.4, 0.1, 0.9, 0.5, 0.3, 0.7], ["a", "a", "b", "c", "d", "d", "e"]
    mean = np.mean(values)
    sums = [sum(v - mean for v, c in zip(values, clusters, strict=True) if c == name) for name in "abcde"]
    error = math.sqrt(5 / 4 * sum(total**2 for total in sums)) / 7
    half = stats.t.ppf(0.975, 4) * error
    assert ends(cluster_interval(values, clusters)) == pytest.approx((mean - half, mean + half))


def test_fewer_than_5_clusters_have_no_interval():
    with pytest.raises(InputError, match="at least 5"):
        cluster_interval([0.1, 0.2, 0.3, 0.4, 0.5], ["a", "b", "c", "d", "d"])


def test_values_without_a_cluster_name_are_refused():
    with pytest.raises(InputError, match="as many cluster names"):
        cluster_sums([1.0, 2.0], ["a"])


@given(differences, st.randoms(use_true_random=False))
def test_the_order_of_examples_changes_nothing(values, random):
    shuffled = random.sample(list(enumerate(values)), len(values))
    labels = [number // 2 for number in range(len(values) * 2)]
    assert ends(t_interval([v for _, v in shuffled])) == ends(t_interval(values))
    assert ends(stabilised_t([v for _, v in shuffled], 3)) == ends(stabilised_t(values, 3))
    if len(values) >= 10:
        one = cluster_interval(values, labels[: len(values)])
        other = cluster_interval([v for _, v in shuffled], [labels[place] for place, _ in shuffled])
        assert ends(other) == pytest.approx(ends(one), abs=1e-12)


@given(differences)
def test_swapping_the_arms_negates_the_t_intervals(values):
    negated = [-value for value in values]
    for there, back in (
        (t_interval(values), t_interval(negated)),
        (stabilised_t(values, 3), stabilised_t(negated, 3)),
    ):
        assert ends(there) == pytest.approx((-back.high, -back.low), abs=1e-12)


def test_a_log_ratio_says_how_many_times_as_much():
    a = [1.0, 2.0, 4.0, 0.5, 8.0]
    interval = log_ratio_interval(a, [1.4 * value for value in a])
    assert (interval.estimate, interval.low, interval.high) == pytest.approx((1.4, 1.4, 1.4))


def test_a_log_ratio_interval_is_the_t_interval_of_logarithms():
    a, b = [1.0, 2.0, 4.0, 0.5, 8.0], [1.1, 2.9, 3.8, 0.9, 10.0]
    logs = np.log(np.divide(b, a))
    low, high = stats.t.interval(0.95, 4, logs.mean(), stats.sem(logs))
    assert ends(log_ratio_interval(a, b)) == pytest.approx((math.exp(low), math.exp(high)))


@given(st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)), min_size=2, max_size=20))
def test_swapping_the_arms_inverts_a_ratio(pairs):
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    there, back = log_ratio_interval(a, b), log_ratio_interval(b, a)
    assert ends(there) == pytest.approx((1 / back.high, 1 / back.low), rel=1e-9)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [([1.0, 2.0], [1.0], "pair"), ([1.0, 0.0], [1.0, 1.0], "above 0"), ([1.0, 1.0], [-1.0, 1.0], "above 0")],
)
def test_a_ratio_of_what_has_none_is_refused(a, b, words):
    with pytest.raises(InputError, match=words):
        log_ratio_interval(a, b)


@pytest.mark.parametrize("function", [t_interval, lambda v: stabilised_t(v, 3), lambda v: cluster_interval(v, [1])])
def test_one_example_has_no_interval(function):
    with pytest.raises(InputError, match="at least 2"):
        function([0.5])
