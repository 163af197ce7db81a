"""A sample in proportion, with enough of every group."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.allocation import proportional

groups = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), min_size=1, max_size=4)


@given(groups, st.integers(0, 120))
def test_a_sample_is_as_large_as_asked_and_takes_enough_of_every_group(pairs, n):
    sizes, least = zip(*pairs, strict=True)
    taken = proportional(sizes, n, least)
    floor = [min(pair) for pair in pairs]

    assert all(low <= count <= size for low, count, size in zip(floor, taken, sizes, strict=True))
    assert sum(taken) == max(sum(floor), min(n, sum(sizes)))


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4), st.integers(0, 120))
def test_without_a_minimum_no_group_is_further_than_one_from_its_share(sizes, n):
    taken = proportional(sizes, n, [0] * len(sizes))
    wanted = min(n, sum(sizes))

    assert all(abs(count - wanted * size / sum(sizes)) < 1 for count, size in zip(taken, sizes, strict=True) if size)


def test_the_example_of_a_judge_that_passes_most():
    assert proportional([80, 20], 20, [3, 3]) == [16, 4]
    assert proportional([95, 5], 20, [3, 3]) == [17, 3]
    assert proportional([98, 2], 20, [3, 3]) == [18, 2]


def test_counts_below_none_are_refused():
    with pytest.raises(InputError, match="0 or more"):
        proportional([3], -1, [0])
