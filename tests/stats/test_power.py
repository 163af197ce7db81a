"""How small a difference a run can show, against published figures and simulation."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.power import (
    GUESSED_HIGH,
    GUESSED_LOW,
    Noise,
    best_repeats,
    detectable,
    examples_needed,
    examples_needed_pass_fail,
    noise_between,
    noise_of,
    pooled,
)

noises = st.builds(Noise, st.floats(0.001, 1), st.floats(0, 1))


@pytest.mark.parametrize(
    ("noise", "repeats", "needed"),
    [(Noise(1 / 9, 0), 1, 969.0), (Noise(1 / 9, 1 / 3), 1, 3_876), (Noise(1 / 9, 1 / 3), 10, 1_260)],
)
def test_the_published_example_needs_about_a_thousand_questions(noise, repeats, needed):
    assert examples_needed(noise, 0.03, repeats) == pytest.approx(needed, abs=0.5)


@pytest.mark.parametrize(
    ("discordant", "difference", "needed"), [(0.25, 0.10, 194), (0.25, 0.20, 47), (0.15, 0.10, 116), (0.30, 0.15, 103)]
)
def test_pass_or_fail_needs_what_connor_says(discordant, difference, needed):
    assert math.ceil(examples_needed_pass_fail(discordant, difference)) == needed


@pytest.mark.parametrize(
    ("examples", "low", "high"),
    [(15, 0.209, 0.341), (30, 0.148, 0.241), (50, 0.114, 0.187), (100, 0.081, 0.132), (200, 0.057, 0.093)],
)
def test_before_any_run_the_guess_spans_the_tabled_differences(examples, low, high):
    assert detectable(GUESSED_LOW, examples, 3) == pytest.approx(low, abs=5e-4)
    assert detectable(GUESSED_HIGH, examples, 3) == pytest.approx(high, abs=5e-4)


@given(noises, st.integers(1, 500), st.integers(1, 10))
def test_so_many_examples_as_are_needed_find_the_detectable_difference(noise, examples, repeats):
    assert examples_needed(noise, detectable(noise, examples, repeats), repeats) == pytest.approx(examples)


@given(noises, st.integers(1, 500), st.integers(1, 10))
def test_more_examples_or_repeats_never_show_less(noise, examples, repeats):
    assert detectable(noise, examples + 1, repeats) < detectable(noise, examples, repeats)
    assert detectable(noise, examples, repeats + 1) <= detectable(noise, examples, repeats)


def test_the_noise_of_an_earlier_run_is_split_as_it_was_made():
    random = np.random.default_rng(3)
    count, repeats = 4_000, 4
    true = random.normal(0.1, 0.3, count)
    scores = [true[:, None] * arm + random.normal(0, 0.2, (count, repeats)) for arm in (0, 1)]
    by_example = [{f"q{at}": list(row) for at, row in enumerate(values)} for values in scores]
    noise = noise_of(*by_example)
    assert noise.between == pytest.approx(0.09, rel=0.1)
    assert noise.within == pytest.approx(0.08, rel=0.05)


def test_without_repeats_or_common_examples_the_noise_is_unknown():
    assert noise_of({"a": [1.0], "b": [0.0]}, {"a": [0.0], "b": [1.0]}) is None
    assert noise_of({"a": [1.0, 0.0]}, {"b": [0.0, 1.0]}) is None


def test_noise_between_examples_is_never_below_nothing():
    assert noise_of({"a": [1, 0], "b": [0, 1]}, {"a": [0, 1], "b": [1, 0]}).between == 0


def test_repeats_pay_where_answers_vary_and_examples_are_dear():
    assert best_repeats(Noise(0.05, 0.1), example_cost=9, call_cost=1) == 3
    assert best_repeats(Noise(0.05, 0), example_cost=9, call_cost=1) == 1
    assert best_repeats(Noise(0, 0.1), example_cost=9, call_cost=1) == 10


def test_what_cannot_be_planned_is_refused():
    for refused in (
        lambda: detectable(GUESSED_LOW, 0),
        lambda: examples_needed(GUESSED_LOW, 0),
        lambda: examples_needed_pass_fail(0.1, 0.2),
        lambda: best_repeats(GUESSED_LOW, 0, 1),
    ):
        with pytest.raises(InputError):
            refused()


def test_without_repeats_the_noise_is_between_all_of_it_and_none_of_it_averaging_out():
    known = noise_between({"a": [1.0], "b": [0.0], "c": [1.0]}, {"a": [0.0], "b": [1.0], "c": [1.0]})
    assert (known.low, known.high) == (Noise(0, 1.0), Noise(1.0, 0))
    assert detectable(known.low, 50) == detectable(known.high, 50)
    assert detectable(known.low, 50, 4) == pytest.approx(detectable(known.high, 50) / 2)
    assert noise_between({"a": [1.0]}, {"a": [0.0]}) is None


def test_noise_of_several_comparisons_is_their_mean():
    one, other = ({"a": [1.0, 0.0], "b": [0.0, 0.0]}, {"a": [1.0, 1.0], "b": [1.0, 0.0]})
    known, equal = noise_between(one, other), noise_between(one, one)
    together = pooled([known, equal])
    assert together.low.within == pytest.approx((known.low.within + equal.low.within) / 2)
    assert pooled([]) is None


def test_several_arms_against_one_baseline_need_a_larger_difference():
    assert detectable(GUESSED_LOW, 50, 3, comparisons=4) > detectable(GUESSED_LOW, 50, 3) * 1.15
