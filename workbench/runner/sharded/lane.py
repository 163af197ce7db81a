"""One model's calls, made by workers elsewhere: what the driver knows of them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from workbench.errors import ProviderError, WorkbenchError
from workbench.runner.lane import LaneState, Spend
from workbench.runner.preparing import Prepared
from workbench.runner.sharded.crew import Crew
from workbench.runner.sharded.shard import Worked

FIRST_SHARD = 8
LARGEST_SHARD = 50
"""A worker that dies takes the answers of unfinished shards with it; they are asked, and paid, again."""
SHORT_S = 1.0
LONG_S = 3.0
"""Shards that come back within these times are neither much overhead nor much to lose."""


@dataclass
class FarLane:
    """The calls to one model, on all workers together."""

    model: str
    crew: Crew
    server: str | None = None
    """The machine that lanes take turns on; see `Lane`."""
    spend: Spend | None = None
    state: LaneState = "open"
    stopped_by: ProviderError | None = None
    continued: int = 0
    """How often it was let go on after a pause."""
    _size: int = field(default=FIRST_SHARD, init=False)

    @property
    def stopped(self) -> bool:
        """Whether it takes no further call: for now, or for good."""
        return self.state != "open"

    @property
    def in_flight(self) -> int:
        """Calls under way, as the workers last said."""
        return sum(told.in_flight for told in self.crew.told(self.model).values())

    @property
    def at_once(self) -> int:
        """Calls that may be under way on all workers together."""
        return sum(told.at_once for told in self.crew.told(self.model).values())

    def waiting(self) -> tuple[float, str]:
        """How many seconds workers still wait, and for what; (0, "") while they go on."""
        if self.crew.missing:
            return (math.inf, self.crew.missing)
        told = list(self.crew.told(self.model).values())
        if not told or not all(one.reason for one in told):
            return (0.0, "")
        longest = max(told, key=lambda one: one.waiting_s)
        each = f" (each of {len(told)} workers)" if len(told) > 1 else ""
        return (longest.waiting_s, longest.reason + each)

    def most_usd(self, prepared: Prepared) -> float:
        """The most that a request can cost; 0 where there is no bound, since its worker will not send it."""
        if self.spend is None:
            return 0.0
        try:
            return self.spend.most_usd(prepared.request)
        except WorkbenchError:
            return 0.0

    def go_on(self) -> None:
        """Take calls again after a pause."""
        self.state, self.stopped_by = "open", None
        self.continued += 1

    def shard_size(self, fewest: int) -> int:
        """How many requests to put into the next shard; at least `fewest`, which keep a worker busy."""
        return min(LARGEST_SHARD, max(self._size, fewest))

    def learn(self, size: int, worked: Worked) -> None:
        """Learn from a shard that came back: how large the next ones should be, and whether any should be sent."""
        if worked.seconds < SHORT_S and size >= self._size:
            self._size = min(LARGEST_SHARD, 2 * self._size)
        elif worked.seconds > LONG_S:
            self._size = max(1, self._size // 2)
        told_of_now = worked.continued == self.continued or worked.lane_state == "closed"
        if worked.lane_state != "open" and told_of_now and self.state != "closed":
            self.state, self.stopped_by = worked.lane_state, worked.stopped_by
