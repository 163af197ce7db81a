"""Pass rates corrected by people's labels: worked figures, published ones, coverage and properties."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.stats.judge_corrected import Stratum, calibrated_elsewhere, corrected_rate, weighted_reliability

FAILED, PASSED = Stratum(20, 10, 3), Stratum(80, 20, 18)


@st.composite
def strata(draw):
    outputs = draw(st.integers(1, 60))
    labelled = draw(st.integers(0, outputs))
    return Stratum(outputs, labelled, draw(st.integers(0, labelled)))


def test_the_worked_example_comes_out():
    found = corrected_rate([FAILED, PASSED])
    assert found.this_set.estimate == found.future.estimate == pytest.approx(0.78)
    assert found.this_set.n == 30
    assert found.this_set.low < 0.68
    assert found.this_set.high > 0.84
    catches_passes, catches_failures = weighted_reliability(FAILED, PASSED)
    assert catches_passes == pytest.approx(0.9231, abs=5e-5)
    assert catches_failures == pytest.approx(0.6364, abs=5e-5)


@given(st.lists(strata(), min_size=1, max_size=4))
def test_intervals_hold_the_point_and_the_future_is_no_surer_than_this_set(given_strata):
    found = corrected_rate(given_strata)
    if not any(stratum.labelled for stratum in given_strata):
        assert found is None
        return
    for interval in (found.this_set, found.future):
        assert 0 <= interval.low <= interval.high <= 1
    this, future = (i.high - i.low for i in (found.this_set, found.future))
    assert this <= future + 0.02


def test_when_everything_is_labelled_nothing_is_left_to_guess():
    found = corrected_rate([Stratum(10, 10, 2), Stratum(30, 30, 27)])
    assert found.this_set.low == found.this_set.high == 29 / 40
    assert found.this_set.estimate == pytest.approx(29 / 40)
    assert found.future.low < 29 / 40 < found.future.high


def test_a_verdict_with_hardly_a_label_is_merged_with_its_neighbour():
    merged = corrected_rate([Stratum(20, 2, 0), Stratum(80, 20, 18)])
    assert merged.this_set.estimate == pytest.approx(18 / 22)


def test_the_same_labels_always_give_the_same_interval():
    assert corrected_rate([FAILED, PASSED]) == corrected_rate([FAILED, PASSED])


@pytest.mark.parametrize(
    ("outputs", "labels", "rate", "passes", "failures", "least"),
    [(60, 15, 0.8, 0.9, 0.8, 0.93), (100, 30, 0.9, 0.95, 0.5, 0.93), (200, 60, 0.8, 0.9, 0.8, 0.93)],
)
def test_the_interval_covers_the_true_rate_about_as_often_as_it_says(outputs, labels, rate, passes, failures, least):
    random = np.random.default_rng(11)
    runs, covered = 400, 0
    for _ in range(runs):
        good = random.random(outputs) < rate
        judged = np.where(good, random.random(outputs) < passes, random.random(outputs) >= failures)
        chosen = np.zeros(outputs, dtype=bool)
        chosen[random.choice(outputs, labels, replace=False)] = True
        verdicts = [
            Stratum(int(at.sum()), int((at & chosen).sum()), int((at & chosen & good).sum()))
            for at in (~judged, judged)
        ]
        interval = corrected_rate(verdicts).future
        covered += interval.low <= rate <= interval.high
    assert covered / runs >= least


def test_a_judge_calibrated_elsewhere_corrects_as_published():
    found = calibrated_elsewhere(0.4, 1000, catches_failures=(0.7, 200), catches_passes=(0.9, 200))
    assert found.estimate == pytest.approx(0.166667, abs=5e-7)
    assert (found.low, found.high) == pytest.approx((0.05635, 0.26273), abs=5e-6)


def test_what_corrects_nothing_is_refused():
    with pytest.raises(InputError, match="no better than chance"):
        calibrated_elsewhere(0.4, 1000, catches_failures=(0.4, 50), catches_passes=(0.5, 50))
    with pytest.raises(InputError, match="no stratum"):
        Stratum(3, 4, 1)
    with pytest.raises(InputError, match="need labels"):
        weighted_reliability(Stratum(3, 0, 0), PASSED)
