"""Review queues: which answers people are asked about, why, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from workbench.domain.review import Purpose

Form = Literal["verdict", "pair"]
"""What is asked of an item: pass or fail, or which of two is better."""
Between = Literal["people", "judge and people", "judge and rule", "arms"]
BETWEEN: tuple[Between, ...] = ("people", "judge and people", "judge and rule", "arms")


@dataclass(frozen=True)
class Everything:
    """Every answer of the run. Worked through in its order, any part of it from the start is a random part."""

    kind: ClassVar[str] = "everything"
    purpose: ClassVar[Purpose] = "estimate"

    @property
    def about(self) -> str:
        """What it holds, in plain English."""
        return "All answers of the run."


@dataclass(frozen=True)
class RandomSample:
    """So many answers at random that have no verdict for estimates yet."""

    n: int
    judge: str | None = None
    """With a judge: at random within what it passed and what it failed, in proportion, at least three of each."""
    kind: ClassVar[str] = "random"
    purpose: ClassVar[Purpose] = "estimate"

    @property
    def about(self) -> str:
        """What it holds, in plain English."""
        if self.judge is None:
            return "Answers drawn at random."
        return f"Answers drawn at random from those that {self.judge} passed and from those that it failed."


@dataclass(frozen=True)
class Relabel:
    """Some of the answers that were judged under guidelines that have changed since, at random."""

    n: int = 10
    kind: ClassVar[str] = "relabel"
    purpose: ClassVar[Purpose] = "estimate"

    @property
    def about(self) -> str:
        """What it holds, in plain English."""
        return "Answers that were judged before the guidelines changed, drawn at random."


@dataclass(frozen=True)
class Pairs:
    """Answers of two arms to the same example, side by side; of all arms unless some are named."""

    arms: tuple[str, ...] = ()
    n: int | None = None
    """So many pairs at random; None for all."""
    kind: ClassVar[str] = "pairs"
    purpose: ClassVar[Purpose] = "estimate"

    @property
    def about(self) -> str:
        """What it holds, in plain English. It names no arm: reviewers read it."""
        return "Two answers to the same question side by side." + ("" if self.n is None else " Drawn at random.")


@dataclass(frozen=True)
class Filtered:
    """Answers that were asked for by what they are."""

    arm: str | None = None
    tag: str | None = None
    failing: str | None = None
    """A score by which they fail."""
    unjudged: bool = False
    """Only those without any verdict."""
    kind: ClassVar[str] = "filter"
    purpose: ClassVar[Purpose] = "learn"

    @property
    def about(self) -> str:
        """What it holds, in plain English. It does not say which arm or that a score failed: reviewers read it."""
        parts = [
            "a choice of one arm" if self.arm else "",
            f"the tag {self.tag}" if self.tag else "",
            "chosen by a score" if self.failing else "",
            "without a verdict so far" if self.unjudged else "",
        ]
        return f"Answers by {', '.join(part for part in parts if part) or 'no condition'}."


@dataclass(frozen=True)
class Disagreements:
    """Answers on which verdicts differ."""

    between: Between = "people"
    judge: str | None = None
    metric: str | None = None
    """The rule that is set against the judge, or the score by which arms differ."""
    kind: ClassVar[str] = "disagreements"
    purpose: ClassVar[Purpose] = "learn"

    @property
    def about(self) -> str:
        """What it holds, in plain English."""
        return {
            "people": "Answers on which people disagree.",
            "judge and people": "Answers on which a judge and people disagree.",
            "judge and rule": "Answers on which a judge and a rule disagree.",
            "arms": "Answers to questions that one arm gets right and another does not.",
        }[self.between]


@dataclass(frozen=True)
class Flaky:
    """Answers to examples on which one arm passes in one repeat and fails in another."""

    metric: str | None = None
    """By which score; None for the run's first measure of quality."""
    kind: ClassVar[str] = "flaky"
    purpose: ClassVar[Purpose] = "learn"

    @property
    def about(self) -> str:
        """What it holds, in plain English."""
        return "Answers to questions that are sometimes answered right and sometimes not."


Source = Everything | RandomSample | Relabel | Pairs | Filtered | Disagreements | Flaky


@dataclass(frozen=True)
class QueueWork:
    """How the work on a queue is shared out."""

    reviewers: tuple[str, ...] = ()
    """Whom it is for; empty for everybody who may review."""
    per_item: int | None = None
    """How many people judge an item before it leaves the pool; None when everybody judges every item."""
    second: float = 0.0
    """Where one person judges each item: the share of items that get a second one, at least ten of them."""
    repeats: float = 0.1
    """The share of items that are shown to the same reviewer once more, unannounced."""
    criteria: tuple[str, ...] = ()
    """Yes/no questions asked beside the verdict."""
    name: str = ""
    """What people call it; made up from the source when empty."""


@dataclass(frozen=True)
class ReviewQueue:
    """A fixed list of items of one run, in a random order of each reviewer's own."""

    id: str
    run: str
    name: str
    about: str
    form: Form
    purpose: Purpose
    kind: str
    """Which source it was made from, such as `random`."""
    judge: str | None
    """The judge within whose verdicts it was drawn. Reviewers are not shown it before they answer."""
    seed: str
    """What items, orders, sides and repeats were drawn with."""
    reviewers: tuple[str, ...]
    per_item: int | None
    criteria: tuple[str, ...]
    size: int
    """Items, hidden repeats not counted."""
    identical: int
    """Pairs that were left out, because both answers are the same text."""
    created_by: str
    created_at: datetime
    closed: bool = False
    """Whether nobody is asked about it any more."""


@dataclass(frozen=True)
class QueuePlace:
    """One item of a queue."""

    key: str
    """Its name within the queue, which tells nothing."""
    first_trial: str
    second_trial: str | None
    """The other answer of a pair."""
    example_id: str
    stratum: str = ""
    """From which of a judge's verdicts it was drawn."""
    wanted: int | None = None
    """How many people judge it; None for everybody."""
    again: bool = False
    """Whether it is shown once more to who judged it."""
