"""Results that another tool produced, in the one shape that all its formats are read into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbench.domain.pairs import ImportedVerdict, Rater
from workbench.domain.prompt import Message
from workbench.domain.review import Verdict
from workbench.domain.score import MetricInfo

IMPORTED_VERSION = "imported"
"""Stands as the version of a score that came with an answer from another tool."""


@dataclass(frozen=True)
class ImportedScore:
    """What the other tool, or a person who used it, said of an answer."""

    name: str
    """As the tool called it."""
    value: float | None
    """None: the tool has no value for this answer, which is not 0."""
    reason: str = ""


@dataclass(frozen=True)
class ImportedReview:
    """What a person said of an answer elsewhere."""

    reviewer: str
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True)
class ImportedAnswer:
    """One answer as a file holds it. What the file does not say is None."""

    identity: str
    """What tells its row from the others of the file: equal in all arms that were asked the same."""
    inputs: Mapping[str, Any]
    text: str | None
    """None where no answer came; `error` then says why."""
    error: str | None = None
    id: str | None = None
    """The row's id, where the file has one."""
    expected: str | None = None
    repeat: int | None = None
    """From 1, where the file says which repeat it is."""
    sources: tuple[str, ...] = ()
    """Texts that the model was shown, in order."""
    scores: tuple[ImportedScore, ...] = ()
    reviews: tuple[ImportedReview, ...] = ()
    latency_ms: float | None = None
    cost_usd: float | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    at: datetime | None = None
    """When it was asked, naive UTC."""
    tags: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ImportedArm:
    """What answered: a prompt on a model, as far as the file names them."""

    name: str
    """For people: the prompt's name, its first words, or the file's name. Empty where the file says nothing."""
    model: str | None
    messages: tuple[Message, ...] = ()
    """The prompt's text, never rendered here; empty where the file does not have it."""
    answers: tuple[ImportedAnswer, ...] = ()


@dataclass(frozen=True)
class ImportedResults:
    """Everything that was understood of a file."""

    tool: str
    """Such as `promptfoo`; `CSV` or `JSON` where no tool is known."""
    arms: tuple[ImportedArm, ...]
    notes: tuple[str, ...] = ()
    """What was not understood or not taken, and what was guessed, in sentences."""
    raters: tuple[Rater, ...] = ()
    """Who says which of two answers is better, where the file has pairs."""
    verdicts: tuple[ImportedVerdict, ...] = ()


@dataclass(frozen=True)
class Imported:
    """Where the answers of an imported run came from; part of its plan."""

    tool: str
    files: tuple[str, ...]
    """Their names, without folders."""
    measures: tuple[MetricInfo, ...] = ()
    """What the tool's scores mean, as far as it shows from their names and values; the first ones first."""
    notes: tuple[str, ...] = ()
    raters: tuple[Rater, ...] = ()
    """Who says which of two answers is better."""
