"""Requests and tokens per minute: token buckets in which calls queue and none is rejected."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.domain.model import Limits
from workbench.domain.protocols import Clock

BURST_SHARE = 0.1
"""The share of a minute's allowance that may be used at once. The rest flows in evenly, so that no stretch of sixty
seconds, wherever it begins, holds more than the limit."""
_MINUTE_S = 60.0


class Bucket:
    """An allowance that refills evenly. What is taken beyond it is a debt that makes the next ones wait."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._clock = clock
        self._filled_at = clock.monotonic()
        self._capacity, self._per_second = flow(per_minute)
        self._level = self._capacity

    def change(self, per_minute: int) -> None:
        """Set another limit. What has flowed in stays, as far as it fits."""
        self._refill()
        self._capacity, self._per_second = flow(per_minute)
        self._level = min(self._capacity, self._level)

    def drain(self) -> None:
        """Begin with nothing: somebody else has used the limit until now."""
        self._refill()
        self._level = min(0.0, self._level)

    def take(self, amount: float) -> float:
        """Take an amount and return the seconds to wait before it may be used. More than fits waits for a full one."""
        self._refill()
        lacking = min(amount, self._capacity) - self._level
        self._level -= amount
        return max(0.0, lacking / self._per_second)

    def give_back(self, amount: float) -> None:
        """Correct what was taken: less was used, or, with a negative amount, more."""
        self._refill()
        self._level = min(self._capacity, self._level + amount)

    def _refill(self) -> None:
        now = self._clock.monotonic()
        self._level = min(self._capacity, self._level + (now - self._filled_at) * self._per_second)
        self._filled_at = now


def flow(per_minute: int) -> tuple[float, float]:
    """How much of a limit may be used at once, and how much flows in each second."""
    capacity = max(1.0, per_minute * BURST_SHARE)
    # A limit of 1 has no burst to spare: one call, and a minute later the next.
    flowing = per_minute - capacity if per_minute > capacity else float(per_minute)
    return capacity, flowing / _MINUTE_S


@dataclass
class Pace:
    """A model's limits per minute; None where there is none."""

    requests: Bucket | None
    tokens: Bucket | None
    limits: Limits

    @classmethod
    def of(cls, limits: Limits, clock: Clock) -> Pace:
        """Full buckets for these limits."""
        requests = Bucket(limits.requests_per_minute, clock) if limits.requests_per_minute else None
        tokens = Bucket(limits.tokens_per_minute, clock) if limits.tokens_per_minute else None
        return cls(requests, tokens, limits)

    def change(self, limits: Limits) -> None:
        """Set other limits of the same kinds."""
        for bucket, per_minute in (
            (self.requests, limits.requests_per_minute),
            (self.tokens, limits.tokens_per_minute),
        ):
            if bucket is not None and per_minute is not None:
                bucket.change(per_minute)
        self.limits = limits

    def drain(self) -> None:
        """Begin with nothing: somebody else has used the limits until now."""
        for bucket in (self.requests, self.tokens):
            if bucket is not None:
                bucket.drain()

    def take(self, tokens: float) -> tuple[float, str]:
        """Take a call of about so many tokens: the seconds it has to wait, and for what."""
        waits = [(0.0, "")]
        if self.requests is not None:
            waits.append((self.requests.take(1), f"its limit is {self.limits.requests_per_minute:,} requests a minute"))
        if self.tokens is not None:
            waits.append((self.tokens.take(tokens), f"its limit is {self.limits.tokens_per_minute:,} tokens a minute"))
        seconds, reason = max(waits)
        return (seconds, reason) if seconds > 0 else (0.0, "")

    def correct(self, taken: float, used: float | None) -> None:
        """Tell how many tokens a call really used; None when nobody said."""
        if self.tokens is not None and used is not None:
            self.tokens.give_back(taken - used)

    def give_back(self, tokens: float) -> None:
        """A call was not made after all."""
        if self.requests is not None:
            self.requests.give_back(1)
        if self.tokens is not None:
            self.tokens.give_back(tokens)
