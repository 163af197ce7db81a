"""How often verdicts err, by simulation: long, so run on request only.

    WORKBENCH_SIMULATIONS=1 python -m pytest tests/stats/test_error_rates.py -s

prints the figures that the guide states.
"""

import os

import numpy as np
import pytest

from workbench.stats.intervals import stabilised_t, t_interval
from workbench.stats.looks import planned_looks, settles
from workbench.stats.multiple import corrected
from workbench.stats.paired import compare
from workbench.stats.significance import mcnemar_mid_p

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not os.environ.get("WORKBENCH_SIMULATIONS"), reason="takes minutes: set WORKBENCH_SIMULATIONS=1 to run it"
    ),
]

SETS = 2_000
# Above it, a rate is beyond 5% by more than two standard errors of a simulation of this length.
MOST = 0.05 + 2 * (0.05 * 0.95 / SETS) ** 0.5
SPOKEN = {"better", "worse"}


def by_example(values, chosen=None):
    rows = range(len(values)) if chosen is None else chosen
    return {f"q-{row:03}": values[row].tolist() for row in rows}


def chances(random, examples):
    """Examples of unequal difficulty: pass rates from nearly never to nearly always."""
    return 1 / (1 + np.exp(-random.normal(1.0, 1.5, examples)))


def report(what, rate):
    print(f"  {what:<60} {rate:.1%}")


@pytest.mark.parametrize(("examples", "repeats"), [(15, 1), (30, 1), (100, 1), (15, 3), (30, 3), (50, 5), (100, 3)])
def test_equal_arms_are_told_apart_at_most_5_times_in_100(examples, repeats):
    random = np.random.default_rng(21)
    alarms = 0
    for _ in range(SETS):
        chance = chances(random, examples)[:, None]
        arms = [by_example(random.binomial(1, chance, (examples, repeats))) for _ in range(2)]
        alarms += compare(*arms, kind="pass_fail", direction="higher").verdict in SPOKEN
    report(f"equal arms, {examples} examples x {repeats}", alarms / SETS)
    assert alarms / SETS <= MOST


@pytest.mark.parametrize(("groups", "size"), [(10, 4), (30, 3)])
def test_equal_arms_whose_examples_share_documents_are_told_apart_at_most_5_times_in_100(groups, size):
    random = np.random.default_rng(22)
    clusters = {f"q-{row:03}": f"doc-{row // size}" for row in range(groups * size)}
    alarms = 0
    for _ in range(SETS):
        base = np.repeat(chances(random, groups), size)
        # Each arm is better on some documents and worse on others, by as much.
        shifts = [np.repeat(random.normal(0, 0.15, groups), size) for _ in range(2)]
        arms = [
            by_example(random.binomial(1, np.clip(base + shift, 0.02, 0.98)[:, None], (groups * size, 3)))
            for shift in shifts
        ]
        alarms += compare(*arms, kind="pass_fail", direction="higher", clusters=clusters).verdict in SPOKEN
    report(f"equal arms, {groups} documents of {size} examples x 3", alarms / SETS)
    assert alarms / SETS <= MOST


