"""Reviews: what a person says of an output, or of two side by side."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Verdict = Literal["pass", "fail", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("pass", "fail", "unsure")

Purpose = Literal["estimate", "learn"]
"""Whether verdicts may enter rates (estimate: drawn at random, judge hidden) or only teach (learn: chosen for a reason)."""

Choice = Literal["first", "second", "both fine", "both bad"]
"""Which of two answers is better, by its place in the pair and not by the side where it stood."""
SidedChoice = Literal["left", "right", "both fine", "both bad"]
"""The same as a reviewer says it: by the side where the answer stood."""
SIDED_CHOICES: tuple[SidedChoice, ...] = ("left", "right", "both fine", "both bad")


@dataclass(frozen=True)
class Span:
    """Words of an answer that a reviewer marked."""

    start: int
    """Characters of the answer before the first marked one."""
    end: int
    """Characters before the first one behind the mark."""
    label: str = ""
    """What is wrong there."""


@dataclass(frozen=True)
class Criterion:
    """The answer to one yes/no question of a rubric."""

    name: str
    met: bool | None
    """None where the question does not apply."""


@dataclass(frozen=True)
class Judgement:
    """Everything that a reviewer says of one answer at once."""

    verdict: Verdict
    note: str = ""
    seconds: float | None = None
    """Time the item was on the screen."""
    criteria: tuple[Criterion, ...] = ()
    tags: tuple[str, ...] = ()
    """Names of what went wrong."""
    spans: tuple[Span, ...] = ()
    correction: str | None = None
    """What a right answer would have been."""


@dataclass(frozen=True)
class Review:
    """One verdict. Append-only: the newest of a reviewer on a trial counts, earlier ones stay."""

    trial_id: str
    run: str
    reviewer: str
    verdict: Verdict | None
    """None withdraws the reviewer's earlier verdict (undo)."""
    note: str
    created_at: datetime
    seconds: float | None = None
    """Time the item was on the screen."""
    purpose: Purpose = "estimate"
    queue: str | None = None
    """The queue it was given in; None outside of queues."""
    rubric: str | None = None
    """Hash of the guidelines at the time; empty when there were none, None when it is not known."""
    shown: str | None = None
    """Hash of what the reviewer saw; None when it is not known."""
    criteria: tuple[Criterion, ...] = ()
    tags: tuple[str, ...] = ()
    spans: tuple[Span, ...] = ()
    correction: str | None = None
    hidden_repeat: bool = False
    """Given when the item was shown a second time to the same reviewer: it tells of the reviewer, not of the answer."""
    gold: bool = False
    """Settles what reviewers disagreed on: it counts in place of their verdicts."""


@dataclass(frozen=True)
class PairReview:
    """Which of two answers to one example a person prefers. Append-only, like `Review`."""

    queue: str
    run: str
    first_trial: str
    second_trial: str
    example_id: str
    reviewer: str
    choice: Choice | None
    """None withdraws the reviewer's earlier choice."""
    left: Literal["first", "second"]
    """Which of the two stood on the left."""
    note: str
    created_at: datetime
    seconds: float | None = None
    purpose: Purpose = "estimate"
    rubric: str | None = None
    shown: str | None = None
    hidden_repeat: bool = False

    @property
    def left_chosen(self) -> bool | None:
        """Whether the answer on the left was preferred; None where neither was."""
        return self.choice == self.left if self.choice in {"first", "second"} else None
