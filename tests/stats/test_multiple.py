"""What a correction for several comparisons does to verdicts."""

import numpy as np
import pytest

from workbench.stats.multiple import corrected
from workbench.stats.paired import compare


def _pair(better: int, of: int):
    """An arm that finds `better` of `of` more than a baseline which finds nothing."""
    baseline = {str(n): [0.0] for n in range(of)}
    return compare(baseline, {str(n): [float(n < better)] for n in range(of)}, kind="pass_fail", direction="higher")


def test_one_comparison_alone_keeps_its_verdict():
    (alone,) = corrected([_pair(6, 30)], "higher")
    assert (alone.verdict, alone.p_value) == ("better", _pair(6, 30).p_value)


def test_among_many_a_small_difference_is_not_settled_any_more_and_says_what_would_settle_it():
    among = corrected([_pair(6, 30), *[_pair(1, 30)] * 9], "higher")

    assert (among[0].verdict, among[0].needed_examples is not None) == ("cannot tell yet", True)
    assert (among[0].low, among[0].high) == (_pair(6, 30).low, _pair(6, 30).high)


def test_too_few_examples_stay_too_few_and_do_not_count():
    few, enough = corrected([_pair(2, 3), _pair(6, 30)], "higher")

    assert few == _pair(2, 3)
    assert enough.verdict == "better"


def _amounts(times: float, seed: int):
    """An arm that costs so many times what the baseline does, give or take."""
    random = np.random.default_rng(seed)
    before = random.lognormal(0, 0.5, 12)
    after = before * times * random.lognormal(0, 0.1, 12)
    return compare(
        *({f"q{n}": [float(value)] for n, value in enumerate(values)} for values in (before, after)),
        kind="number",
        direction="lower",
    )


def test_costs_and_times_are_corrected_by_their_ratio():
    among = corrected([_amounts(1.3, 1), _amounts(1.0, 2), _amounts(1.0, 3)], "lower")

    assert among[0].verdict == "worse"
    assert among[0].ratio == _amounts(1.3, 1).ratio
    assert among[0].p_value == pytest.approx(3 * _amounts(1.3, 1).p_value)
    assert [result.comparisons for result in among] == [3, 3, 3]
    assert "Holm's correction for 3 comparisons" in among[0].method


def test_a_ratio_that_chance_may_explain_among_many_is_not_settled_any_more():
    close = next(result for seed in range(100) if 0.02 < (result := _amounts(1.06, seed)).p_value < 0.05)
    assert close.verdict == "worse"

    among = corrected([close, *[_amounts(1.0, 2)] * 4], "lower")

    assert among[0].verdict == "cannot tell yet"
    assert among[0].needed_examples is not None


def test_typically_less_but_in_total_more_stays_undecided_whatever_the_correction():
    before = {f"q{n}": [10.0 + n] for n in range(20)}
    after = {f"q{n}": [5.0 + n / 2] for n in range(19)} | {"q19": [300.0]}
    odd = compare(before, after, kind="number", direction="lower")
    assert (odd.ratio < 1, odd.difference > 0, odd.verdict) == (True, True, "cannot tell yet")

    assert corrected([odd, odd], "lower")[0].verdict == "cannot tell yet"
    assert corrected([odd, odd], "lower")[0].needed_examples is None
