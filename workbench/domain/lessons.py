"""Lessons: what experts' critiques teach a judge, and how it did on labels that were kept apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from workbench.domain.review import Verdict

MOST_RULES = 10
"""With more, models begin to leave some out."""


@dataclass(frozen=True)
class WorkedExample:
    """An answer as experts judged it, shown to the judge beside answers like it."""

    row: str
    """Hash of its row: never shown when an answer to the same row is judged."""
    question: str
    answer: str
    verdict: Verdict
    critique: str = ""
    mistake: bool = False
    """Whether the judge had said the opposite."""


@dataclass(frozen=True)
class Lessons:
    """What a judge is taught beside its rubric."""

    rules: tuple[str, ...] = ()
    examples: tuple[WorkedExample, ...] = ()


@dataclass(frozen=True)
class LessonsVersion:
    """Lessons of a judge as they are kept: numbered by judge, never changed."""

    judge: str
    number: int
    lessons: Lessons
    version: str
    """Hash of the judge with them."""
    run: str
    """Whose labels taught them."""
    taught: tuple[str, ...]
    """The answers whose labels were used, by trial: they say nothing about how good the judge is with these lessons."""
    source: str
    """Who put the rules into words: a model's alias, or nobody but the author."""
    created_at: datetime
    created_by: str


@dataclass(frozen=True)
class LessonsCheck:
    """How a judge with lessons did on labels that were kept apart, beside the judge before."""

    judge: str
    lessons: int
    """Their number."""
    run: str
    version: str
    """The judge with them."""
    before: str
    """The judge it was set against."""
    labels: int
    """Labels kept apart that both were set against."""
    better: int
    """Labels that it meets and the judge before did not."""
    worse: int
    """Labels that the judge before met and it does not."""
    passes: tuple[int, int]
    """Answers that people pass: how many it passes, and of how many."""
    failures: tuple[int, int]
    """Answers that people fail: how many it fails, and of how many."""
    unscored: int
    """Answers on which it gave no verdict."""
    bar: float
    cost_usd: float | None
    """None when unknown."""
    created_at: datetime
    created_by: str
