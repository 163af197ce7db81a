"""Evidence: everything that was measured of a prompt version, complete enough to compute it all again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from workbench.domain.dataset import Example
from workbench.domain.gate import GateVersion
from workbench.domain.gold import Gold
from workbench.domain.index import Chunk, IndexSettings
from workbench.domain.model import Completion
from workbench.domain.prompt import PromptContent, RetrievalSettings
from workbench.domain.score import MetricInfo

MetricSource = Literal["built in", "configured", "own code", "judge", "people", "gone"]
"""Who gave a score. Only the first two, and own code where it lies at hand, can be asked again."""


@dataclass(frozen=True)
class ShownChunk:
    """A chunk that an answer was given with."""

    chunk: str
    """Its key among the evidence's chunks: the content hash."""
    rank: int
    score: float


@dataclass(frozen=True)
class MeasuredTrial:
    """One cell of one arm: answered, or failed for good."""

    example: str
    repeat: int
    cell: str = ""
    """The hash of what was asked; empty for a failure, and where answers were left out."""
    failed: str = ""
    """The error's class name; empty for an answer."""
    answer: Completion | None = None
    """None for a failure, and where answers were left out."""
    shown: tuple[ShownChunk, ...] = ()
    """The sources in the prompt, in citation order."""
    retrieval_ms: float | None = None
    cost_usd: float | None = None
    cold_start: bool = False
    replayed: bool = False
    """Whether an earlier run gave the answer: its times are those of then."""
    scores: Mapping[str, float | None] = field(default_factory=dict)
    """By metric; None where the answer is unscored. People's verdicts stand apart."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Verdicts that may enter rates, by reviewer."""
    settled: str = ""
    """The verdict that settled their disagreement and counts in place of theirs; empty where none did."""
    taught: tuple[str, ...] = ()
    """Judges that learned from what people said of it, so that it tells nothing of how good they are."""

    @property
    def people_passed(self) -> float | None:
        """The share of people who passed it; None where nobody decided."""
        given = [self.settled] if self.settled else list(self.people.values())
        decided = [verdict == "pass" for verdict in given if verdict in {"pass", "fail"}]
        return sum(decided) / len(decided) if decided else None


@dataclass(frozen=True)
class MeasuredArm:
    """A prompt version on a model, with all its trials."""

    label: str
    prompt: str
    number: int
    hash: str
    """Of the prompt's content."""
    run: str
    model: str
    """Its alias."""
    asked: str
    """The model's name at its provider."""
    repeats: int
    parameters: Mapping[str, Any] = field(default_factory=dict)
    index: str | None = None
    """The fingerprint of what was searched."""
    content: PromptContent | None = None
    """None for a baseline: what it says is no business of this version."""
    retrieval: RetrievalSettings | None = None
    """As it was in force."""
    versions: Mapping[str, str] = field(default_factory=dict)
    """Of each metric the version that scored, by name."""
    trials: tuple[MeasuredTrial, ...] = ()

    @property
    def replayed(self) -> int:
        """How many of its answers an earlier run gave."""
        return sum(trial.replayed for trial in self.trials)


@dataclass(frozen=True)
class MeasuredMetric:
    """What a score means, and where it comes from."""

    info: MetricInfo
    source: MetricSource
    options: Mapping[str, Any] = field(default_factory=dict)
    """The table of a metric that the project defines."""


@dataclass(frozen=True)
class JudgeTrust:
    """A judge in the version that scored, and how it fared against people."""

    judge: str
    version: str
    """Its hash, as with every score."""
    number: int | None
    content: str
    """What it tells its model, as JSON; empty where that is not known."""
    bar: float
    """The share of passes, and of failures, that it has to catch."""
    passes: tuple[int, int]
    """Answers that people pass: how many of them the judge passes, of how many."""
    failures: tuple[int, int]
    """Answers that people fail: how many of them the judge fails, of how many."""


@dataclass(frozen=True)
class MeasuredIndex:
    """An index that was searched."""

    name: str
    settings: IndexSettings
    embedder_version: str
    documents: int
    chunks: int


@dataclass(frozen=True)
class MeasuredBaseline:
    """What a gate compares with."""

    name: str
    """As the gate names it: `released`, an environment, NAME@N."""
    label: str = ""
    """The version, NAME@N; empty where there is none."""
    release: str = ""
    """The release's version, such as 1.2.0; empty for a version that is none."""
    missing: str = ""
    """Why nothing can be compared, in a sentence; empty where it can."""
    nothing_yet: bool = False
    """Whether there is nothing to compare with because nothing was released before."""
    arms: tuple[MeasuredArm, ...] = ()
    """Scores without answers."""
    pairs: Mapping[str, str] = field(default_factory=dict)
    """Of each judged arm the baseline's, by label."""

    @property
    def title(self) -> str:
        """How sentences call it."""
        return self.release or self.label or self.name


@dataclass(frozen=True)
class Figure:
    """A mean with its interval, for readers. Whoever decides computes it again."""

    mean: float | None
    low: float | None
    high: float | None
    n: int
    unscored: int
    failed: int


@dataclass(frozen=True)
class MeasuredRun:
    """The run that the version was asked in."""

    id: str
    created_at: datetime
    created_by: str
    dataset: str
    dataset_version: int
    dataset_hash: str
    examples: tuple[str, ...]
    """Ids of the rows that it was to ask."""
    settled_early: bool = False
    """Whether it stopped early because a look told its arms apart."""

    @property
    def dataset_label(self) -> str:
        """`NAME@N`."""
        return f"{self.dataset}@{self.dataset_version}"


@dataclass(frozen=True)
class Measured:
    """What was measured of one prompt version in one run."""

    prompt: str
    number: int
    hash: str
    """Of the prompt's content."""
    run: MeasuredRun
    examples: tuple[Example, ...]
    """The whole golden set in order: its hash can be computed again."""
    arms: tuple[MeasuredArm, ...]
    """The version's own."""
    metrics: Mapping[str, MeasuredMetric]
    judges: Mapping[str, JudgeTrust] = field(default_factory=dict)
    baselines: tuple[MeasuredBaseline, ...] = ()
    gates: tuple[GateVersion, ...] = ()
    """All gates of the project, as they were."""
    indexes: Mapping[str, MeasuredIndex] = field(default_factory=dict)
    """By fingerprint."""
    gold: Mapping[str, Mapping[str, Gold]] = field(default_factory=dict)
    """Where the rows' source spans lie: by an index's fingerprint and an example's id."""
    chunks: Mapping[str, Chunk] = field(default_factory=dict)
    """All sources that answers were given with, by content hash."""
    figures: Mapping[str, Mapping[str, Figure]] = field(default_factory=dict)
    """By arm label and metric."""

    @property
    def label(self) -> str:
        """`NAME@N`."""
        return f"{self.prompt}@{self.number}"

    def gate(self, name: str) -> GateVersion | None:
        """A gate by name."""
        return next((one for one in self.gates if one.name == name), None)

    def baseline(self, name: str) -> MeasuredBaseline | None:
        """A baseline by the name that a gate gives it."""
        return next((one for one in self.baselines if one.name == name), None)
