"""Ids in the order in which people count."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.text.natural_order import natural_key


def test_numbers_count_by_their_size():
    ids = ["q-10", "11", "q-2", "2", "1", "q-2b10", "q-2b9", "row-0a", "10"]
    assert sorted(ids, key=natural_key) == ["1", "2", "10", "11", "q-2", "q-2b9", "q-2b10", "q-10", "row-0a"]


@given(st.lists(st.text(alphabet="ab0129-²٣", max_size=8)))
def test_any_texts_have_one_order_whatever_the_order_they_come_in(texts):
    backwards = texts[::-1]
    assert sorted(backwards, key=natural_key) == sorted(texts, key=natural_key)


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_whole_numbers_are_in_their_own_order(first, second):
    assert (natural_key(str(first)) < natural_key(str(second))) == (first < second)
