"""How often two equal arms are called better or worse: verdicts must err in fewer than 5 of 100 comparisons."""

import numpy as np
import pytest

from workbench.stats.paired import compare

SETS = 400


def repeated_pass_fail(random, n, repeats):
    """Examples of unequal difficulty, answered by two arms that are alike."""
    chance = 1 / (1 + np.exp(-random.normal(1.0, 1.5, n)))
    return random.binomial(1, chance[:, None], (n, repeats)), random.binomial(1, chance[:, None], (n, repeats))


def judged_shares(random, n, repeats):
    centre = random.beta(4, 2, n)[:, None]
    noise = random.normal(0, 0.15, (2, n, repeats))
    return tuple(np.clip(np.round(centre + part, 1), 0, 1) for part in noise)


def long_tailed_latency(random, n, repeats):
    centre = random.normal(0, 0.5, n)[:, None]
    return tuple(np.exp(centre + 0.4 * random.standard_t(3, (n, repeats))) for _ in range(2))


def by_example(values):
    return {f"q-{number:03}": row.tolist() for number, row in enumerate(values)}


@pytest.mark.parametrize(
    ("draw", "kind", "n", "repeats"),
    [
        (repeated_pass_fail, "pass_fail", 15, 1),
        (repeated_pass_fail, "pass_fail", 60, 1),
        (repeated_pass_fail, "pass_fail", 15, 3),
        (repeated_pass_fail, "pass_fail", 40, 3),
        (judged_shares, "share", 15, 1),
        (judged_shares, "share", 40, 2),
        (long_tailed_latency, "number", 15, 1),
        (long_tailed_latency, "number", 40, 1),
    ],
)
def test_equal_arms_are_told_apart_in_fewer_than_5_of_100_runs(draw, kind, n, repeats):
    random = np.random.default_rng(11)
    alarms = 0
    for _ in range(SETS):
        baseline, arm = draw(random, n, repeats)
        result = compare(by_example(baseline), by_example(arm), kind=kind, direction="higher")
        alarms += result.verdict in ("better", "worse")
    assert alarms / SETS < 0.05


def test_equal_arms_on_clustered_examples_are_told_apart_in_fewer_than_5_of_100_runs():
    random = np.random.default_rng(12)
    clusters = {f"q-{number:03}": f"doc-{number // 4}" for number in range(40)}
    alarms = ignoring = 0
    for _ in range(SETS):
        # The arms differ by document, with no difference overall.
        shift = np.repeat(random.normal(0, 0.15, 10), 4)
        baseline = by_example(np.clip(random.beta(5, 5, 40), 0, 1)[:, None])
        arm = {key: [min(1.0, max(0.0, baseline[key][0] + shift[i]))] for i, key in enumerate(baseline)}
        verdict = compare(baseline, arm, kind="share", direction="higher", clusters=clusters).verdict
        alarms += verdict in ("better", "worse")
        ignoring += compare(baseline, arm, kind="share", direction="higher").verdict in ("better", "worse")
    assert alarms / SETS < 0.05
    assert ignoring / SETS > 0.2  # what taking the examples as independent would have done


def test_a_real_difference_is_found():
    random = np.random.default_rng(13)
    found = 0
    for _ in range(200):
        chance = np.clip(random.normal(0.6, 0.2, 60), 0.02, 0.8)[:, None]
        baseline = random.binomial(1, chance, (60, 3))
        arm = random.binomial(1, chance + 0.2, (60, 3))
        found += (
            compare(by_example(baseline), by_example(arm), kind="pass_fail", direction="higher").verdict == "better"
        )
    assert found / 200 > 0.9
