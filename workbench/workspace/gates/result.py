"""What a gate says of a version: rule by rule pass, fail, or cannot tell yet, with the number and the way to settle it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from workbench.domain.gate import GateVerdict, RuleKind
from workbench.errors import ExitCode

_EXIT: dict[GateVerdict, ExitCode] = {
    "pass": ExitCode.DONE,
    "fail": ExitCode.NO,
    "cannot tell yet": ExitCode.CANNOT_TELL_YET,
}


@dataclass(frozen=True)
class RuleResult:
    """One rule on one arm."""

    kind: RuleKind
    title: str
    """The rule in words, such as `Correct not worse than 1.3.0 by more than 3 points`."""
    arm: str
    verdict: GateVerdict
    found: str
    """The number with its bound, such as `+12 points (+3 to +21)`, or why there is none."""
    settle: str = ""
    """What would settle or mend it, in a sentence; empty where nothing is needed."""
    metric: str | None = None
    slice: str | None = None
    limit: float | None = None
    estimate: float | None = None
    low: float | None = None
    """The ends of the 95% interval; None where there is none."""
    high: float | None = None
    n: int = 0
    """Rows that it rests on; for labels, answers."""


@dataclass(frozen=True)
class ComparedWith:
    """The baseline of a gate."""

    label: str
    """NAME@N."""
    release: str
    """Empty for a version that is no release."""
    runs: tuple[str, ...]


@dataclass(frozen=True)
class GateResult:
    """What a gate says of a version, on the evidence of one run."""

    gate: str
    number: int
    hash: str
    """Of the gate's content."""
    prompt: str
    """NAME@N."""
    prompt_hash: str
    run: str
    dataset: str
    """NAME@N."""
    dataset_hash: str
    evidence: str
    """The digest of the whole evidence; empty where only the scores were read."""
    arms: tuple[str, ...]
    rules: tuple[RuleResult, ...]
    baseline: ComparedWith | None = None
    """None where no rule compares, or there is nothing to compare with."""
    changed: str = ""
    """That the gate was written or changed after the run that it judges, and why; empty where it was not."""
    notes: tuple[str, ...] = ()
    """What a reader must know, a sentence each."""
    problems: tuple[str, ...] = ()
    """What in the evidence is not what it says it is; with any, the gate fails."""

    @property
    def verdict(self) -> GateVerdict:
        """Fail where any rule fails or the evidence was tampered with; pass where all rules pass."""
        verdicts = {rule.verdict for rule in self.rules}
        if self.problems or "fail" in verdicts:
            return "fail"
        return "pass" if verdicts == {"pass"} else "cannot tell yet"

    @property
    def exit_code(self) -> ExitCode:
        """0 pass, 1 fail, 3 cannot tell yet."""
        return _EXIT[self.verdict]

    @property
    def label(self) -> str:
        """Such as `release v2`."""
        return f"{self.gate} v{self.number}"

    @property
    def headline(self) -> str:
        """The result in one sentence."""
        if self.problems:
            return f"{self.prompt} does not pass gate {self.label}: its evidence is not what it says it is."
        count = len(self.rules)
        if self.verdict == "pass":
            return f"{self.prompt} passes gate {self.label}: {count} of {count} rules hold."
        if self.verdict == "fail":
            failed = _count(self.rules, "fail")
            return f"{self.prompt} does not pass gate {self.label}: {failed} of {count} rules {_fails(failed)}."
        open_ = _count(self.rules, "cannot tell yet")
        return f"Cannot tell yet whether {self.prompt} passes gate {self.label}: {open_} of {count} rules {_is(open_)} open."

    def as_json(self) -> dict[str, Any]:
        """The document that `workbench gate --json` prints."""
        return {
            "gate": self.gate,
            "number": self.number,
            "hash": self.hash,
            "verdict": self.verdict,
            "headline": self.headline,
            "prompt": self.prompt,
            "prompt_hash": self.prompt_hash,
            "run": self.run,
            "dataset": self.dataset,
            "dataset_hash": self.dataset_hash,
            "evidence": self.evidence or None,
            "arms": list(self.arms),
            "baseline": None if self.baseline is None else asdict(self.baseline),
            "changed": self.changed,
            "rules": [asdict(rule) for rule in self.rules],
            "notes": list(self.notes),
            "problems": list(self.problems),
        }


def _count(rules: Sequence[RuleResult], verdict: GateVerdict) -> int:
    return sum(rule.verdict == verdict for rule in rules)


def _fails(count: int) -> str:
    return "fails" if count == 1 else "fail"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"
