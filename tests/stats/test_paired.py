"""One arm against its baseline on the same examples."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.intervals import cluster_interval, log_ratio_interval, stabilised_t, t_interval, tango
from workbench.stats.paired import compare
from workbench.stats.significance import mcnemar_mid_p, sign_flip


def scored(values):
    """One example per value; a value that is a list has repeats."""
    return {f"q-{i:03}": list(v) if isinstance(v, list | tuple) else [v] for i, v in enumerate(values)}


def pass_fail_pair(b, c, both, neither=0):
    """Baseline and arm with so many examples that only the arm passes, only the baseline, both, neither."""
    baseline = [0] * b + [1] * c + [1] * both + [0] * neither
    arm = [1] * b + [0] * c + [1] * both + [0] * neither
    return scored(baseline), scored(arm)


def differences_of(baseline, arm):
    return [np.mean(arm[key]) - np.mean(baseline[key]) for key in sorted(baseline)]


def test_pass_or_fail_once_is_judged_by_tango_and_mid_p():
    baseline, arm = pass_fail_pair(9, 1, 15, 5)
    result = compare(baseline, arm, kind="pass_fail", direction="higher")
    expected = tango(30, 9, 1)
    assert (result.difference, result.low, result.high) == (
        pytest.approx(8 / 30),
        expected.low,
        expected.high,
    )
    assert result.p_value == mcnemar_mid_p(9, 1)
    assert (result.n, result.wins, result.losses, result.ties) == (30, 9, 1, 20)
    assert result.verdict == "better"
    assert result.needed_examples is None
    assert result.method == "Tango score, McNemar mid-p"
    assert result.ratio is None


def test_lower_is_better_turns_the_verdict_and_the_wins():
    baseline, arm = pass_fail_pair(9, 1, 15, 5)
    result = compare(baseline, arm, kind="pass_fail", direction="lower")
    assert (result.verdict, result.wins, result.losses) == ("worse", 1, 9)
    assert compare(arm, baseline, kind="pass_fail", direction="lower").verdict == "better"


def test_few_discordant_examples_of_a_large_set_are_the_same():
    result = compare(*pass_fail_pair(3, 3, 194), kind="pass_fail", direction="higher")
    assert result.verdict == "same"
    assert -0.05 < result.low < 0 < result.high < 0.05


def test_too_little_data_says_how_much_more_would_settle_it():
    baseline, arm = pass_fail_pair(6, 2, 20, 2)
    result = compare(baseline, arm, kind="pass_fail", direction="higher")
    assert result.verdict == "cannot tell yet"
    more = -(-(30 + result.needed_examples) // 30)
    larger = compare(*pass_fail_pair(6 * more, 2 * more, 20 * more, 2 * more), kind="pass_fail", direction="higher")
    assert larger.verdict == "better"


def test_identical_answers_on_few_examples_are_not_yet_the_same():
    result = compare(*pass_fail_pair(0, 0, 15), kind="pass_fail", direction="higher")
    assert (result.difference, result.p_value, result.verdict) == (0, 1, "cannot tell yet")
    assert result.needed_examples > 15


def test_pass_or_fail_with_repeats_is_judged_by_the_stabilised_t():
    baseline = scored([[0, 0, 1], [0, 1, 0], [0, 0, 0], [1, 1, 1], [0, 1, 1], [0, 0, 0], [1, 0, 0], [0, 0, 1]])
    arm = scored([[1, 1, 1], [1, 1, 1], [1, 0, 1], [1, 1, 1], [1, 1, 1], [1, 1, 0], [1, 1, 1], [1, 1, 1]])
    result = compare(baseline, arm, kind="pass_fail", direction="higher")
    gaps = differences_of(baseline, arm)
    expected = stabilised_t(gaps, 3).within(-1, 1)
    assert (result.difference, result.low, result.high) == pytest.approx(
        (expected.estimate, expected.low, expected.high)
    )
    assert result.p_value == sign_flip(gaps)
    assert result.verdict == "better"
    assert result.method == "stabilised t on examples, sign-flip test"


def test_unequal_repeats_count_by_their_harmonic_mean():
    baseline = scored([[1], [0], [1], [0], [1], [0]])
    arm = scored([[1, 1, 1]] * 5 + [[1, 1, 0]])
    result = compare(baseline, arm, kind="pass_fail", direction="higher")
    expected = stabilised_t(differences_of(baseline, arm), 1.5)
    assert result.low == pytest.approx(expected.low)


def test_an_arm_whose_repeats_never_differ_counts_as_asked_once():
    baseline, arm = scored([[1] * 3, [0] * 3, [1] * 3] * 2), scored([[1, 1, 1]] * 5 + [[1, 1, 0]])
    result = compare(baseline, arm, kind="pass_fail", direction="higher")
    expected = stabilised_t(differences_of(baseline, arm), 1.5)
    assert (result.low, result.high) == pytest.approx((expected.low, expected.high))


def test_shares_are_judged_by_t_and_sign_flip():
    baseline, arm = scored([0.2, 0.4, 0.6, 0.5, 0.3, 0.7, 0.1]), scored([0.5, 0.6, 0.7, 0.9, 0.4, 0.8, 0.6])
    result = compare(baseline, arm, kind="share", direction="higher")
    gaps = differences_of(baseline, arm)
    expected = t_interval(gaps)
    assert (result.low, result.high) == pytest.approx((expected.low, expected.high))
    assert result.p_value == 2 / 2**7
    assert (result.verdict, result.method) == ("better", "t on examples, sign-flip test")


def test_five_examples_all_better_are_not_enough_for_scores():
    baseline, arm = scored([0.2, 0.4, 0.6, 0.5, 0.3]), scored([0.5, 0.7, 0.9, 0.81, 0.6])
    result = compare(baseline, arm, kind="share", direction="higher")
    assert result.low > 0
    assert result.p_value == 2 / 2**5
    assert result.verdict == "cannot tell yet"
    assert 1 <= result.needed_examples <= 3


def test_shares_that_are_all_0_or_1_are_judged_as_pass_or_fail():
    baseline, arm = pass_fail_pair(0, 0, 12)
    as_share = compare(baseline, arm, kind="share", direction="higher")
    assert as_share == compare(baseline, arm, kind="pass_fail", direction="higher")
    assert as_share.low < 0 < as_share.high


def test_amounts_are_compared_by_ratio_and_reported_in_their_unit():
    costs = [0.001, 0.002, 0.0015, 0.004, 0.0008, 0.0011]
    higher = [1.4 * cost * wobble for cost, wobble in zip(costs, [1, 1.1, 0.9, 1, 1.05, 0.95], strict=True)]
    baseline, arm = scored(costs), scored(higher)
    result = compare(baseline, arm, kind="number", direction="lower")
    expected = log_ratio_interval(costs, higher)
    assert (result.ratio, result.ratio_low, result.ratio_high) == pytest.approx(
        (expected.estimate, expected.low, expected.high)
    )
    assert result.difference == pytest.approx(np.mean(higher) - np.mean(costs))
    assert result.low < result.difference < result.high
    assert (result.verdict, result.wins, result.losses) == ("worse", 0, 6)
    assert result.method == "t on examples, log ratio, sign-flip test"


def test_amounts_within_5_percent_are_the_same():
    random = np.random.default_rng(4)
    before = random.lognormal(0, 0.5, 60)
    after = before * random.lognormal(0, 0.03, 60)
    result = compare(scored(before.tolist()), scored(after.tolist()), kind="number", direction="lower")
    assert 1 / 1.05 < result.ratio_low < 1 < result.ratio_high < 1.05
    assert result.verdict == "same"


def test_typically_less_but_more_in_total_is_no_verdict():
    before, after = [100.0] * 60, [80.0] * 59 + [2000.0]
    result = compare(scored(before), scored(after), kind="number", direction="lower")
    assert result.ratio_high < 1
    assert result.difference > 0
    assert (result.verdict, result.needed_examples) == ("cannot tell yet", None)


def test_numbers_that_can_be_0_are_compared_by_difference():
    baseline, arm = scored([3, 2, 4, 0, 3, 3, 2, 4]), scored([1, 0, 1, 0, 1, 0, 0, 1])
    result = compare(baseline, arm, kind="number", direction="lower")
    expected = t_interval(differences_of(baseline, arm))
    assert (result.low, result.high, result.ratio) == (pytest.approx(expected.low), pytest.approx(expected.high), None)
    assert result.verdict == "better"


def test_two_free_models_cost_the_same():
    result = compare(scored([0.0] * 10), scored([0.0] * 10), kind="number", direction="lower")
    assert (result.difference, result.verdict, result.ties) == (0, "same", 10)


def test_only_examples_that_both_arms_have_are_compared():
    baseline = {"a": [1], "b": [1], "c": [0], "d": [1], "e": [1], "only-baseline": [0], "unscored": []}
    arm = {"a": [1], "b": [1], "c": [1], "d": [1], "e": [1], "unscored": [1], "only-arm": [0]}
    result = compare(baseline, arm, kind="pass_fail", direction="higher")
    assert (result.n, result.missing_arm, result.missing_baseline) == (5, 1, 2)
    assert result.difference == pytest.approx(0.2)


def test_fewer_than_5_common_examples_are_too_few():
    result = compare(*pass_fail_pair(4, 0, 0), kind="pass_fail", direction="higher")
    assert result.verdict == "too few"
    assert result.difference == 1
    assert (result.low, result.high, result.p_value, result.needed_examples) == (None, None, None, None)


def test_nothing_in_common_has_no_difference():
    result = compare({"a": [1]}, {"b": [1]}, kind="pass_fail", direction="higher")
    assert (result.n, result.difference, result.verdict) == (0, None, "too few")
    assert (result.missing_arm, result.missing_baseline) == (1, 1)


def test_examples_of_one_document_are_not_independent_evidence():
    # Six of ten examples improve, all from three documents.
    baseline, arm = pass_fail_pair(6, 0, 14)
    assert compare(baseline, arm, kind="pass_fail", direction="higher").verdict == "better"
    clusters = {key: f"doc-{number // 2}" for number, key in enumerate(sorted(baseline))}
    result = compare(baseline, arm, kind="pass_fail", direction="higher", clusters=clusters)
    gaps = differences_of(baseline, arm)
    expected = cluster_interval(gaps, [number // 2 for number in range(20)])
    assert result.low == pytest.approx(min(expected.low, tango(20, 6, 0).low))
    assert result.high == pytest.approx(max(expected.high, tango(20, 6, 0).high))
    assert result.p_value == 2 / 2**3
    assert result.verdict == "cannot tell yet"
    assert result.method == "t on 10 clusters, sign-flip test"


def test_clusters_widen_ratios_too():
    random = np.random.default_rng(8)
    shifts = np.repeat(random.normal(0.1, 0.3, 8), 3)
    before = random.lognormal(0, 0.4, 24)
    baseline, arm = scored(before.tolist()), scored((before * np.exp(shifts)).tolist())
    clusters = {key: f"doc-{number // 3}" for number, key in enumerate(sorted(baseline))}
    plain = compare(baseline, arm, kind="number", direction="lower")
    clustered = compare(baseline, arm, kind="number", direction="lower", clusters=clusters)
    assert clustered.ratio == pytest.approx(plain.ratio)
    assert clustered.ratio_low < plain.ratio_low < plain.ratio_high < clustered.ratio_high


@pytest.mark.parametrize("margin", [-0.01, float("nan")])
def test_a_negative_margin_is_refused(margin):
    with pytest.raises(InputError, match="margin"):
        compare(*pass_fail_pair(1, 1, 8), kind="pass_fail", direction="higher", margin=margin)


cells = st.lists(st.sampled_from([0, 1]), min_size=1, max_size=3)
pairs = st.lists(st.tuples(cells, cells), min_size=5, max_size=24)
amounts = st.lists(st.tuples(st.floats(0.01, 100), st.floats(0.01, 100)), min_size=5, max_size=15)
TURNED = {"better": "worse", "worse": "better"}


@settings(max_examples=60)
@given(pairs)
def test_swapping_the_arms_turns_everything_round(rows):
    baseline, arm = scored([row[0] for row in rows]), scored([row[1] for row in rows])
    there = compare(baseline, arm, kind="pass_fail", direction="higher")
    back = compare(arm, baseline, kind="pass_fail", direction="higher")
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), abs=1e-12)
    assert there.p_value == back.p_value
    assert back.verdict == TURNED.get(there.verdict, there.verdict)
    assert (there.wins, there.losses, there.ties) == (back.losses, back.wins, back.ties)
    assert -1 <= there.low <= there.difference + 1e-12
    assert there.difference - 1e-12 <= there.high <= 1


@settings(max_examples=60)
@given(amounts)
def test_swapping_the_arms_inverts_ratios(rows):
    baseline, arm = scored([row[0] for row in rows]), scored([row[1] for row in rows])
    there = compare(baseline, arm, kind="number", direction="lower")
    back = compare(arm, baseline, kind="number", direction="lower")
    assert there.ratio == pytest.approx(1 / back.ratio)
    assert back.verdict == TURNED.get(there.verdict, there.verdict)
    assert math.isfinite(there.ratio_high)


@settings(max_examples=60)
@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_examples_changes_no_result(rows, random):
    baseline, arm = scored([row[0] for row in rows]), scored([row[1] for row in rows])
    shuffled = dict(random.sample(list(arm.items()), len(arm)))
    assert compare(baseline, shuffled, kind="pass_fail", direction="higher") == compare(
        baseline, arm, kind="pass_fail", direction="higher"
    )


@settings(max_examples=60)
@given(pairs)
def test_duplicated_repeats_leave_the_difference_and_never_narrow_a_cluster_interval(rows):
    baseline, arm = scored([row[0] for row in rows]), scored([row[1] for row in rows])
    twice = [{key: values * 2 for key, values in part.items()} for part in (baseline, arm)]
    once = compare(baseline, arm, kind="pass_fail", direction="higher")
    again = compare(*twice, kind="pass_fail", direction="higher")
    assert again.difference == pytest.approx(once.difference, abs=1e-12)
    assert again.n == once.n
    labels = [number // 2 for number in range(len(rows))]
    if len(set(labels)) >= 5:
        one = cluster_interval(differences_of(baseline, arm), labels)
        other = cluster_interval(differences_of(*twice), labels)
        assert other.high - other.low >= (one.high - one.low) * (1 - 1e-9)


outcomes = st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from([0, 1])), min_size=5, max_size=30)


@settings(max_examples=60)
@given(outcomes, st.integers(2, 5), st.integers(1, 5))
def test_repeating_every_outcome_changes_nothing(rows, times, times_arm):
    once = compare(scored([a for a, _ in rows]), scored([b for _, b in rows]), kind="pass_fail", direction="higher")
    baseline, arm = scored([[a] * times for a, _ in rows]), scored([[b] * times_arm for _, b in rows])
    assert compare(baseline, arm, kind="pass_fail", direction="higher") == once
