"""Correlations: SciPy as oracle, properties, and what is undefined."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from workbench.errors import InputError
from workbench.stats.correlation import pearson, spearman

VALUES = st.lists(st.tuples(st.integers(-20, 20), st.integers(-20, 20)), min_size=4, max_size=40)


@given(VALUES)
def test_both_agree_with_scipy_and_are_undefined_where_it_is(pairs):
    first, second = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    if len(set(first)) == 1 or len(set(second)) == 1:
        assert pearson(first, second) is spearman(first, second) is None
        return
    for found, known in ((pearson, stats.pearsonr), (spearman, stats.spearmanr)):
        interval = found(first, second)
        assert interval.estimate == pytest.approx(known(first, second).statistic, abs=1e-9)
        assert -1 <= interval.low <= interval.estimate <= interval.high <= 1
        assert found(second, first).estimate == pytest.approx(interval.estimate)


def test_pearsons_interval_is_scipys():
    first, second = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1.0, 3.0, 2.0, 5.0, 4.0, 6.0]
    known = stats.pearsonr(first, second).confidence_interval()
    found = pearson(first, second)
    assert (found.low, found.high) == pytest.approx((known.low, known.high))


def test_few_items_give_nothing_and_lists_must_fit():
    assert pearson([1.0, 2.0, 3.0], [1.0, 2.0, 4.0]) is None
    with pytest.raises(InputError, match="no pairs"):
        spearman([1.0] * 5, [1.0] * 4)
