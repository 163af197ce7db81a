"""Corrections for several comparisons against published figures, an oracle and their properties."""

import gc
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from workbench.errors import InputError
from workbench.stats.corrections import benjamini_hochberg, holm, level_for

PUBLISHED = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
    0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0,
]  # fmt: skip
"""Benjamini and Hochberg 1995, section 3.3."""

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def test_the_published_example_has_three_rejections_by_holm_and_four_by_benjamini_and_hochberg():
    assert sum(p <= 0.05 for p in holm(PUBLISHED)) == 3
    assert sum(p <= 0.05 for p in benjamini_hochberg(PUBLISHED)) == 4


def test_holm_keeps_the_order_in_which_the_values_were_given():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@given(p_values)
def test_both_agree_with_statsmodels(values):
    with patch.object(gc, "collect"):  # which the oracle does after each correction, for all that the tests have loaded
        assert holm(values) == pytest.approx(list(multipletests(values, method="holm")[1]))
        assert benjamini_hochberg(values) == pytest.approx(list(multipletests(values, method="fdr_bh")[1]))


@given(p_values)
def test_no_corrected_value_is_smaller_than_its_own_or_out_of_order(values):
    for correct in (holm, benjamini_hochberg):
        adjusted = correct(values)
        assert all(given - 1e-12 <= corrected <= 1 for given, corrected in zip(values, adjusted, strict=True))
        by_size = [corrected for _, corrected in sorted(zip(values, adjusted, strict=True))]
        assert by_size == sorted(by_size)


def test_intervals_that_hold_together_are_each_at_a_higher_level():
    assert level_for(0.95, 5) == pytest.approx(0.99)
    assert level_for(0.95, 1) == pytest.approx(0.95)


def test_what_is_no_p_value_is_refused():
    with pytest.raises(InputError, match="not a p-value"):
        holm([0.2, float("nan")])
    with pytest.raises(InputError, match="not a p-value"):
        benjamini_hochberg([1.2])
    with pytest.raises(InputError, match="cannot be corrected"):
        level_for(0.95, 0)
