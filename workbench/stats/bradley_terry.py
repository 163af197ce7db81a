"""Strengths from wins: several arms, judged pair by pair, on one scale.

The chance that i beats j is e^i / (e^i + e^j). Source: Bradley and Terry 1952, Biometrika 39, 324-345; maximum likelihood by
Newton's method, standard errors from the inverse of the observed information (Agresti 2002, Categorical data analysis,
section 10.6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.errors import InputError
from workbench.stats.quantiles import LEVEL, z_value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_STEPS = 200
_PRECISION = 1e-12


@dataclass(frozen=True)
class Strength:
    """How strong one arm is, as the logarithm of its odds against the reference."""

    estimate: float
    standard_error: float
    """0 for the reference itself."""
    low: float
    high: float


def bradley_terry(wins: Sequence[Sequence[float]], *, reference: int = 0, level: float = LEVEL) -> list[Strength]:
    """The strengths of arms; `wins[i][j]` counts how often i beat j, a tie being half a win for each.

    The diagonal is ignored and the reference has strength 0. Raises InputError unless every arm has, through others at
    least, both beaten and lost to every other: otherwise the data put no bound on some strength.
    """
    import numpy as np

    matrix = np.array(wins, dtype=float)
    size = len(matrix)
    if matrix.shape != (size, size) or size < 2 or not (matrix >= 0).all() or not 0 <= reference < size:
        raise InputError("Wins are a square table of counts, a row and a column for each of two arms or more.")
    np.fill_diagonal(matrix, 0)
    if not _linked(matrix > 0):
        raise InputError(
            "Some arm never won or never lost, directly or through others: its strength has no bound.",
            hint="Compare more pairs, or leave that arm out.",
        )
    free = [at for at in range(size) if at != reference]
    strengths, information = _fitted(matrix, free)
    errors = np.zeros(size)
    errors[free] = np.sqrt(np.diag(np.linalg.inv(information)))
    z = z_value(level)
    return [
        Strength(float(s), float(e), float(s - z * e), float(s + z * e)) for s, e in zip(strengths, errors, strict=True)
    ]


def chance_to_win(strength: float, other: float) -> float:
    """The chance that an arm of one strength beats an arm of another."""
    return 1 / (1 + math.exp(other - strength))


def _fitted(wins: NDArray[np.float64], free: list[int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Strengths, and the information on those that are free."""
    import numpy as np

    games = wins + wins.T
    won = wins.sum(axis=1)
    strengths = np.zeros(len(wins))
    for _ in range(_STEPS):
        chances = 1 / (1 + np.exp(strengths[None, :] - strengths[:, None]))
        spread = games * chances * (1 - chances)
        information = (np.diag(spread.sum(axis=1)) - spread)[np.ix_(free, free)]
        slope = (won - (games * chances).sum(axis=1))[free]
        step = np.linalg.solve(information, slope)
        # The likelihood is concave; a bounded step keeps far starts from leaping past it.
        strengths[free] += step * min(1.0, 2 / max(np.abs(step).max(), 1e-300))
        if np.abs(step).max() < _PRECISION:
            break
    return strengths, information


def _linked(beats: NDArray[np.bool_]) -> bool:
    """Whether everybody can be reached from everybody along wins."""
    return all(_reached(beats_or_lost) == len(beats) for beats_or_lost in (beats, beats.T))


def _reached(beats: NDArray[np.bool_]) -> int:
    seen, waiting = {0}, [0]
    while waiting:
        for other in beats[waiting.pop()].nonzero()[0].tolist():
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return len(seen)
