"""Runs: a plan of arms x examples x repeats, carried out trial by trial."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from workbench.domain.dataset import Example
from workbench.domain.imported import Imported
from workbench.domain.index import RetrievedChunk
from workbench.domain.model import Completion, ModelSpec, Price
from workbench.domain.prompt import PromptContent, RetrievalSettings
from workbench.domain.prompt_version import PromptVersion
from workbench.errors import NotFoundError
from workbench.hashing import content_hash

RunStatus = Literal["running", "interrupted", "cancelled", "done"]
StopReason = Literal["budget", "cancel", "provider"]
Place = tuple[str, str, int]
"""A cell's place in its plan: arm label, example id, repeat."""

DEFAULT_CONCURRENCY = 8
DEFAULT_TIMEOUT_S = 120.0
PROBED_ROWS = 5
"""Rows that a probe asks of each arm unless another number is named: enough for a range, though a wide one."""


VARIANT = " with "
"""Stands in a label between the model and what tells the arm from others of the same prompt version and model."""


@dataclass(frozen=True)
class ChunksOf:
    """An arm of an earlier run whose chunks are shown again: each example and repeat what that arm was shown for it."""

    run: str
    arm: str
    """Its label."""


@dataclass(frozen=True)
class Arm:
    """A prompt version on a model, with parameters and index resolved."""

    prompt: PromptVersion
    model: ModelSpec
    parameters: Mapping[str, Any]
    """Plan over prompt over alias over default, as they were resolved."""
    index_fingerprint: str | None
    price: Price | None
    """The price in force when the run was planned; None is unknown, never free."""
    retrieval: RetrievalSettings | None = None
    """How sources are found, or were where they are borrowed: the prompt's own settings, with the plan's index."""
    variant: str = ""
    """What tells it from arms of the same prompt version and model, such as an index; empty where there is none."""
    borrowed: ChunksOf | None = None
    """Whose chunks are shown; None: the index is searched."""

    @property
    def label(self) -> str:
        """`NAME@N:MODEL`, or `NAME@N:MODEL with VARIANT`: names the arm within a run, on pages and on the command line."""
        return f"{self.prompt.label}:{self.model.alias}" + (f"{VARIANT}{self.variant}" if self.variant else "")

    @property
    def content(self) -> PromptContent:
        """What the version says, with the retrieval in force."""
        content = self.prompt.content
        return content if content.retrieval == self.retrieval else replace(content, retrieval=self.retrieval)


def parts_of(label: str) -> tuple[str, str, str]:
    """Prompt version, alias of the model, and variant, of an arm's label."""
    version, _, rest = label.partition(":")
    model, _, variant = rest.partition(VARIANT)
    return version, model, variant


def model_of(label: str) -> str:
    """The alias of the model in an arm's label."""
    return parts_of(label)[1]


@dataclass(frozen=True)
class Cell:
    """One arm x example x repeat. Its hash pairs rows across runs."""

    arm: Arm
    example: Example
    repeat: int
    """From 1."""

    @cached_property
    def hash(self) -> str:
        """Hash of prompt version, resolved model and parameters, example, index or borrowed chunks, and repeat."""
        arm = self.arm
        borrowed = {} if arm.borrowed is None else {"borrowed": arm.borrowed}
        return content_hash(
            {
                **borrowed,
                "prompt": arm.prompt.hash,
                "model": arm.model.model,
                "api_base": arm.model.api_base,
                "parameters": arm.parameters,
                "example": self.example.asked_hash,
                "index": arm.index_fingerprint,
                "retrieval": arm.retrieval,
                "repeat": self.repeat,
            }
        )

    @property
    def place(self) -> Place:
        """Which cell of its plan it is."""
        return self.arm.label, self.example.id, self.repeat

    def trial_id(self, run: str) -> str:
        """The id of this cell's trial in a run: a fresh run measures afresh, a resumed one finds its rows."""
        return content_hash({"run": run, "arm": self.arm.label, "cell": self.hash})


@dataclass(frozen=True)
class StopEarly:
    """Named before a run: it ends at the first of its planned looks that tells its arms apart."""

    metric: str
    """The one score that decides; looking at several would find differences that are not there."""
    seed: int
    """What the order was drawn by in which examples are asked."""


@dataclass(frozen=True)
class SettledAt:
    """Where a run stopped early."""

    look: int
    """From 1: after a quarter of the examples, half, or three quarters."""
    examples: int
    """How many examples had been asked by then."""


