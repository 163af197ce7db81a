"""What further answers add up to: the promised range holds the true total in most cases."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.forecast import Range, Spread, exactly, lasting, total_of_kin, total_of_same

SIMULATIONS = 1_000


def spread_of(values, examples=None):
    values = np.asarray(values, dtype=float)
    return Spread(
        len(values),
        examples or len(values),
        float(values.mean()),
        float(values.std(ddof=1)) if len(values) > 1 else 0.0,
        float(np.quantile(values, 0.05)),
        float(np.quantile(values, 0.95)),
    )


def share_held(ranges, totals):
    return np.mean([found.low <= total <= found.high for found, total in zip(ranges, totals, strict=True)])


@pytest.mark.parametrize(
    ("earlier", "further", "least"),
    [(5, 100, 0.85), (20, 100, 0.9), (100, 100, 0.93), (100, 10, 0.9), (5, 5, 0.85), (400, 2_000, 0.93)],
)
@pytest.mark.parametrize(
    "draw",
    [
        lambda luck, n: luck.lognormal(5.0, 0.5, n),
        lambda luck, n: luck.normal(60.0, 15.0, n).clip(1),
        lambda luck, n: np.where(luck.random(n) < 0.2, 8.0, luck.lognormal(4.0, 0.3, n)),
    ],
    ids=["skewed", "even", "short refusals among long answers"],
)
def test_the_total_of_further_answers_lies_in_the_range_in_most_cases(draw, earlier, further, least):
    luck = np.random.default_rng(3)
    ranges, totals = [], []
    for _ in range(SIMULATIONS):
        spread = spread_of(draw(luck, earlier))
        ranges.append(total_of_same(spread, count=further, examples=further))
        totals.append(draw(luck, further).sum())

    assert share_held(ranges, totals) >= least


def test_repeats_of_a_few_examples_do_not_make_the_range_look_surer():
    luck = np.random.default_rng(4)
    ranges, totals = [], []
    for _ in range(SIMULATIONS):
        lengths = luck.lognormal(5.0, 0.5, 8)
        answers = np.repeat(lengths, 10) * luck.normal(1.0, 0.05, 80)
        ranges.append(total_of_same(spread_of(answers, examples=8), count=400, examples=40))
        totals.append((np.repeat(luck.lognormal(5.0, 0.5, 40), 10) * luck.normal(1.0, 0.05, 400)).sum())

    assert share_held(ranges, totals) >= 0.85


def test_more_is_known_the_more_earlier_examples_there_are():
    few = total_of_same(Spread(5, 5, 100.0, 30.0, 60.0, 150.0), count=10, examples=10)
    many = total_of_same(Spread(500, 500, 100.0, 30.0, 60.0, 150.0), count=10, examples=10)

    assert few.low < many.low < 1_000 < many.high < few.high


def test_a_few_answers_that_happen_to_be_alike_do_not_show_that_all_are():
    few = total_of_same(Spread(5, 5, 100.0, 0.0, 100.0, 100.0), count=10, examples=10)
    many = total_of_same(Spread(500, 500, 100.0, 0.0, 100.0, 100.0), count=10, examples=10)

    assert few.low < 900 < 1_100 < few.high
    assert 980 < many.low < many.high < 1_020


def test_two_earlier_examples_are_too_few_to_conclude_anything_from_their_spread():
    with pytest.raises(InputError, match="2 earlier examples"):
        total_of_same(Spread(9, 2, 100.0, 1.0, 99.0, 101.0), count=10, examples=10)


def test_answers_of_a_kindred_source_leave_the_average_open_within_their_range():
    wide = total_of_kin(Spread(50, 50, 100.0, 40.0, 20.0, 300.0), count=10)
    narrow = total_of_kin(Spread(50, 50, 90.0, 0.0, 90.0, 90.0), count=10)

    assert (wide.low, wide.expected, wide.high) == (200.0, 1_000.0, 3_000.0)
    assert (narrow.low, narrow.high) == (pytest.approx(600.0), pytest.approx(1_350.0))


@pytest.mark.parametrize("at_once", [1, 4, 16])
def test_calls_that_are_made_at_once_end_within_the_range(at_once):
    luck = np.random.default_rng(5)
    for calls in (3, 40, 300):
        for _ in range(100):
            times = luck.lognormal(0.0, 0.6, calls)
            places = np.zeros(min(at_once, calls))
            for time in times:
                places[places.argmin()] += time
            busy, longest = exactly(times.sum()), exactly(times.max())
            found = lasting(busy, longest=longest, at_once=len(places))

            assert found.low - 1e-9 <= places.max() <= found.high + 1e-9


amounts = st.floats(0, 1e6)
ranges = st.tuples(amounts, amounts, amounts).map(lambda ends: Range(*sorted(ends)))


@given(ranges, ranges)
def test_sums_and_products_of_ranges_hold_the_sums_and_products_of_what_lies_in_them(one, other):
    added, multiplied = one + other, one.scaled(other)
    for a in (one.low, one.middle, one.high):
        for b in (other.low, other.middle, other.high):
            assert added.low <= a + b <= added.high
            assert multiplied.low <= a * b <= multiplied.high


@given(ranges, amounts)
def test_nothing_lies_beyond_a_limit(one, limit):
    assert one.at_most(limit).high <= limit
    assert one.at_most(None) == one


def test_where_nothing_says_what_to_expect_a_sum_does_not_say_either():
    assert (Range(1.0, None, 5.0) + exactly(2.0)).expected is None
    assert Range(1.0, None, 5.0).middle == 3.0


def test_ends_in_the_wrong_order_are_no_range():
    with pytest.raises(InputError):
        Range(2.0, None, 1.0)
    with pytest.raises(InputError):
        Range(1.0, 5.0, 2.0)
