"""How many more rows would settle a rule that cannot be told yet."""

from __future__ import annotations

import math

from workbench.stats.intervals import wilson
from workbench.stats.verdict import MOST_NEEDED
from workbench.stats.wording import rounded_up


def more_until_beyond(estimate: float, end: float, limit: float, n: int) -> int | None:
    """About how many more rows bring the end of an interval to the limit, if all stays as it is; None where none does.

    `end` is the end that lies on the limit's far side. Intervals shrink with the square root of n.
    """
    room, reach = abs(estimate - limit), abs(end - estimate)
    if room == 0 or not math.isfinite(reach / room):
        return None
    more = math.ceil(n * (reach / room) ** 2) - n
    return max(1, more) if more <= MOST_NEEDED else None


def more_until_share(share: float, limit: float, n: int) -> int | None:
    """About how many more rows bring Wilson's nearer end of a pass rate to the limit, if the rate stays as it is.

    None where 10,000 do not.
    """
    if share < limit:
        share, limit = 1 - share, 1 - limit
    for more in range(1, MOST_NEEDED + 1):
        rows = n + more
        if wilson(round(share * rows), rows).low >= limit:
            return more
    return None


def more_until_at_most(wrong: int, n: int, limit: float) -> int | None:
    """How many more rows without a further fault bring Wilson's upper end to the limit; None where 10,000 do not."""
    if limit <= 0:
        return None
    low, high = 1, MOST_NEEDED
    if wilson(wrong, n + high).high > limit:
        return None
    while low < high:
        middle = (low + high) // 2
        if wilson(wrong, n + middle).high <= limit:
            high = middle
        else:
            low = middle + 1
    return low


def more_rows(count: int | None) -> str:
    """Such as: about 40 more rows like these would settle it."""
    if count is None:
        return f"Not even {MOST_NEEDED:,} more rows like these would settle it: it lies too near the limit."
    return f"About {rounded_up(count):,} more {'row' if count == 1 else 'rows'} like these would settle it."
