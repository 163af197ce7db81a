"""One spelling of numbers for people."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.stats.numbers import (
    amount,
    change,
    counted,
    duration,
    duration_range,
    money,
    money_range,
    number,
    of_kind,
    percent,
    percent_with_interval,
    point_count,
    points,
    signed_points,
    times,
)


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.714, "71%"),
        (0, "0%"),
        (1, "100%"),
        (0.5, "50%"),
        (0.004, "0.4%"),
        (0.0004, "<0.1%"),
        (0.997, "99.7%"),
        (0.9999, ">99.9%"),
        (-0.12, "-12%"),
        (1.2, "120%"),
        (None, "unknown"),
    ],
)
def test_a_share_is_whole_percents_and_never_rounds_to_none_or_all(share, text):
    assert percent(share) == text


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_only_nothing_and_everything_are_0_and_100_percent(share):
    assert percent(share) not in {"0%", "100%", "0.0%", "100.0%"}


def test_a_mean_stands_before_its_interval():
    assert percent_with_interval(0.714, 0.62, 0.79) == "71% (62–79)"
    assert percent_with_interval(1.0, 0.796, 1.0) == "100% (80–100)"
    assert percent_with_interval(0.714, None, None) == "71%"
    assert percent_with_interval(None, None, None) == "unknown"


@pytest.mark.parametrize(
    ("difference", "text"),
    [
        (0.12, "12 points"),
        (-0.12, "12 points"),
        (0.01, "1 point"),
        (0.004, "0.4 points"),
        (0.0001, "0 points"),
        (0, "0 points"),
        (None, "unknown"),
    ],
)
def test_a_difference_of_shares_is_in_points(difference, text):
    assert points(difference) == text


@pytest.mark.parametrize(("difference", "text"), [(0.12, "12"), (-0.031, "-3"), (-0.004, "-0.4"), (-0.0001, "0")])
def test_points_keep_their_sign_where_it_is_asked_for(difference, text):
    assert point_count(difference) == text
    assert signed_points(difference) == (f"+{text}" if difference > 0 else text)


def test_what_rounds_to_nothing_has_no_sign_and_one_thing_no_s():
    assert signed_points(0.0001) == "0"
    assert [change(size) for size in (0.12, 0.01, -0.01, 0.0)] == ["+12 points", "+1 point", "-1 point", "0 points"]
    assert [counted(count, "answer") for count in (0, 1, 1200)] == ["0 answers", "1 answer", "1,200 answers"]


def test_a_score_is_read_as_its_metric_is():
    assert [of_kind(0.5, "share", ""), of_kind(0.5, "number", "s"), of_kind(None, "number", "")] == [
        "50%",
        "0.5 s",
        "unknown",
    ]


@pytest.mark.parametrize(
    ("usd", "text"),
    [
        (None, "unknown"),
        (0, "$0"),
        (1.1, "$1.10"),
        (0.13, "$0.13"),
        (0.0995, "$0.10"),
        (0.09, "$0.09"),
        (0.0132, "$0.013"),
        (0.0004, "$0.0004"),
        (0.00000012, "<$0.000001"),
        (999.99, "$999.99"),
        (999.999, "$1,000"),
        (1234.5, "$1,234"),
        (-0.5, "-$0.50"),
    ],
)
def test_money_has_as_many_digits_as_make_sense(usd, text):
    assert money(usd) == text


@given(st.floats(1e-300, 1e9))
def test_something_that_costs_never_reads_as_free(usd):
    assert money(usd) not in {"$0", "$0.00", "$0.0"}


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (None, "unknown"),
        (0, "0 ms"),
        (0.4, "0.4 ms"),
        (45, "45 ms"),
        (99.7, "0.1 s"),
        (850, "0.8 s"),
        (1240, "1.2 s"),
        (9960, "10 s"),
        (59400, "59 s"),
        (59900, "1 min"),
        (200_000, "3 min 20 s"),
        (180_000, "3 min"),
        (3.5999e06, "1 h"),
        (7.5e06, "2 h 5 min"),
        (-1500, "-1.5 s"),
    ],
)
def test_a_duration_is_in_the_unit_that_fits(ms, text):
    assert duration(ms) == text


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (1.4, "1.4 times"),
        (1.04, "1.04 times"),
        (0.9, "0.90 times"),
        (0.031, "0.031 times"),
        (12.3, "12 times"),
        (9.97, "10 times"),
        (None, "unknown"),
    ],
)
def test_a_ratio_is_finer_near_1(ratio, text):
    assert times(ratio) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.5123, "0.512"),
        (4.9, "4.9"),
        (318, "318"),
        (999.7, "1,000"),
        (12345.6, "12,346"),
        (0.99999, "1"),
        (-2.5, "-2.5"),
        (0, "0"),
        (1e-5, "0.00001"),
        (None, "unknown"),
    ],
)
def test_other_numbers_have_three_significant_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.13, "USD", "$0.13"),
        (1240, "ms", "1.2 s"),
        (12, "s", "12 s"),
        (12.3, "words", "12.3 words"),
        (3.0, "", "3"),
        (None, "USD", "unknown"),
        (None, "words", "unknown"),
    ],
)
def test_an_amount_is_spelled_by_its_unit(value, unit, text):
    assert amount(value, unit) == text


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(1.1, 1.6, "$1.10 to $1.60"), (0.0, 0.004, "up to $0.004"), (0.41, 0.411, "$0.41"), (0.0, 0.0, "$0")],
)
def test_a_range_of_money_is_two_amounts_where_they_differ(low, high, said):
    assert money_range(low, high) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (2_300, 5_100, "2 to 6 s"),
        (200, 700, "up to 1 s"),
        (4_000, 4_000, "4 s"),
        (80_000, 130_000, "1 to 3 min"),
        (243_000, 341_000, "4 to 6 min"),
        (3_600_000, 9_000_000, "1 to 3 h"),
        (0, 0, "up to 1 s"),
    ],
)
def test_a_range_of_time_has_one_unit_and_is_never_narrower_than_it_is(low, high, said):
    assert duration_range(low, high) == said
