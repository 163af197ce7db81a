"""Planned looks at a run that is going on."""

import numpy as np
import pytest
from scipy.stats import norm

from workbench.errors import InputError
from workbench.stats.looks import LOOKS, judged_by_look, p_bound, planned_looks, settles
from workbench.stats.paired import compare


def test_the_bounds_are_those_of_obrien_and_fleming():
    assert [norm.isf(p_bound(look) / 2) for look in (1, 2, 3, 4)] == pytest.approx(
        [4.0486, 2.8628, 2.3375, 2.0243], abs=1e-4
    )
    assert [round(p_bound(look), 4) for look in (2, 3, 4)] == [0.0042, 0.0194, 0.0429]


def test_a_run_is_looked_at_when_a_quarter_a_half_three_quarters_and_all_of_it_are_there():
    assert [look.examples for look in planned_looks(50)] == [13, 25, 38, 50]
    assert [look.examples for look in planned_looks(4)] == [1, 2, 3, 4]


def test_four_looks_at_equal_arms_raise_a_false_alarm_five_times_in_a_hundred():
    """Sums of normal draws: 200,000 runs, so the share of alarms is known within 0.1 points."""
    steps = np.random.default_rng(7).normal(size=(200_000, LOOKS))
    z = np.abs(np.cumsum(steps, axis=1) / np.sqrt(np.arange(1, LOOKS + 1)))
    alarms = (2 * norm.sf(z) < [p_bound(look) for look in range(1, LOOKS + 1)]).any(axis=1).mean()
    assert alarms == pytest.approx(0.05, abs=0.0015)


def test_an_early_look_stops_for_a_large_difference_and_not_for_one_that_is_only_just_significant():
    baseline = {f"q{n}": [0.0] for n in range(50)}
    plain, clear = (
        compare(baseline, {f"q{n}": [float(n < better)] for n in range(50)}, kind="pass_fail", direction="higher")
        for better in (7, 20)
    )
    half, last = planned_looks(100)[1], planned_looks(100)[3]
    assert (plain.verdict, clear.verdict) == ("better", "better")
    assert not settles(plain, half)
    assert settles(plain, last)
    assert settles(clear, half)


def test_what_cannot_be_looked_at_is_refused():
    with pytest.raises(InputError, match="too few"):
        planned_looks(3)
    with pytest.raises(InputError, match="no look 5"):
        p_bound(5)


def test_what_is_said_at_a_look_keeps_to_its_bound():
    baseline = {f"q{n}": [0.0] for n in range(50)}
    for better in range(5, 25):
        result = compare(
            baseline, {f"q{n}": [float(n < better)] for n in range(50)}, kind="pass_fail", direction="higher"
        )
        for look in planned_looks(100):
            said = judged_by_look(result, look, "higher")
            assert (said.verdict == "better") == settles(result, look)
            assert (said.low, said.high) == (result.low, result.high)
