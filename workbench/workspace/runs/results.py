"""Runs as a notebook holds them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.run import RunSummary, TrialOutput
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.judges.calibration import Calibration
from workbench.workspace.reviews.agreement import Agreement, agreement_on

if TYPE_CHECKING:
    import pandas as pd

    from workbench.workspace.workbench import Workbench


@dataclass(frozen=True)
class Run:
    """A stored run."""

    workbench: Workbench
    id: str

    @property
    def summary(self) -> RunSummary:
        """Planned, done, failed, cost, time."""
        return self.workbench.runs.summary(self.id)

    def compare(self, *, baseline: str | None = None, metrics: Sequence[str] = ()) -> Comparison:
        """Compare the arms; the first is the baseline unless another is named."""
        return self.workbench.compare(self.id, baseline=baseline, metrics=metrics)

    def agreement(self) -> Agreement:
        """How far the people who reviewed the answers agree with each other."""
        return agreement_on(self.workbench.context, self.id)

    def calibration(self, judge: str, *, bar: float | None = None, threshold: float | None = None) -> Calibration:
        """How far a judge can be trusted, by what people said of the same answers."""
        return self.workbench.judges.check(judge, self.id, bar=bar, threshold=threshold)

    def frame(self) -> pd.DataFrame:
        """One row per trial, without texts."""
        return self.workbench.runs.frame(self.id)

    def outputs(self) -> Sequence[TrialOutput]:
        """The full records of all answers."""
        return self.workbench.runs.outputs(self.id)

    def __repr__(self) -> str:
        s = self.summary
        return f"Run {self.id}: {s.done} of {s.planned} done, {s.failed} failed"

    def _ipython_display_(self) -> None:
        from workbench.workspace.notebook import show_run

        show_run(self)
