"""What each of several processes may ask of one model, so that together they keep its limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.model import Limits


@dataclass(frozen=True)
class Share:
    """One process's part of a model's limits."""

    concurrency: int
    limits: Limits
    """Per minute; of the same kinds as the whole."""


def shares(limits: Limits, concurrency: int, takers: Sequence[str], *, at_least: int = 1) -> Mapping[str, Share]:
    """The shares of those who ask a model, by name; together they are exactly its limits.

    A model that may be asked less often at once, or in a minute, than there are takers is asked by the first of them
    only. `at_least` so many get a share of one call at once and one a minute even where that is more than the limit.
    """
    allowed = (concurrency, limits.requests_per_minute, limits.tokens_per_minute)
    fewest = max(at_least, min(limit for limit in allowed if limit is not None))
    chosen = takers[:fewest]
    at_once = _parts(concurrency, len(chosen))
    requests = _parts(limits.requests_per_minute, len(chosen))
    tokens = _parts(limits.tokens_per_minute, len(chosen))
    return {
        taker: Share(calls or 1, Limits(calls, per_minute, words))
        for taker, calls, per_minute, words in zip(chosen, at_once, requests, tokens, strict=True)
    }


def _parts(whole: int | None, count: int) -> Sequence[int | None]:
    """A whole number in parts that differ by one at most and are at least 1; None stays None."""
    if whole is None:
        return [None] * count
    return [max(1, whole // count + (place < whole % count)) for place in range(count)]
