"""How many answers people must judge before it is known how often they agree with a judge."""

from __future__ import annotations

from workbench.errors import InputError
from workbench.stats.intervals import wilson

WITHIN = 0.1
"""The half-width, as a share, to which an agreement is usually wanted: 10 points."""
LIKELY_AGREEMENT = 0.85
"""What judges usually reach against one careful person; a guess, and called one."""


def labels_needed(verdicts: int, agreement: float = LIKELY_AGREEMENT, within: float = WITHIN) -> int:
    """The fewest labels whose 95% Wilson interval of the agreement is at most `within` to either side, on average.

    At most all `verdicts`: when people have judged them all, nothing is left to infer. `agreement` is what is expected;
    0.5 is the worst case. Raises InputError for shares outside 0 to 1 and a width that is not above 0.
    """
    if verdicts < 0 or not 0 <= agreement <= 1 or not within > 0:
        raise InputError(
            f"{verdicts} verdicts, an agreement of {agreement} and a width of {within} do not go together."
        )
    low, high = 1, verdicts
    while low < high:
        middle = (low + high) // 2
        interval = wilson(round(agreement * middle), middle)
        low, high = (low, middle) if (interval.high - interval.low) / 2 <= within else (middle + 1, high)
    return min(high, verdicts)
