"""How far a run is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.run import RunStatus, RunSummary


@dataclass(frozen=True)
class LaneProgress:
    """One model's part of a run."""

    model: str
    planned: int
    done: int
    failed: int
    waiting: str = ""
    """Why it waits or stopped, in the provider's words; empty while it goes on."""


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
    """What was spent so far where prices are known; None when none is."""
    elapsed_s: float
    left_s: float | None
    """An estimate from the pace so far; None before there is one."""
    lanes: Sequence[LaneProgress]
    summary: RunSummary | None = None
    """The final counts, once the run has ended."""
    error: str = ""
    """Why the run broke off, when it did: the disk, the store, a defect."""

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen."""
        return self.status != "running"
