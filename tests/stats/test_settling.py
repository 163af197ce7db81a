"""Further examples or further repeats: what settles a comparison sooner."""

from dataclasses import replace

import numpy as np
import pytest

from workbench.stats.paired import compare
from workbench.stats.power import Noise, noise_of
from workbench.stats.settling import more_repeats


def _arms(seed, examples, repeats, gain, spread):
    """Two arms of pass or fail; `spread` is how much the gain differs from example to example."""
    random = np.random.default_rng(seed)
    base = random.uniform(0.3, 0.7, (examples, 1))
    better = np.clip(base + gain + random.normal(0, spread, (examples, 1)), 0, 1)
    return [
        {f"q{row}": values.tolist() for row, values in enumerate(random.binomial(1, chance, (examples, repeats)))}
        for chance in (base, better)
    ]


def _undecided(baseline, arm):
    result = compare(baseline, arm, kind="pass_fail", direction="higher")
    assert result.verdict == "cannot tell yet"
    return result


def test_where_chance_makes_the_noise_repeats_settle_it_with_as_many_answers_in_whole_repeats():
    result = replace(_undecided(*_arms(4, 40, 2, 0.08, 0.0)), needed_examples=50)

    found = more_repeats(result, Noise(0.0, 0.5), 2)

    assert (found.more, found.floor) == (3, 0)  # twice and a quarter the variance, in whole repeats
    assert (found.answers, found.answers_of_examples) == (120, 100)

    found = more_repeats(replace(result, needed_examples=40), Noise(0.0, 0.5), 2)

    assert (found.more, found.answers, found.answers_of_examples) == (2, 80, 80)


def test_where_examples_differ_repeating_cannot_settle_it_and_says_how_far_it_comes():
    baseline, arm = _arms(1, 30, 5, 0.05, 0.3)
    result = _undecided(baseline, arm)

    found = more_repeats(result, noise_of(baseline, arm), 5)

    assert found.more is None
    assert 0 < found.floor < found.half_width
    assert found.sentence.startswith("Repeating the same examples cannot settle it: that can at most shrink")


def test_as_many_repeats_as_are_named_bring_the_variance_to_what_the_needed_examples_would():
    result = replace(_undecided(*_arms(4, 40, 2, 0.08, 0.0)), needed_examples=40)
    noise = Noise(0.05, 0.4)

    found = more_repeats(result, noise, 2)

    # (0.05 + 0.4 / 2) / 2 = 0.125, so 0.4 / (0.125 - 0.05) = 5.3 repeats
    assert found.more == 4
    assert (found.answers, found.answers_of_examples) == (160, 80)
    assert found.sentence == "4 more repeats of every example would take longer: 160 more answers of each arm."


@pytest.mark.parametrize("settled", [None, Noise(0.1, 0.1)])
def test_nothing_is_said_where_it_is_settled_or_the_noise_is_unknown(settled):
    result = _undecided(*_arms(4, 40, 2, 0.08, 0.0))
    if settled is not None:
        result = replace(result, needed_examples=None)
    assert more_repeats(result, settled, 2) is None


def test_where_only_very_many_repeats_would_settle_it_that_is_said():
    result = replace(_undecided(*_arms(4, 40, 2, 0.08, 0.0)), needed_examples=800)

    found = more_repeats(result, Noise(0.0, 0.5), 2)

    assert (found.more, found.possible) == (None, True)
    assert "only with more than 20 further repeats" in found.sentence
