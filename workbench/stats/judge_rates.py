"""What a yes/no judge catches of passes and of failures, with intervals, however the labels were drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.stats.agreement import Reliability
from workbench.stats.intervals import Interval, wilson
from workbench.stats.judge_corrected import DRAWS, Stratum, weighted_reliability
from workbench.stats.quantiles import LEVEL

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHTED = "weighted by the judge's verdicts, Jeffreys draws"


def judge_rates(
    failed: Stratum, passed: Stratum, *, level: float = LEVEL, seed: int = 0
) -> tuple[Interval | None, Interval | None]:
    """The share of passes that the judge passes, and of failures that it fails, by people's labels of its verdicts.

    Where each verdict was labelled in proportion to its number, as when all outputs were, plain counts with Wilson's
    interval. Otherwise raw counts would be off, so each label counts by its verdict's number, with an interval from
    4,000 Beta(+1/2, +1/2) draws. `n` is the labels of that kind. None where people's labels hold none of the kind, and
    for both where one of the judge's verdicts has outputs but not a label.
    """
    counts = _counts(failed, passed)
    if _in_proportion(failed, passed):
        return _plain(counts.catches_passes), _plain(counts.catches_failures)
    if not (failed.labelled and passed.labelled):
        return None, None
    points = weighted_reliability(failed, passed)
    draws = _draws(failed, passed, seed)
    sizes = (counts.catches_passes[1], counts.catches_failures[1])
    passes, failures = (
        _around(point, drawn, n, level) if point is not None and n else None
        for point, drawn, n in zip(points, draws, sizes, strict=True)
    )
    return passes, failures


def _counts(failed: Stratum, passed: Stratum) -> Reliability:
    missed, caught = failed.passed, failed.labelled - failed.passed
    let_through = passed.labelled - passed.passed
    return Reliability((passed.passed, passed.passed + missed), (caught, caught + let_through))


def _in_proportion(failed: Stratum, passed: Stratum) -> bool:
    """Whether the labels are spread over the verdicts as the outputs are, but for rounding."""
    outputs, labels = failed.outputs + passed.outputs, failed.labelled + passed.labelled
    return not outputs or abs(passed.labelled - labels * passed.outputs / outputs) < 1


def _plain(counts: tuple[int, int]) -> Interval | None:
    return wilson(*counts) if counts[1] else None


def _draws(failed: Stratum, passed: Stratum, seed: int) -> Sequence[NDArray[np.float64]]:
    import numpy as np

    random = np.random.default_rng(seed)
    good, missed = (
        stratum.outputs * random.beta(stratum.passed + 0.5, stratum.labelled - stratum.passed + 0.5, DRAWS)
        for stratum in (passed, failed)
    )
    let_through, caught = passed.outputs - good, failed.outputs - missed
    return good / (good + missed), caught / (caught + let_through)


def _around(point: float, draws: NDArray[np.float64], n: int, level: float) -> Interval:
    import numpy as np

    low, high = (float(end) for end in np.quantile(draws, [(1 - level) / 2, (1 + level) / 2]))
    return Interval(point, min(low, point), max(high, point), n, WEIGHTED)
