"""How many labels tell how often people agree with a judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.intervals import wilson
from workbench.stats.labels import WITHIN, labels_needed


def test_at_worst_93_labels_tell_within_10_points():
    assert labels_needed(10_000, agreement=0.5) == 93


def test_no_more_are_asked_for_than_there_are():
    assert labels_needed(12) == 12
    assert labels_needed(0) == 0


@given(st.integers(200, 5_000), st.floats(0.5, 0.99))
def test_so_many_labels_are_enough_and_fewer_are_not_by_much(verdicts, agreement):
    needed = labels_needed(verdicts, agreement)

    interval = wilson(round(agreement * needed), needed)
    assert (interval.high - interval.low) / 2 <= WITHIN
    fewer = wilson(round(agreement * (needed // 2)), needed // 2)
    assert (fewer.high - fewer.low) / 2 > WITHIN


@pytest.mark.parametrize(("agreement", "within"), [(1.5, 0.1), (0.8, 0.0)])
def test_impossible_wishes_are_refused(agreement, within):
    with pytest.raises(InputError):
        labels_needed(10, agreement, within)
