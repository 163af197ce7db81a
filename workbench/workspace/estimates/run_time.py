"""How long the calls of a run take: lane by lane, each model with its own limits.

A lane makes so many calls at once as it may, and no more in a minute than its provider's limits allow. Lanes of
hosted models go on side by side, so the slowest tells the time. Models that share a machine take turns: what is
embedded in this process, and what a local server would have to swap. There, more calls at once make nothing faster
than it was measured with as many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from workbench.domain.model import Limits
from workbench.runner.pace import flow
from workbench.stats.forecast import ZERO, Range, exactly, lasting

STARTING_S = Range(0.2, 1.0, 3.0)
"""Opening indexes and connections, and storing the last answers."""
DRIFT = Range(1 / 1.25, 1.0, 1.25)
"""A provider, and a machine, is faster at one hour than at another."""


@dataclass(frozen=True)
class Work:
    """Calls that a lane has to make for one arm or judge."""

    calls: Range
    ms: Range
    """Of one call, on average."""
    slowest_ms: float
    """Of the slower calls."""
    tokens: Range = ZERO
    """Of one call, prompt and answer."""
    machine_ms: float | None = None
    """Of a model that shares this machine: from one answer to the next, measured; None for all others."""


@dataclass(frozen=True)
class LanePlan:
    """All the calls to one model."""

    works: tuple[Work, ...]
    at_once: int
    limits: Limits
    machine: str | None
    """What it shares with other lanes, which then take turns; None for a lane of its own."""


def run_seconds(lanes: Iterable[LanePlan]) -> Range:
    """The time from the start of a run to its last answer, in seconds."""
    machines: defaultdict[str, Range] = defaultdict(lambda: ZERO)
    longest = ZERO
    for lane in lanes:
        seconds = lane_seconds(lane)
        if lane.machine is None:
            longest = longest.at_least(seconds)
        else:
            machines[lane.machine] += seconds
    for seconds in machines.values():
        longest = longest.at_least(seconds)
    return longest + STARTING_S


def lane_seconds(lane: LanePlan) -> Range:
    """How long one lane's calls take, in seconds."""
    calls, busy, tokens, machine_ms = ZERO, ZERO, ZERO, 0.0
    for work in lane.works:
        calls += work.calls
        busy += work.calls.scaled(work.ms)
        tokens += work.calls.scaled(work.tokens)
        machine_ms += work.calls.middle * (work.machine_ms or 0.0)
    if not calls.high:
        return ZERO
    slowest = max(work.slowest_ms for work in lane.works)
    at_once = max(1, min(lane.at_once, round(calls.high)))
    one_call = exactly(busy.low / calls.high)
    ms = lasting(busy, longest=Range(0.0, slowest, slowest), at_once=at_once).at_least(one_call)
    if machine_ms:
        ms = Range(min(ms.low, machine_ms), machine_ms, max(ms.high, machine_ms))
    seconds = ms.scaled(1 / 1000).scaled(DRIFT)
    for amount, per_minute in ((calls, lane.limits.requests_per_minute), (tokens, lane.limits.tokens_per_minute)):
        if per_minute is not None:
            seconds = seconds.at_least(_paced(amount, per_minute))
    return seconds


def _paced(amount: Range, per_minute: int) -> Range:
    """How long a limit per minute holds an amount up, in seconds: a part flows at once, the rest evenly."""
    burst, per_second = flow(per_minute)

    def wait(of: float) -> float:
        return max(0.0, of - burst) / per_second

    expected = None if amount.expected is None else wait(amount.expected)
    return Range(wait(amount.low), expected, amount.high / per_second)
