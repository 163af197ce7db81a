"""Who prefers which of two answers: people and judges, each about the same pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Said = Literal["first", "second", "tie"]
"""Which of two answers is better, by their place in the pair and not by the place where they were shown."""


@dataclass(frozen=True)
class Rater:
    """Somebody whose verdicts on pairs came with a file."""

    name: str
    is_person: bool
    both_orders: bool = False
    """Whether each pair was also judged with the answers swapped."""


@dataclass(frozen=True)
class ImportedVerdict:
    """What one rater said of the answers of two arms to a row."""

    rater: str
    row: str
    """The identity that the answers carry."""
    first: int
    """The arm of the first answer, by its place among the arms."""
    second: int
    said: Said | None
    """None when it could not be read."""
    said_swapped: Said | None = None
    """What was said with the answers swapped; None, too, when nobody was asked so."""
    raw: str = ""
    """What could not be read, as it was written."""
    reason: str = ""
