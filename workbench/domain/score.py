"""Scores: what a metric or judge says of an output."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.domain.dataset import Example
from workbench.domain.gold import Gold
from workbench.domain.index import RetrievedChunk
from workbench.domain.model import Completion
from workbench.domain.prompt import PromptContent

Direction = Literal["higher", "lower"]
Kind = Literal["pass_fail", "share", "number"]


@dataclass(frozen=True)
class MetricInfo:
    """What a metric measures."""

    name: str
    version: str
    kind: Kind
    """`pass_fail` is 0 or 1; `share` lies between 0 and 1; `number` has a unit."""
    direction: Direction
    title: str
    """Plain English for a column head, such as 'Correct'."""
    meaning: str
    """One sentence on what it measures and when it is unscored."""
    unit: str = ""
    neutral: bool = False
    """Whether neither more nor less of it is better by itself, as with a length: then a difference is only told, and
    `direction` says no more than which end is listed first."""

    @property
    def upward(self) -> int:
        """1 where more of it is better, -1 where less is."""
        return 1 if self.direction == "higher" else -1


@dataclass(frozen=True)
class ScoreInput:
    """Everything a metric may look at."""

    example: Example
    completion: Completion
    prompt: PromptContent
    sources: tuple[RetrievedChunk, ...]
    """What the prompt showed the model, in citation order: [1] is the first."""
    cost_usd: float | None
    retrieval_ms: float | None = None
    cold_start: bool = False
    """Whether the model was loaded for it first: its times say nothing about the model's pace."""
    gold: Gold | None = None
    """Where the row's source spans lie in the index that was searched; None where that is not known or not needed."""


@dataclass(frozen=True)
class Scored:
    """A value and why."""

    value: float
    reason: str = ""


@dataclass(frozen=True)
class Unscored:
    """No value, and why. Never 0."""

    reason: str
    raw: str = ""
    """The judge's text when it could not be read."""


ScoreResult = Scored | Unscored


@dataclass(frozen=True)
class Vote:
    """What one juror, or one of several votes of a model, said of an output."""

    model: str
    """Its alias."""
    value: float | None
    """None when it could not be read."""
    reason: str = ""


@dataclass(frozen=True)
class Score:
    """A stored score. Append-only: a later one of the same trial and metric supersedes, the earlier stays."""

    trial_id: str
    metric: str
    metric_version: str
    result: ScoreResult
    created_at: datetime
    cost_usd: float | None = None
    """What asking the judge cost; None for rules and for unknown prices."""
    model: str | None = None
    """Alias of the model that answered the judge, those of a jury joined by ` + `; None where no model answered."""
    latency_ms: float | None = None
    """How long the judge's model took for its votes, one after another; None where no model answered."""
    votes: tuple[Vote, ...] = ()
    """Every vote, where the judge asked for several: on what they disagree, people should look."""
