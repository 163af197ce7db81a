"""How far a run is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.domain.run import RunStatus, RunSummary
from workbench.runner.lane import LaneState

if TYPE_CHECKING:
    from workbench.workspace.spending.budget import Standing


@dataclass(frozen=True)
class LaneProgress:
    """One model's part of a run."""

    model: str
    planned: int
    """Answers; 0 where only judges ask the model."""
    done: int
    failed: int
    cached: int = 0
    """Answers replayed from earlier runs; counted within `done`."""
    state: LaneState = "open"
    """`paused` can be continued while the run goes on; `closed` can not."""
    waiting: str = ""
    """Why it waits or stopped, in the provider's words; empty while it goes on."""
    error: str = ""
    """The class name of the error that stopped it."""
    in_flight: int = 0
    """Calls under way."""
    at_once: int = 0
    """Calls that may be under way at the moment; fewer than configured after the provider pushed back."""
    configured: int = 0
    """Calls that may be under way at most; 0 where it is not told."""
    server: str | None = None
    """What it takes turns on with other lanes; None where it goes on beside them."""

    @property
    def missing(self) -> int:
        """Trials that are still to come."""
        return self.planned - self.done - self.failed

    @property
    def asked(self) -> int:
        """Trials that were carried out and not replayed."""
        return self.done + self.failed - self.cached


def seconds_left(elapsed_s: float, now: Iterable[LaneProgress], before: Iterable[LaneProgress]) -> float | None:
    """How long the lanes that go on still take, each at its own pace, when they were at `before` so long ago.

    Lanes that take turns share a pace. Replayed answers tell nothing of it. None before there is one.
    """
    began = {lane.model: lane.asked for lane in before}
    asked: Counter[str] = Counter()
    missing: Counter[str] = Counter()
    for lane in now:
        if lane.state == "open":
            group = lane.server or lane.model
            asked[group] += lane.asked - began.get(lane.model, 0)
            missing[group] += lane.missing
    if not asked.total():
        return None
    left = [elapsed_s * missing[group] / count for group, count in asked.items() if count]
    if any(missing[group] and not count for group, count in asked.items()):
        left.append(elapsed_s * missing.total() / asked.total())
    return max(left)


@dataclass(frozen=True)
class Progress:
    """A snapshot of a run that goes on, for progress bars. Cheap to make and to read from any thread."""

    run: str
    status: RunStatus
    planned: int
    done: int
    failed: int
    unjudged: int
    """Outputs whose judges have not answered yet."""
    cost_usd: float | None
    """What was spent so far on answers where prices are known; None when none is."""
    elapsed_s: float
    left_s: float | None
    """An estimate from the pace so far; None before there is one. Lanes that stopped do not count."""
    lanes: Sequence[LaneProgress]
    summary: RunSummary | None = None
    """The final counts, once the run has ended."""
    cached: int = 0
    """Answers replayed from earlier runs; counted within `done`."""
    budget: Standing | None = None
    """Spend against the caps; None when no cap is in force."""
    error: str = ""
    """Why the run broke off, when it did: the disk, the store, a defect."""

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.status != "running"


def ended(progress: Progress, status: RunStatus, error: str = "") -> Progress:
    """The last snapshot of a run that ended."""
    return replace(progress, status=status, left_s=None, error=error)
