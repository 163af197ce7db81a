"""Groups of rows that point the same way."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workbench.stats.alike import groups_alike


def directions(angles):
    return np.array([[np.cos(a), np.sin(a)] for a in angles], dtype=np.float32)


def test_what_points_the_same_way_is_together_the_largest_group_first():
    assert groups_alike(directions([1.5, 0.0, 0.01, 0.02, 1.49]), 0.1) == [[1, 2, 3], [0, 4]]
    assert groups_alike(directions([]), 0.1) == []
    assert groups_alike(directions([2.0]), 0.1) == [[0]]


@given(st.lists(st.floats(0, 3), max_size=12), st.floats(0, 1.5))
def test_every_row_is_in_exactly_one_group(angles, most_apart):
    found = groups_alike(directions(angles).reshape(len(angles), 2), most_apart)

    assert sorted(at for group in found for at in group) == list(range(len(angles)))
