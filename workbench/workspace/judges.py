"""The judges of a project: shipped ones and those that `workbench.toml` sets up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.store import judge_versions
from workbench.workspace.context import Context
from workbench.workspace.measures import Measures


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
        measures = Measures(self.context.settings, self.context.root)
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
