"""Stopping early: at four planned looks, without finding more than there is.

Who looks after every example and stops at p < .05 calls 20% to 30% of equal arms different. Four looks with
O'Brien and Fleming's bounds keep that at 5%, at nearly the power of the full run. Rows must be in an order that was
drawn before the run, and what is found by stopping early is, on average, larger than the truth.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from statistics import NormalDist

from workbench.domain.score import Direction
from workbench.errors import InputError
from workbench.stats.paired import PairResult, judged_at
from workbench.stats.quantiles import LEVEL

LOOKS = 4
"""A quarter, a half, three quarters, all."""
_FINAL_BOUND = 2.0243
"""The normal bound at the last of four looks, for 5% two-sided in all: O'Brien and Fleming 1979, Biometrics 35, 549-556
(Jennison and Turnbull 2000, table 2.3); earlier bounds are higher by the square root of what is still to come."""


@dataclass(frozen=True)
class Look:
    """One planned look at a run that is going on."""

    number: int
    """From 1."""
    examples: int
    """How many examples are complete by then."""
    bound: float
    """A difference is called real below this two-sided p-value."""


def planned_looks(examples: int) -> tuple[Look, ...]:
    """The looks at a run of so many examples. Raises InputError when there are fewer than four."""
    if examples < LOOKS:
        raise InputError(f"{examples} examples are too few for {LOOKS} looks.")
    return tuple(Look(number, math.ceil(examples * number / LOOKS), p_bound(number)) for number in range(1, LOOKS + 1))


def p_bound(look: int) -> float:
    """The two-sided p-value below which a run may stop at a look, from 1 to 4: about .00005, .0042, .0194 and .0430.

    Raises InputError for other looks.
    """
    if not 1 <= look <= LOOKS:
        raise InputError(f"There is no look {look}: looks are numbered from 1 to {LOOKS}.")
    return 2 * NormalDist().cdf(-_FINAL_BOUND * math.sqrt(LOOKS / look))


def settles(result: PairResult, look: Look) -> bool:
    """Whether a comparison over the examples of a look may stop the run: better or worse, beyond the look's bound.

    One pair and one score decide, named before the run: looking at several would raise false alarms again.
    """
    return result.verdict in {"better", "worse"} and result.p_value is not None and result.p_value < look.bound


def judged_by_look(result: PairResult, look: Look, direction: Direction) -> PairResult:
    """A comparison of a run that was looked at on the way, with the verdict that this look's bound allows.

    The p-value is set higher by as much as the bound lies below 5%, so that all its readers keep to the bound.
    """
    if result.p_value is None:
        return result
    p_value = min(1.0, result.p_value * (1 - LEVEL) / look.bound)
    return replace(judged_at(result, p_value, direction), method=f"{result.method}, look {look.number} of {LOOKS}")
