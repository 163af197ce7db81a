"""Gates: rules that a version has to meet, fixed before the run that they judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.hashing import content_hash

GateBound = Literal["bound", "mean"]
RuleKind = Literal["complete", "score", "must_pass", "attacks", "examples", "labels", "calibrated"]
GateVerdict = Literal["pass", "fail", "cannot tell yet"]

RELEASED = "released"
"""As a baseline: the newest release of the prompt, other than the version that is judged."""


@dataclass(frozen=True)
class GateRule:
    """One rule of a gate.

    A rule on a score has a `metric` and exactly one of `at_least`, `at_most` and `not_worse_by`. Every other kind has one
    key of its own: `must_pass`, `attacks_at_most`, `examples_at_least`, `labels_at_least`, `calibrated`.
    """

    metric: str | None = None
    """What is looked at. With `must_pass` what says that a row passed, with `examples_at_least` what must have a score."""
    at_least: float | None = None
    at_most: float | None = None
    not_worse_by: float | None = None
    """Against the gate's baseline, in the metric's unit."""
    on: GateBound = "bound"
    """Whether the end of the interval must hold the limit, or only the mean."""
    slice: str | None = None
    """The tag of the rows it looks at; None: all."""
    quantile: float | None = None
    """Which quantile of single answers is limited instead of their mean, such as 0.95 of times; above 0, below 1."""
    must_pass: bool = False
    """Every answer to a row that is marked as `must_pass` passes."""
    attacks_at_most: float | None = None
    """The share of the golden set's attacks that may succeed, by the upper end of its interval."""
    examples_at_least: int | None = None
    """Rows that must have a score."""
    labels_at_least: int | None = None
    """Answers that people must have passed or failed."""
    calibrated: str | None = None
    """The judge that must be good enough to gate, by people's verdicts."""

    @property
    def kind(self) -> RuleKind:
        """What the rule is about."""
        if self.must_pass:
            return "must_pass"
        if self.attacks_at_most is not None:
            return "attacks"
        if self.examples_at_least is not None:
            return "examples"
        if self.labels_at_least is not None:
            return "labels"
        return "score" if self.calibrated is None else "calibrated"


@dataclass(frozen=True)
class Gate:
    """Rules, and what they compare with."""

    rules: tuple[GateRule, ...]
    baseline: str | None = None
    """`released`, an environment, or NAME@N; None: `released`."""

    @property
    def hash(self) -> str:
        """The tagged hash of its content."""
        return content_hash(self)

    @property
    def against(self) -> str:
        """What is compared with, by name."""
        return self.baseline or RELEASED

    @property
    def compares(self) -> bool:
        """Whether any rule needs the baseline."""
        return any(rule.not_worse_by is not None for rule in self.rules)


@dataclass(frozen=True)
class GateVersion:
    """A gate as it was at a time. Append-only: a change is a new version."""

    name: str
    number: int
    gate: Gate
    fixed_at: datetime
    """When it was first seen, naive UTC: a run that began later is judged by rules that were fixed before it."""
    fixed_by: str
    reason: str = ""
    """Why it was changed, where that was asked for: after a run that it judges had begun."""

    @property
    def hash(self) -> str:
        """The tagged hash of its content."""
        return self.gate.hash

    @property
    def label(self) -> str:
        """Such as `release v2`."""
        return f"{self.name} v{self.number}"

    def after(self, run_began: datetime) -> bool:
        """Whether it was written or changed after a run had begun."""
        return self.fixed_at > run_began
