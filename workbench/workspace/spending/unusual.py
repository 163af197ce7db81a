"""Spend that stands out: a day against the days before it, an arm against its run's baseline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from workbench.stats.numbers import money, times

UNUSUAL = 1.5
"""What costs more than so many times its baseline stands out."""
BASELINE_DAYS = 28
FEWEST_DAYS = 3
"""With fewer days of spend before it, nothing is usual for a day yet."""


@dataclass(frozen=True)
class DaySpend:
    """What was spent on one day (UTC), in US dollars."""

    day: date
    usd: float
    unknown: int = 0
    """Answers and verdicts of unknown cost. With any, the day cost at least this."""


@dataclass(frozen=True)
class ArmCost:
    """What answers of an arm cost on average, in US dollars, as far as it is known."""

    run: str
    arm: str
    usd: float
    unknown: int = 0


def unusual_days(days: Sequence[DaySpend], since: date) -> list[str]:
    """The days from `since` on that cost far more than days before them, newest first, in words.

    A day is held against the median of the 28 days before it, of those on which something was spent and all of it is
    known: where a cost is missing, nothing is cheap.
    """
    told = []
    for one in sorted(days, key=lambda one: one.day, reverse=True):
        first = one.day - timedelta(days=BASELINE_DAYS)
        before = [other.usd for other in days if first <= other.day < one.day and other.usd > 0 and not other.unknown]
        if one.day < since or len(before) < FEWEST_DAYS:
            continue
        usual = median(before)
        if one.usd > UNUSUAL * usual:
            told.append(
                f"{one.day:%d %b}: {_at_least(one.unknown)}{money(one.usd)}, {times(one.usd / usual)} the usual "
                f"{money(usual)} (the median of {len(before)} days before)."
            )
    return told


def dear_arms(costs: Iterable[ArmCost], runs: Iterable[tuple[str, Sequence[str]]]) -> list[str]:
    """The arms whose answers cost far more than those of their run's baseline, in words.

    `runs` are ids with their arms, the baseline first, in the order in which to tell. A baseline of which a cost is
    missing is none.
    """
    by_arm = {(cost.run, cost.arm): cost for cost in costs}
    told = []
    for run, arms in runs:
        baseline = by_arm.get((run, arms[0]))
        if baseline is None or baseline.unknown:
            continue
        for arm in arms[1:]:
            cost = by_arm.get((run, arm))
            if cost is not None and cost.usd > UNUSUAL * baseline.usd:
                told.append(f"Run {run}: {_against(cost, baseline)}.")
    return told


def _against(cost: ArmCost, baseline: ArmCost) -> str:
    answer = f"an answer of {cost.arm} costs{', as far as is known,' if cost.unknown else ''} {money(cost.usd)}"
    if not baseline.usd:
        return f"{answer}, those of the baseline {baseline.arm} cost nothing"
    return f"{answer}, {times(cost.usd / baseline.usd)} the {money(baseline.usd)} of the baseline {baseline.arm}"


def _at_least(unknown: int) -> str:
    return "at least " if unknown else ""
