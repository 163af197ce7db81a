"""The judges of a project: shipped ones and those that `workbench.toml` sets up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.store import judge_versions
from workbench.workspace.context import Context
from workbench.workspace.judges.calibrating import JudgedCase, bar_of, calibrate, checkable, judged_case
from workbench.workspace.judges.calibration import Calibration
from workbench.workspace.judges.clearance import Clearance, clearance
from workbench.workspace.judges.teaching import Teaching
from workbench.workspace.measures import Measures
from workbench.workspace.runs.names import find_run


@dataclass(frozen=True)
class JudgeLine:
    """A judge as lists show it."""

    name: str
    title: str
    meaning: str
    models: tuple[str, ...]
    """Aliases; empty for a judge that has no model yet and leaves everything unscored."""
    votes: int
    number: int | None
    """Of its versions the one that it is now; None when that has not judged anything yet."""
    version: str
    """Its hash, as stored with every score."""


@dataclass(frozen=True)
class Judges:
    """What outputs can be judged by."""

    context: Context

    def list(self) -> Sequence[JudgeLine]:
        """All judges as they are set up now, those that have a model first."""
        measures = self.context.read(lambda s: Measures.of(self.context, s))
        numbers = self.context.read(judge_versions.numbers)
        judges = [measures.judge(name) for name in measures.judge_names()]
        lines = [
            JudgeLine(
                name=judge.name,
                title=judge.info.title,
                meaning=judge.info.meaning,
                models=tuple(juror.alias for juror in judge.jurors),
                votes=judge.votes,
                number=numbers.get((judge.name, judge.version)),
                version=judge.version,
            )
            for judge in judges
        ]
        return sorted(lines, key=lambda line: not line.models)

    def check(self, judge: str, run: str, *, bar: float | None = None, threshold: float | None = None) -> Calibration:
        """Set a judge's verdicts on a run's answers against people's. A rule can be checked in the same way.

        `bar` is the share of passes, and of failures, that it has to catch: unless named, the one that `[judges.NAME]`
        sets, else 0.85. `threshold` is the score from which on it passes an answer: 0.5 unless named, and to be named for
        numbers. Raises NotFoundError when the run has no score of that name, InputError for a bar or a threshold that
        makes no sense.
        """
        return self.context.read(
            lambda session: calibrate(
                self.context, session, find_run(session, run), judge, bar=bar, threshold=threshold
            )
        )

    def may_gate(self, judge: str, run: str, *, threshold: float | None = None) -> Clearance:
        """Whether a judge is good enough to decide about a run's answers, by the bar set for it."""
        return self.context.read(
            lambda session: clearance(self.context, session, find_run(session, run), judge, threshold=threshold)
        )

    @property
    def teaching(self) -> Teaching:
        """What judges are taught by experts' critiques."""
        return Teaching(self.context)

    def bar(self, judge: str) -> float:
        """The share of passes, and of failures, that a judge has to catch before it may gate."""
        return bar_of(self.context, judge)

    def checkable(self, run: str) -> Sequence[str]:
        """The scores of a run that can be set against people's verdicts, those by judges first."""
        return self.context.read(lambda session: checkable(self.context, session, find_run(session, run)))

    def case(self, trial_id: str) -> JudgedCase:
        """One answer of a calibration, with its question and people's verdicts and notes."""
        return judged_case(self.context, trial_id)
