"""Holm's correction, and what it does to verdicts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.multiple import corrected, holm
from workbench.stats.paired import compare

P_VALUES = st.lists(st.floats(0, 1), max_size=12)

BENJAMINI_HOCHBERG = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
BENJAMINI_HOCHBERG += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
"""The p-values of Benjamini and Hochberg 1995, of which Holm's method rejects three."""


def test_published_values_are_adjusted_as_published():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert sum(p < 0.05 for p in holm(BENJAMINI_HOCHBERG)) == 3


@given(P_VALUES)
def test_no_value_becomes_smaller_and_their_order_stays(p_values):
    adjusted = holm(p_values)

    assert all(before <= after <= 1 for before, after in zip(p_values, adjusted, strict=True))
    by_before = [after for _, after in sorted(zip(p_values, adjusted, strict=True))]
    assert by_before == sorted(by_before)


@given(P_VALUES)
def test_it_is_never_stricter_than_multiplying_by_the_number(p_values):
    adjusted = holm(p_values)
    assert all(b <= min(1, len(p_values) * a) for a, b in zip(p_values, adjusted, strict=True))


@pytest.mark.parametrize("wrong", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_value_is_refused(wrong):
    with pytest.raises(InputError):
        holm([wrong])


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
