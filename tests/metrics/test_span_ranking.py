import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.metrics import ranking
from workbench.metrics.span_ranking import SpanRanking

SECOND = 1 / math.log2(3)


def test_figures_of_two_spans_of_which_one_is_found_second():
    found = SpanRanking((2, None), (False, True, True))
    assert [found.recall_at(k) for k in (1, 2)] == [0.0, 0.5]
    assert [found.hit_at(k) for k in (1, 2)] == [0.0, 1.0]
    assert [found.precision_at(k) for k in (1, 2, 3, 9)] == [0.0, 0.5, pytest.approx(2 / 3), pytest.approx(2 / 3)]
    assert found.reciprocal_rank() == 0.5
    assert found.average_precision() == 0.25
    assert found.ndcg() == pytest.approx(SECOND / (1 + SECOND))
    assert found.ndcg(1) == 0.0


def test_spans_that_one_chunk_finds_count_as_if_they_came_one_after_another():
    together = SpanRanking((1, 1), (True,))
    assert (together.recall_at(1), together.average_precision(), together.ndcg()) == (1, 1, 1)
    assert (together.average_precision(1), together.ndcg(1)) == (1, 1)
    later = SpanRanking((2, 2), (False, True))
    assert (later.recall_at(2), later.hit_at(1), later.reciprocal_rank()) == (1.0, 0.0, 0.5)
    assert later.average_precision() == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert later.ndcg() == pytest.approx((SECOND + 1 / 2) / (1 + SECOND))


def test_without_a_span_there_is_no_value_and_without_a_chunk_no_precision():
    nothing = SpanRanking((), (True,))
    values = [nothing.recall_at(3), nothing.hit_at(3), nothing.precision_at(3), nothing.ndcg()]
    assert [*values, nothing.reciprocal_rank(), nothing.average_precision()] == [None] * 6
    empty = SpanRanking((None,), ())
    assert (empty.recall_at(3), empty.precision_at(3), empty.reciprocal_rank(), empty.ndcg()) == (0.0, None, 0.0, 0.0)


RANKS = st.lists(st.none() | st.integers(1, 8), min_size=1, max_size=6)
CUT = st.integers(1, 9)


@given(RANKS, CUT, st.lists(st.booleans(), min_size=1, max_size=9))
def test_every_figure_lies_between_0_and_1(ranks, k, right):
    found = SpanRanking(tuple(ranks), tuple(right))
    values = [found.recall_at(k), found.hit_at(k), found.precision_at(k), found.reciprocal_rank()]
    values += [found.average_precision(), found.average_precision(k), found.ndcg(), found.ndcg(k)]
    assert all(0 <= value <= 1 + 1e-12 for value in values)


@given(st.lists(st.integers(1, 8), unique=True, min_size=1), st.integers(0, 3), CUT)
def test_where_every_span_has_a_rank_of_its_own_the_figures_are_those_of_trec_eval(ranks, unfound, k):
    spans = SpanRanking((*ranks, *[None] * unfound), tuple(place in ranks for place in range(1, 9)))
    relevant = {*ranks, *(-number for number in range(1, unfound + 1))}
    listed = list(range(1, 9))
    gains = dict.fromkeys(relevant, 1.0)
    assert spans.recall_at(k) == ranking.recall_at(listed, relevant, k)
    assert spans.hit_at(k) == ranking.hit_at(listed, relevant, k)
    assert spans.reciprocal_rank() == ranking.reciprocal_rank(listed, relevant)
    assert spans.average_precision(k) == pytest.approx(ranking.average_precision(listed, relevant, k))
    assert spans.ndcg(k) == pytest.approx(ranking.ndcg(listed, gains, k))
    if k <= len(listed):
        assert spans.precision_at(k) == ranking.precision_at(listed, relevant, k)


@given(RANKS, CUT, st.data())
def test_a_span_that_is_found_sooner_never_lowers_a_figure(ranks, k, data):
    place = data.draw(st.integers(0, len(ranks) - 1))
    sooner = list(ranks)
    sooner[place] = 1 if ranks[place] is None else data.draw(st.integers(1, ranks[place]))
    before, after = SpanRanking(tuple(ranks), ()), SpanRanking(tuple(sooner), ())
    for measure in ("recall_at", "hit_at", "average_precision", "ndcg"):
        assert getattr(after, measure)(k) >= getattr(before, measure)(k) - 1e-12
    assert after.reciprocal_rank() >= before.reciprocal_rank()


@given(RANKS, CUT)
def test_recall_never_falls_with_k_and_the_order_of_spans_does_not_matter(ranks, k):
    found, turned = SpanRanking(tuple(ranks), ()), SpanRanking(tuple(reversed(ranks)), ())
    assert found.recall_at(k) <= found.recall_at(k + 1)
    for measure in ("recall_at", "hit_at", "average_precision", "ndcg"):
        assert getattr(found, measure)(k) == pytest.approx(getattr(turned, measure)(k))
