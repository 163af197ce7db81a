"""How far a run is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.domain.run import RunStatus, RunSummary
from workbench.runner.lane import LaneState

if TYPE_CHECKING:
    from workbench.workspace.budget import Standing


@dataclass(frozen=True)
class LaneProgress:
    """One model's part of a run."""

    model: str
    planned: int
    done: int
    failed: int
    state: LaneState = "open"
    """`paused` can be continued while the run goes on; `closed` can not."""
    waiting: str = ""
    """Why it waits or stopped, in the provider's words; empty while it goes on."""
    in_flight: int = 0
    """Calls under way."""
    at_once: int = 0
    """Calls that may be under way at the moment; fewer than configured after the provider pushed back."""


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
    """An estimate from the pace so far; None before there is one."""
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