@dataclass(frozen=True)
class RunPlan:
    """Everything decided before the first call."""

    arms: tuple[Arm, ...]
    dataset: str
    dataset_version: int
    dataset_hash: str
    examples: tuple[Example, ...]
    repeats: int = 1
    metrics: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    concurrency: int = DEFAULT_CONCURRENCY
    """Calls in flight per model, at most."""
    timeout_s: float = DEFAULT_TIMEOUT_S
    max_cost_usd: float | None = None
    """The run stops before it would spend more; None: only the project's own limits hold."""
    use_cache: bool = True
    """Whether an answer that an earlier run got to the same request and repeat is replayed instead of asked again."""
    executor: str | None = None
    """Where the calls are made: None for this process, or `dask://HOST:PORT`."""
    imported: Imported | None = None
    """The tool that carried it out, where that was not this program: its arms are no versions of the project's prompts."""
    stop_early: StopEarly | None = None
    """Whether it ends as soon as a planned look settles it; its examples are then in the order that was drawn."""
    confirms: str | None = None
    """The run whose winner it asks again, with the baseline, to see whether the lead was real."""

    @property
    def size(self) -> int:
        """How many trials are planned."""
        return len(self.arms) * len(self.examples) * self.repeats

    def arm(self, label: str) -> Arm:
        """The arm with this label. Raises NotFoundError."""
        for arm in self.arms:
            if arm.label == label:
                return arm
        raise NotFoundError("arm", label, [arm.label for arm in self.arms])

    def cells(self) -> tuple[Cell, ...]:
        """All cells: repeats outermost, then examples, then arms, so that a stopped run has pairs.

        A run that may stop early completes one example before the next.
        """
        if self.stop_early is not None:
            repeats = range(1, self.repeats + 1)
            return tuple(
                Cell(arm, example, repeat) for example in self.examples for repeat in repeats for arm in self.arms
            )
        return tuple(
            Cell(arm, example, repeat)
            for repeat in range(1, self.repeats + 1)
            for example in self.examples
            for arm in self.arms
        )


@dataclass(frozen=True)
class RunInfo:
    """A run as lists show it."""

    id: str
    dataset: str
    dataset_version: int
    arms: tuple[str, ...]
    """Arm labels, the baseline first."""
    repeats: int
    planned: int
    created_at: datetime
    created_by: str
    metrics: tuple[str, ...] = ()
    judges: tuple[str, ...] = ()
    imported_from: str | None = None
    """The tool that produced its answers; None for a run that was carried out here."""


@dataclass(frozen=True)
class RunSummary:
    """The counts of a run, as `run --json` prints them."""

    run: str
    planned: int
    done: int
    failed: int
    cached: int
    """Replayed answers; counted within `done`."""
    cost_usd: float | None
    """What was spent on the answers where prices are known, replayed ones 0; None when no price is known."""
    seconds: float
    stopped_by: StopReason | None
    settled_at: SettledAt | None = None
    """Where it stopped early because that settled it; None when it did not. It is done then, and nothing failed."""

    @property
    def over(self) -> bool:
        """Whether every answer is there that is wanted: all that were planned, or those up to where it was settled."""
        return (
            self.stopped_by is None and not self.failed and (self.settled_at is not None or self.done == self.planned)
        )


@dataclass(frozen=True)
class Replayed:
    """An earlier run's answer to the same request and repeat, with what it cost then."""

    completion: Completion
    cost_usd: float | None
    price: Price | None
    cold_start: bool = False


@dataclass(frozen=True)
class TrialOutput:
    """A cell that was answered. Append-only."""

    trial_id: str
    run: str
    arm: str
    example_id: str
    repeat: int
    cell_hash: str
    request_key: str
    completion: Completion
    retrieved: tuple[RetrievedChunk, ...]
    retrieval_ms: float | None
    cost_usd: float | None
    attempts: int
    started_at: datetime
    """Naive UTC."""
    cache_hit: bool = False
    """Whether an earlier run's answer was replayed. Its times and `cost_usd` are those measured then."""
    spent_usd: float | None = None
    """What was spent on it in this run: `cost_usd`, or 0 when replayed; None when unknown."""
    price: Price | None = None
    """The price that `cost_usd` was computed by; None is unknown."""
    cold_start: bool = False
    """Whether a local model was loaded for it first: its times say nothing about the model's pace."""
    reservation: str | None = None
    """The reserved spend that this answer settles; not stored with it."""


@dataclass(frozen=True)
class TrialFailure:
    """An attempt at a cell that ended without an answer. It has no score and no place in a mean."""

    trial_id: str
    run: str
    arm: str
    example_id: str
    repeat: int
    cell_hash: str
    error: str
    """The error's class name."""
    message: str
    retryable: bool
    final: bool
    """True when no further attempt was made in this run."""
    attempt: int
    started_at: datetime
    elapsed_ms: float | None
    """None where the tool that it is imported from did not say."""
    reservation: str | None = None
    """The reserved spend that nothing was charged for; None where the provider may have charged. Not stored."""


Outcome = TrialOutput | TrialFailure
