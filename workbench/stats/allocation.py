"""How many items of each group a random sample takes."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import InputError


def proportional(sizes: Sequence[int], n: int, at_least: Sequence[int]) -> list[int]:
    """So many of each group that together they are `n` and in proportion to the groups' sizes.

    Of every group at least so many as `at_least` says, or all there are; when that is more than `n` together, it is
    what is taken. Raises InputError for counts below 0.
    """
    if n < 0 or any(count < 0 for count in (*sizes, *at_least)):
        raise InputError("A sample and its groups have counts of 0 or more.")
    taken = [min(size, least) for size, least in zip(sizes, at_least, strict=True)]
    total = sum(sizes)
    wanted = min(n, total)
    while sum(taken) < wanted:
        missing = [
            (wanted * size / total - count, -at)
            for at, (size, count) in enumerate(zip(sizes, taken, strict=True))
            if count < size
        ]
        taken[-max(missing)[1]] += 1
    return taken