def test_twenty_equal_arms_against_one_baseline_raise_any_alarm_at_most_5_times_in_100():
    random = np.random.default_rng(23)
    alarms = uncorrected = 0
    for _ in range(SETS // 4):
        chance = chances(random, 40)[:, None]
        baseline, *arms = (by_example(random.binomial(1, chance, (40, 1))) for _ in range(21))
        results = [compare(baseline, arm, kind="pass_fail", direction="higher") for arm in arms]
        uncorrected += any(result.verdict in SPOKEN for result in results)
        alarms += any(result.verdict in SPOKEN for result in corrected(results, "higher"))
    report("20 equal arms, 40 examples, any alarm", alarms / (SETS // 4))
    report("the same without the correction", uncorrected / (SETS // 4))
    assert alarms / (SETS // 4) <= 0.05 + 2 * (0.05 * 0.95 / (SETS // 4)) ** 0.5
    assert uncorrected / (SETS // 4) > 0.2


@pytest.mark.parametrize("repeats", [1, 3])
def test_four_planned_looks_at_equal_arms_raise_an_alarm_at_most_5_times_in_100(repeats):
    random = np.random.default_rng(24)
    examples = 60
    looks = planned_looks(examples)
    alarms = careless = 0
    for _ in range(SETS):
        chance = chances(random, examples)[:, None]
        values = [random.binomial(1, chance, (examples, repeats)) for _ in range(2)]
        results = [
            compare(*(by_example(v, range(look.examples)) for v in values), kind="pass_fail", direction="higher")
            for look in looks
        ]
        alarms += any(settles(result, look) for result, look in zip(results, looks, strict=True))
        careless += any(result.verdict in SPOKEN for result in results)
    report(f"4 planned looks at equal arms, 60 examples x {repeats}", alarms / SETS)
    report("the same looks, each at 5%", careless / SETS)
    assert alarms / SETS <= MOST


def test_in_many_more_runs_four_looks_at_pass_or_fail_stay_below_5_in_100():
    """The p-value alone, by a table of all counts: a verdict needs the interval too, so it speaks no oftener."""
    random, examples, sets = np.random.default_rng(28), 60, 200_000
    p_values = np.array([[mcnemar_mid_p(b, c) for c in range(examples + 1)] for b in range(examples + 1)])
    chance = 1 / (1 + np.exp(-random.normal(1.0, 1.5, (sets, examples))))
    first, second = (random.random((sets, examples)) < chance for _ in range(2))
    alarms = np.zeros(sets, bool)
    for look in planned_looks(examples):
        lost = (first & ~second)[:, : look.examples].sum(axis=1)
        won = (~first & second)[:, : look.examples].sum(axis=1)
        alarms |= p_values[lost, won] < look.bound
    report(f"4 planned looks at equal arms, {sets:,} runs", alarms.mean())
    assert alarms.mean() <= 0.05


def test_planned_looks_find_a_real_difference_nearly_as_often_and_with_fewer_examples():
    random = np.random.default_rng(25)
    examples = 100
    looks = planned_looks(examples)
    found = fixed = used = 0
    for _ in range(SETS // 2):
        fail, gain = random.random(examples) < 0.05, random.random(examples) < 0.25
        values = [fail[:, None].astype(int), (fail ^ gain)[:, None].astype(int)]
        results = [
            compare(*(by_example(v, range(look.examples)) for v in values), kind="pass_fail", direction="higher")
            for look in looks
        ]
        stops = [look.examples for result, look in zip(results, looks, strict=True) if settles(result, look)]
        found += bool(stops)
        used += min(stops, default=examples)
        fixed += results[-1].verdict in SPOKEN
    report("4 planned looks, a difference of 22 points: found", found / (SETS // 2))
    report("the whole run: found", fixed / (SETS // 2))
    report("examples used", used / (SETS // 2) / examples)
    assert found / (SETS // 2) >= fixed / (SETS // 2) - 0.03
    assert used / (SETS // 2) < 80


@pytest.mark.parametrize(
    ("examples", "repeats", "least"), [(15, 1, 0.96), (15, 3, 0.96), (15, 5, 0.95), (30, 3, 0.94), (50, 3, 0.94)]
)
def test_the_stabilised_interval_covers_the_true_difference_where_plain_t_does_not(examples, repeats, least):
    """Its floor under the variance is this project's own: base rates of .30 to .95, shifts of -1 to 3 logits."""
    random = np.random.default_rng(26)
    worst, worst_plain = 1.0, 1.0
    for base in (0.30, 0.60, 0.80, 0.90, 0.95):
        for shift in (-1.0, 0.0, 1.0, 3.0):
            logits = np.log(base / (1 - base)) + random.normal(0, 1.0, (400_000, 1))
            truth = float(np.mean(1 / (1 + np.exp(-logits - shift)) - 1 / (1 + np.exp(-logits))))
            covered = plain = 0
            for _ in range(SETS // 4):
                spread = np.log(base / (1 - base)) + random.normal(0, 1.0, (examples, 1))
                a, b = (random.binomial(1, 1 / (1 + np.exp(-spread - s)), (examples, repeats)) for s in (0, shift))
                differences = (b.mean(axis=1) - a.mean(axis=1)).tolist()
                interval = stabilised_t(differences, repeats)
                covered += interval.low <= truth <= interval.high
                interval = t_interval(differences)
                plain += interval.low <= truth <= interval.high
            worst, worst_plain = min(worst, covered / (SETS // 4)), min(worst_plain, plain / (SETS // 4))
    report(f"stabilised t, {examples} examples x {repeats}: worst coverage", worst)
    report("plain t", worst_plain)
    # Two standard errors of a simulation of this length below what longer ones found.
    assert worst >= least - 2 * (0.05 * 0.95 / (SETS // 4)) ** 0.5
