"""How often the corrected pass rate's interval holds the truth, and the judge's own rate beside it, by simulation.

A short one always runs. The long one, whose figures the guide states, takes minutes:

    WORKBENCH_SIMULATIONS=1 python -m pytest tests/stats/test_judge_coverage.py -s
"""

import os
from dataclasses import dataclass

import numpy as np
import pytest

from workbench.stats.allocation import proportional
from workbench.stats.intervals import wilson
from workbench.stats.judge_corrected import Stratum, corrected_rate
from workbench.stats.judge_rates import judge_rates

OUTPUTS = 200
LABELS = (20, 50, 100)
JUDGES = {"good": (0.95, 0.9), "fair": (0.85, 0.7), "lax": (0.97, 0.5), "strict": (0.7, 0.95), "a coin": (0.5, 0.5)}
"""By name the share of passes that it passes, and of failures that it fails."""
PASS_RATES = (0.6, 0.75, 0.9)
LEAST = 0.93


@dataclass
class Covered:
    """How often intervals held the truth, and how wide they were, over simulated sets of outputs."""

    corrected: float
    naive: float
    people: float
    width: float
    people_width: float
    passes: float
    failures: float


def simulate(judge, rate, labels, sets, seed):
    """Sets of outputs, all judged, some labelled at random within the judge's verdicts as a queue draws them."""
    random = np.random.default_rng(seed)
    catches_passes, catches_failures = JUDGES[judge]
    hits = {name: [] for name in ("corrected", "naive", "people", "passes", "failures")}
    widths, people_widths = [], []
    for _ in range(sets):
        good = random.random(OUTPUTS) < rate
        passed = np.where(good, random.random(OUTPUTS) < catches_passes, random.random(OUTPUTS) >= catches_failures)
        groups = [np.flatnonzero(~passed), np.flatnonzero(passed)]
        taken = proportional([len(group) for group in groups], labels, [3, 3])
        chosen = [random.permutation(group)[:n] for group, n in zip(groups, taken, strict=True)]
        strata = [
            Stratum(len(group), len(some), int(good[some].sum())) for group, some in zip(groups, chosen, strict=True)
        ]
        truth = good.mean()
        found = corrected_rate(strata).this_set
        naive = wilson(int(passed.sum()), OUTPUTS)
        alone = wilson(sum(one.passed for one in strata), sum(one.labelled for one in strata))
        hits["corrected"].append(found.low <= truth <= found.high)
        hits["naive"].append(naive.low <= truth <= naive.high)
        hits["people"].append(alone.low <= truth <= alone.high)
        widths.append(found.high - found.low)
        people_widths.append(alone.high - alone.low)
        for name, interval, share in zip(
            ("passes", "failures"), judge_rates(*strata), (catches_passes, catches_failures), strict=True
        ):
            if interval is not None:
                hits[name].append(interval.low <= share <= interval.high)
    shares = {name: float(np.mean(held)) for name, held in hits.items()}
    return Covered(**shares, width=float(np.mean(widths)), people_width=float(np.mean(people_widths)))


@pytest.mark.parametrize("labels", LABELS)
def test_the_corrected_interval_holds_the_truth_where_the_judges_own_does_not(labels):
    for seed, (judge, rate) in enumerate((("good", 0.75), ("lax", 0.75), ("fair", 0.9))):
        found = simulate(judge, rate, labels, sets=150, seed=100 * labels + seed)
        # 150 sets of 95%: four standard errors below.
        assert found.corrected >= 0.88
        if judge != "good":
            assert found.naive < 0.5


@pytest.mark.slow
@pytest.mark.skipif(
    not os.environ.get("WORKBENCH_SIMULATIONS"), reason="takes minutes: set WORKBENCH_SIMULATIONS=1 to run it"
)
@pytest.mark.parametrize("judge", JUDGES)
def test_the_corrected_interval_covers_93_in_100_for_judges_of_any_quality(judge):
    for labels in LABELS:
        for rate in PASS_RATES:
            found = simulate(judge, rate, labels, sets=2_000, seed=23)
            print(
                f"  {judge:<7} {JUDGES[judge]} {rate:.0%} pass, {labels:>3} labels: corrected {found.corrected:.1%} "
                f"(±{50 * found.width:.0f}), judge alone {found.naive:.1%}, people alone {found.people:.1%} "
                f"(±{50 * found.people_width:.0f}), passes caught {found.passes:.1%}, failures {found.failures:.1%}"
            )
            assert found.corrected >= LEAST
