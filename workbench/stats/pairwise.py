"""Verdicts on pairs: which of two answers is better, asked once in each order.

Judges prefer what stands first, or last, often enough that a verdict in one order says little (Zheng et al. 2023, arXiv
2306.05685; Shi et al. 2024, arXiv 2406.07791). So a pair counts for an answer only when both orders say so; a pair on
which the order decided counts as a tie and is reported apart, and so is one with a verdict that could not be read.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from workbench.domain.pairs import Said
from workbench.errors import InputError

Outcome = Literal["first", "second", "tie", "inconsistent"]
"""`inconsistent`: the two orders say different things."""

L = TypeVar("L", bound=Hashable)


def outcome(said: Said | None, said_swapped: Said | None) -> Outcome | None:
    """What both orders say together; None when one of them could not be read."""
    if said is None or said_swapped is None:
        return None
    return said if said == said_swapped else "inconsistent"


def points(found: Outcome) -> float:
    """What the second answer gets for a pair: 1 for a win, half for a tie and where the order decided."""
    return {"first": 0.0, "second": 1.0}.get(found, 0.5)


def sides(won: float) -> tuple[float, float]:
    """What a row counts for each answer, by the points of the second.

    A tie is won by both, so that rows without a half are pass or fail.
    """
    return (1.0, 1.0) if won == 0.5 else (1 - won, won)


@dataclass(frozen=True)
class PairCounts:
    """What the verdicts on many pairs come to."""

    first: int
    """Pairs whose first answer is better in both orders."""
    second: int
    ties: int
    """Pairs that both orders call a tie."""
    inconsistent: int
    """Pairs on which the order decided."""
    unreadable: int
    """Pairs with a verdict that could not be read. They count for nothing."""
    shown_first: int
    """Verdicts, of all those that name a better answer, that name the one shown first."""
    named: int
    """Verdicts that name a better answer. Without a bias for a place, half of them name the one shown first."""

    @property
    def readable(self) -> int:
        """Pairs that count."""
        return self.first + self.second + self.ties + self.inconsistent

    @property
    def consistency(self) -> float | None:
        """Share of the pairs on which both orders say the same; None without any."""
        return None if not self.readable else 1 - self.inconsistent / self.readable

    @property
    def shown_first_share(self) -> float | None:
        """Share of the named answers that were shown first: 0.5 without a bias; None without any."""
        return None if not self.named else self.shown_first / self.named


def count(pairs: Iterable[tuple[Said | None, Said | None]]) -> PairCounts:
    """Count pairs of verdicts: with the first answer shown first, and with the second shown first."""
    found, shown_first, named = Counter[Outcome | None](), 0, 0
    for said, swapped in pairs:
        found[outcome(said, swapped)] += 1
        named += (said in {"first", "second"}) + (swapped in {"first", "second"})
        shown_first += (said == "first") + (swapped == "second")
    return PairCounts(
        found["first"], found["second"], found["tie"], found["inconsistent"], found[None], shown_first, named
    )


def wins(arms: Sequence[str], pairs: Iterable[tuple[str, str, Outcome]]) -> list[list[float]]:
    """How often each arm beat each other, for `bradley_terry`; what is no win is half a win for both."""
    place = {arm: at for at, arm in enumerate(arms)}
    table = [[0.0] * len(arms) for _ in arms]
    for first, second, found in pairs:
        table[place[second]][place[first]] += points(found)
        table[place[first]][place[second]] += 1 - points(found)
    return table


@dataclass(frozen=True)
class Accuracy:
    """Verdicts against what is known to be right."""

    right: int
    wrong: int
    unreadable: int

    @property
    def of_all(self) -> float | None:
        """Share of all that are right, unreadable ones taken for wrong; None without any."""
        total = self.right + self.wrong + self.unreadable
        return None if not total else self.right / total

    @property
    def of_readable(self) -> float | None:
        """Share of the readable ones that are right; None without any."""
        return None if not self.right + self.wrong else self.right / (self.right + self.wrong)


def accuracy(said: Sequence[L | None], truth: Sequence[L]) -> Accuracy:
    """Count verdicts, None being unreadable, against what is right. Raises InputError for lists that do not fit."""
    _require_equal(said, truth)
    right = sum(one == true for one, true in zip(said, truth, strict=True) if one is not None)
    unreadable = sum(one is None for one in said)
    return Accuracy(right, len(truth) - right - unreadable, unreadable)


@dataclass(frozen=True)
class MacroScores:
    """Means over the categories, each of which counts alike however rare it is."""

    precision: float
    recall: float
    f1: float


def macro_scores(said: Sequence[L | None], truth: Sequence[L]) -> MacroScores:
    """Precision, recall and F1 of verdicts by category of the truth; a category that is never said has precision 0.

    Raises InputError for lists that do not fit or are empty.
    """
    _require_equal(said, truth)
    if not truth:
        raise InputError("Without verdicts there is nothing to compare.")
    meant, named, hits = Counter(truth), Counter(said), Counter(a for a, b in zip(said, truth, strict=True) if a == b)
    each = []
    for category in meant:
        precision = hits[category] / named[category] if named[category] else 0.0
        recall = hits[category] / meant[category]
        each.append((precision, recall, 2 * precision * recall / (precision + recall) if hits[category] else 0.0))
    means = (math.fsum(column) / len(each) for column in zip(*each, strict=True))
    return MacroScores(*means)


def majority(labels: Sequence[L]) -> L | None:
    """The label that more than half of the raters gave; None when there is none."""
    if not labels:
        return None
    label, given = Counter(labels).most_common(1)[0]
    return label if 2 * given > len(labels) else None


def _require_equal(said: Sequence[object], truth: Sequence[object]) -> None:
    if len(said) != len(truth):
        raise InputError(f"There are {len(said)} verdicts on {len(truth)} pairs.")
