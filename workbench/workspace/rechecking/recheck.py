"""What asking a released prompt again says of the model behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workbench.domain.release import Release
from workbench.domain.score import MetricInfo
from workbench.errors import ExitCode
from workbench.stats.paired import PairResult
from workbench.stats.wording import needed_phrase, pair_sentence

Outcome = Literal["same", "better", "worse", "cannot tell yet", "incomplete"]

EXIT_CODES: Mapping[Outcome, ExitCode] = {
    "same": ExitCode.DONE,
    "better": ExitCode.DONE,
    "worse": ExitCode.NO,
    "cannot tell yet": ExitCode.CANNOT_TELL_YET,
    "incomplete": ExitCode.INCOMPLETE,
}
GRAVEST: tuple[Outcome, ...] = ("worse", "incomplete", "cannot tell yet", "better", "same")
"""Of several, the first of these is what a nightly job should hear."""
NOW, THEN = "the model now", "the model at approval"


@dataclass(frozen=True)
class Drift:
    """One score of one arm now, against the same answers when the release was approved."""

    arm: str
    info: MetricInfo
    result: PairResult

    @property
    def is_quality(self) -> bool:
        """Whether more or less of it is better by itself, and it is no amount such as cost or time."""
        return self.info.kind != "number" and not self.info.neutral

    @property
    def sentence(self) -> str:
        """The finding in plain English."""
        told = pair_sentence(
            self.result, self.info.title, NOW, THEN, kind=self.info.kind, unit=self.info.unit, neutral=self.info.neutral
        )
        return f"{self.arm}: {told}"


@dataclass(frozen=True)
class Recheck:
    """A release that was asked again."""

    release: Release
    environment: str | None
    """Where it stands; None when it stands nowhere."""
    run: str | None
    """The fresh run; None when nothing could be asked."""
    drifts: Sequence[Drift]
    headline: str
    """The score that says whether all is the same."""
    answers: int = 0
    """Answers that are there now and were there then."""
    identical: int = 0
    """How many of them are the same word for word."""
    missing: int = 0
    """Answers that were planned and did not come."""
    cost_usd: float | None = None
    models: Mapping[str, tuple[Sequence[str], Sequence[str]]] | None = None
    """By arm, what the provider called its model then and calls it now, where that is not the same."""
    left_out: Sequence[str] = ()
    """Why something was not compared, in sentences."""

    @property
    def outcome(self) -> Outcome:
        """Worse as soon as any measure of quality is; the same only when the headline is, or when every word is."""
        verdicts = {drift.result.verdict for drift in self.drifts if drift.is_quality}
        if "worse" in verdicts:
            return "worse"
        if self.missing:
            return "incomplete"
        if self.answers and self.identical == self.answers:
            return "same"
        heads = {drift.result.verdict for drift in self.drifts if drift.info.name == self.headline}
        if heads and heads <= {"same", "better"}:
            return "better" if "better" in heads else "same"
        return "cannot tell yet"

    @property
    def sentence(self) -> str:
        """What was found, in plain English, with what would settle it."""
        what = f"{self.release.prompt} {self.release.version}"
        if self.run is None:
            return f"{what} cannot be rechecked: {' '.join(self.left_out)}"
        if self.outcome == "worse":
            return f"{what} has become worse than when it was approved: the model behind it changed."
        if self.outcome == "incomplete":
            return f"{what}: {self.missing} answers did not come, so that nothing can be said yet."
        if self.outcome == "same" and self.identical == self.answers:
            return f"{what} is what it was: every one of {self.answers} answers is the same, word for word."
        if self.outcome == "same":
            alike = f"{self.identical} of {self.answers} answers are the same word for word"
            return f"{what} is as good as when it was approved; {alike}."
        if self.outcome == "better":
            return f"{what} has become better than when it was approved: the model behind it changed."
        needed = next((needed_phrase(drift.result) for drift in self.drifts if drift.info.name == self.headline), "")
        return f"Cannot tell yet whether {what} is what it was{f': {needed}' if needed else ''}."

    @property
    def details(self) -> Sequence[str]:
        """What stands behind the sentence."""
        renamed = [
            f"{arm}: the provider called its model {', '.join(then)} then, and {', '.join(now)} now."
            for arm, (then, now) in (self.models or {}).items()
        ]
        arms = list(dict.fromkeys(drift.arm for drift in self.drifts))
        found = [line for arm in arms for line in _told([drift for drift in self.drifts if drift.arm == arm])]
        return [*renamed, *found, *(self.left_out if self.run else ())]

    def as_json(self) -> dict[str, Any]:
        """The recheck as `workbench recheck --json` prints it."""
        return {
            "name": self.release.prompt,
            "release": self.release.version,
            "version": self.release.number,
            "environment": self.environment,
            "outcome": self.outcome,
            "sentence": self.sentence,
            "basis": self.release.evidence.run,
            "run": self.run,
            "answers": self.answers,
            "identical": self.identical,
            "missing": self.missing,
            "cost_usd": self.cost_usd,
            "models": {arm: {"then": list(then), "now": list(now)} for arm, (then, now) in (self.models or {}).items()},
            "metrics": [_drift_json(drift) for drift in self.drifts],
            "left_out": list(self.left_out),
        }


def gravest(rechecks: Sequence[Recheck]) -> Outcome:
    """What is to be said of all of them together."""
    outcomes = {recheck.outcome for recheck in rechecks}
    return next((outcome for outcome in GRAVEST if outcome in outcomes), "same")


def _told(drifts: Sequence[Drift]) -> list[str]:
    """An arm's findings: what differs, what of its quality is open, and in one line what is the same."""
    settled = [drift for drift in drifts if drift.result.verdict in ("better", "worse")]
    open_ = [drift for drift in drifts if drift.is_quality and drift.result.verdict in ("cannot tell yet", "too few")]
    same = [drift.info.title for drift in drifts if drift.result.verdict == "same"]
    lines = [drift.sentence for drift in (*settled, *open_)]
    return [*lines, f"{drifts[0].arm}: the same on {', '.join(same)}."] if same else lines


def _drift_json(drift: Drift) -> dict[str, Any]:
    result = drift.result
    return {
        "arm": drift.arm,
        "metric": drift.info.name,
        "n": result.n,
        "difference": result.difference,
        "low": result.low,
        "high": result.high,
        "p_value": result.p_value,
        "method": result.method,
        "verdict": result.verdict,
        "needed_examples": result.needed_examples,
    }
