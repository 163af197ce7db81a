"""Krippendorff's alpha: agreement of any number of raters, where not everybody rated everything.

Source: Krippendorff 2011, Computing Krippendorff's alpha-reliability; 2019, Content analysis, 4th edition, chapter 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from workbench.errors import InputError
from workbench.stats.intervals import Interval
from workbench.stats.quantiles import LEVEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Scale = Literal["nominal", "ordinal", "interval", "ratio"]
"""How far two ratings are apart: different or not, by ranks between them, by their difference, by their proportion."""

DRAWS = 2_000
CELLS_AT_ONCE = 2_000_000
"""Distances held at once, so that memory stays flat for many different values."""
FEWEST_UNITS = 5
"""Below this many items that two people rated, resampling them says too little."""


def krippendorff_alpha(
    ratings: Sequence[Sequence[float | None]], scale: Scale = "nominal", *, level: float = LEVEL, seed: int = 0
) -> Interval | None:
    """Alpha over items, a row of ratings each; None stands for a rating that is missing.

    Nominal categories are numbered in any order. Items with fewer than two ratings are left out. The interval comes
    from 2,000 resamples of the items, drawn with `seed`; it is the whole range from -1 to 1 below 5 items, and `n`
    counts the items used. None when no item has two ratings or all ratings are the same: then it is undefined. Raises
    InputError for ratings below 0 on a ratio scale.
    """
    import numpy as np

    pairable = [[value for value in row if value is not None] for row in ratings]
    pairable = [row for row in pairable if len(row) > 1]
    values = sorted({value for row in pairable for value in row})
    if len(values) < 2:
        return None
    if scale == "ratio" and values[0] < 0:
        raise InputError("Ratings on a ratio scale are 0 or more.")
    place = {value: at for at, value in enumerate(values)}
    counts = np.zeros((len(pairable), len(values)))
    for unit, row in zip(counts, pairable, strict=True):
        for value in row:
            unit[place[value]] += 1
    (estimate,) = _alphas(counts, np.ones((1, len(counts))), np.array(values), scale)
    low, high = (-1.0, 1.0) if len(counts) < FEWEST_UNITS else _resampled(counts, np.array(values), scale, level, seed)
    return Interval(float(estimate), low, high, len(counts), f"Krippendorff's alpha, {scale}")


def _alphas(
    counts: NDArray[np.float64], weights: NDArray[np.float64], values: NDArray[np.float64], scale: Scale
) -> NDArray[np.float64]:
    """Alpha for each row of weights of the items, `counts` saying how often each item got each value.

    Not a number where the items of a row all have the same ratings.
    """
    import numpy as np

    raters = counts.sum(axis=1)
    totals = weights @ counts
    if scale == "ordinal":
        distances = _ordinal(totals)
        observed = np.einsum("du,uv,dvw,uw->d", weights / (raters - 1), counts, distances, counts, optimize=True)
        expected = np.einsum("dv,dvw,dw->d", totals, distances, totals, optimize=True)
    else:
        apart = _distances(values, scale)
        observed = weights @ (((counts @ apart) * counts).sum(axis=1) / (raters - 1))
        expected = ((totals @ apart) * totals).sum(axis=1)
    possible = expected > 0
    share = np.divide(observed * (totals.sum(axis=1) - 1), expected, where=possible, out=np.full(len(expected), np.nan))
    return np.asarray(1 - share)


def _distances(values: NDArray[np.float64], scale: Scale) -> NDArray[np.float64]:
    """Squared distances between all values, on scales where they do not depend on how frequent values are."""
    import numpy as np

    if scale == "nominal":
        return 1.0 - np.eye(len(values))
    apart = values[:, None] - values[None, :]
    if scale == "interval":
        return np.asarray(apart**2)
    sums = values[:, None] + values[None, :]
    return np.asarray((apart / np.where(sums == 0, 1, sums)) ** 2)


def _ordinal(totals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Squared distances by the ranks that lie between values, for each row of their frequencies."""
    import numpy as np

    middles = np.cumsum(totals, axis=1) - totals / 2
    return np.asarray((middles[:, :, None] - middles[:, None, :]) ** 2)


def _resampled(
    counts: NDArray[np.float64], values: NDArray[np.float64], scale: Scale, level: float, seed: int
) -> tuple[float, float]:
    """The ends of the percentile interval; resamples in which all ratings are the same say nothing and are left out."""
    import numpy as np

    random = np.random.default_rng(seed)
    units = len(counts)
    drawn = random.multinomial(units, np.full(units, 1 / units), size=DRAWS).astype(float)
    rows = max(1, CELLS_AT_ONCE // len(values) ** 2)
    alphas = [_alphas(counts, drawn[first : first + rows], values, scale) for first in range(0, DRAWS, rows)]
    low, high = np.nanquantile(np.concatenate(alphas), [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
