"""Whether a judge may decide at a gate, or only inform."""

from __future__ import annotations

from dataclasses import dataclass

from workbench.errors import NotFoundError
from workbench.store.session import Session
from workbench.workspace.context import Context
from workbench.workspace.judges.calibrating import bar_of, calibrate
from workbench.workspace.judges.calibration import MayGate
from workbench.workspace.judges.calibration_words import gate_reason


@dataclass(frozen=True)
class Clearance:
    """What people's verdicts say of a judge's right to decide."""

    judge: str
    label: str
    """With its version, such as `groundedness v2`."""
    answer: MayGate
    reason: str
    """In plain English, as a sentence."""
    bar: float

    @property
    def allowed(self) -> bool:
        """Whether it may gate. What is not known yet is not allowed."""
        return self.answer == "yes"


def clearance(context: Context, session: Session, run: str, judge: str, *, threshold: float | None = None) -> Clearance:
    """By the bar set for the judge in the project. A run that it did not score says nothing about it yet."""
    bar = bar_of(context, judge)
    try:
        found = calibrate(context, session, run, judge, bar=bar, threshold=threshold)
    except NotFoundError:
        reason = f"{judge} has judged no answer of the run {run}: `workbench score {run} --judge {judge}`."
        return Clearance(judge, judge, "not known yet", reason, bar)
    return Clearance(judge, found.about.label, found.may_gate, gate_reason(found), bar)
