"""Quantiles of the two distributions that the intervals rest on."""

from __future__ import annotations

from statistics import NormalDist

from workbench.errors import InputError

LEVEL = 0.95
"""How often an interval should hold the true value. Verdicts always use this level."""


def z_value(level: float = LEVEL) -> float:
    """Half-width of the central `level` of a standard normal distribution: 1.96 at 95%.

    Raises InputError unless 0 < level < 1.
    """
    return NormalDist().inv_cdf(_upper_tail(level))


def t_value(degrees: float, level: float = LEVEL) -> float:
    """Half-width of the central `level` of Student's t distribution with `degrees` degrees of freedom.

    Raises InputError unless 0 < level < 1 and degrees > 0.
    """
    if not degrees > 0:
        raise InputError(f"Student's t needs at least one degree of freedom, not {degrees!r}.")
    # scipy.special loads in a third of the time of scipy.stats.
    from scipy.special import stdtrit

    return float(stdtrit(degrees, _upper_tail(level)))


def _upper_tail(level: float) -> float:
    if not 0 < level < 1:
        raise InputError(f"A confidence level lies between 0 and 1, not at {level!r}; 95% is 0.95.")
    return (1 + level) / 2
