"""How much narrower a corrected pass rate gets when people label more, if what comes is like what there is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from workbench.errors import InputError
from workbench.stats.judge_corrected import Stratum, corrected_rate


def after_more(strata: Sequence[Stratum], more: int) -> list[Stratum]:
    """The strata with `more` labels, spread as the outputs without one are, and passed as often as those before.

    A stratum without a label is taken to pass as often as not, which is the worst case.
    """
    waiting = [stratum.outputs - stratum.labelled for stratum in strata]
    more = min(more, sum(waiting))
    if more <= 0:
        return list(strata)
    shares = [more * wait / sum(waiting) for wait in waiting]
    added = [math.floor(share) for share in shares]
    # What rounding down has left over goes where most of it was cut off.
    by_rest = sorted(range(len(added)), key=lambda at: added[at] - shares[at])
    for at in by_rest[: more - sum(added)]:
        added[at] += 1
    grown = []
    for stratum, extra in zip(strata, added, strict=True):
        rate = stratum.rate if stratum.labelled else 0.5
        labelled = stratum.labelled + extra
        grown.append(Stratum(stratum.outputs, labelled, min(labelled, round(rate * labelled))))
    return grown


def half_width(strata: Sequence[Stratum]) -> float | None:
    """Half the width of the corrected rate's interval for the outputs at hand; None without a label."""
    rate = corrected_rate(strata)
    return None if rate is None else (rate.this_set.high - rate.this_set.low) / 2


def more_labels(strata: Sequence[Stratum], within: float) -> int:
    """About how many further labels bring the corrected rate to `within` either side; 0 when it is there already.

    At most all that are missing: then nothing is left to infer. Raises InputError for a width that is not above 0.
    """
    if not within > 0:
        raise InputError(f"An interval is wider than {within}.")
    low, high = 0, sum(stratum.outputs - stratum.labelled for stratum in strata)
    while low < high:
        middle = (low + high) // 2
        half = half_width(after_more(strata, middle))
        low, high = (low, middle) if half is not None and half <= within else (middle + 1, high)
    return low
