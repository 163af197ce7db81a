"""How people and judges agree on which of two answers is better, from verdicts that came with an imported run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

from workbench.domain.imported import IMPORTED_VERSION
from workbench.domain.pairs import Rater, Said
from workbench.domain.run import RunPlan
from workbench.errors import InputError
from workbench.stats.agreement import cohen_kappa, table_of
from workbench.stats.bradley_terry import Strength, bradley_terry
from workbench.stats.intervals import Interval
from workbench.stats.krippendorff import krippendorff_alpha
from workbench.stats.numbers import number, percent
from workbench.stats.pairwise import (
    Accuracy,
    MacroScores,
    PairCounts,
    accuracy,
    count,
    macro_scores,
    majority,
    outcome,
    wins,
)
from workbench.store import pair_verdicts
from workbench.store.pair_verdicts import StoredPairVerdict
from workbench.workspace.context import Context
from workbench.workspace.judges.preferences import FEWEST_RANKED, order_sentence

SIDES: tuple[Said, ...] = ("first", "second", "tie")


@dataclass(frozen=True)
class People:
    """What people say, and how far they agree. Only labels that can be read count."""

    names: Sequence[str]
    kappas: Mapping[tuple[str, str], Interval | None]
    """Cohen's kappa of each two of them, on the pairs that both labelled; None when it is undefined."""
    alpha: Interval | None
    """Krippendorff's alpha, nominal, of all; None for a single person."""
    majority: Mapping[Said, int]
    """Pairs by the label that more than half of the people gave."""
    undecided: int
    """Pairs with labels of which none has a majority. Judges are not measured on them."""
    unreadable: int
    """Labels that could not be read."""


@dataclass(frozen=True)
class JudgeOnPairs:
    """A judge against people's majority, and against itself with the answers swapped."""

    judge: str
    as_given: Accuracy
    """With the answers shown in the order of the file."""
    swapped: Accuracy | None
    """With the answers swapped; None where nobody asked so."""
    right_in_both: int | None
    """Pairs that it gets right in both orders."""
    orders: PairCounts | None
    """What the order of showing decided, on all pairs it judged, labelled or not; None with one order."""
    kappa_of_orders: float | None
    """Cohen's kappa between both orders, on the pairs that can be read in both."""
    macro: MacroScores | None
    """Precision, recall and F1 as given, over the labels that people gave."""


@dataclass(frozen=True)
class PairRatings:
    """Everything that people and judges say of a run's pairs."""

    run: str
    people: People
    judges: Mapping[str, JudgeOnPairs]
    """By name, in the order of the file."""
    strengths: Mapping[str, Strength]
    """Of three arms or more by people's majority (Bradley-Terry), by label, against the first; empty where unknown."""

    @property
    def sentences(self) -> list[str]:
        """The findings in plain English."""
        said = [
            f"{first} and {second} agree beyond chance by kappa {number(kappa.estimate)} on {kappa.n:,} pairs."
            for (first, second), kappa in self.people.kappas.items()
            if kappa is not None
        ]
        for name, judge in self.judges.items():
            found = judge.as_given
            if (share := found.of_all) is not None:
                total = found.right + found.wrong + found.unreadable
                lost = f", {found.unreadable:,} of them unreadable and taken for wrong" if found.unreadable else ""
                said.append(f"{name} says what most people say on {percent(share)} of {total:,} pairs{lost}.")
            if judge.orders is not None:
                said.append(f"{name}: {order_sentence(judge.orders)}")
        return said

    def as_json(self) -> dict[str, Any]:
        """All figures, for notebooks and reports."""
        return {
            "run": self.run,
            "people": {
                **asdict(self.people),
                "kappas": [
                    {"people": list(two), "kappa": None if kappa is None else asdict(kappa)}
                    for two, kappa in self.people.kappas.items()
                ],
            },
            "judges": [asdict(judge) for judge in self.judges.values()],
            "strengths": {arm: asdict(strength) for arm, strength in self.strengths.items()},
        }


def stored_ratings(context: Context, run: str, plan: RunPlan) -> PairRatings:
    """What came with an imported run. Raises InputError where no verdicts on pairs did."""
    raters = () if plan.imported is None else plan.imported.raters
    if not raters:
        raise InputError(
            f"The run {run} came without verdicts on pairs.",
            hint="Import a file with two answers a row and who prefers which: `workbench runs import`.",
        )
    told = context.read(lambda s: pair_verdicts.of_version(s, run, IMPORTED_VERSION))
    return ratings(run, [arm.label for arm in plan.arms], raters, told)


def ratings(
    run: str, arms: Sequence[str], raters: Sequence[Rater], verdicts: Sequence[StoredPairVerdict]
) -> PairRatings:
    """What these verdicts, one of each rater on a row at most, come to."""
    told: dict[str, dict[str, StoredPairVerdict]] = {rater.name: {} for rater in raters}
    for one in verdicts:
        told[one.judge][one.example_id] = one
    labels = {rater.name: told[rater.name] for rater in raters if rater.is_person}
    truth = _truth(labels)
    judges = {rater.name: _judge(rater, told[rater.name], truth) for rater in raters if not rater.is_person}
    arms_of = {one.example_id: (one.first_arm, one.second_arm) for one in verdicts}
    return PairRatings(run, _people(labels, truth), judges, _strengths(arms, arms_of, truth))


_Told = Mapping[str, StoredPairVerdict]
"""One rater's verdicts, by row."""


def _truth(labels: Mapping[str, _Told]) -> dict[str, Said | None]:
    """People's majority by row; None where they have none."""
    of_row: dict[str, list[Said]] = {}
    for given in labels.values():
        for row, one in given.items():
            if one.said is not None:
                of_row.setdefault(row, []).append(one.said)
    return {row: majority(said) for row, said in of_row.items()}


def _people(labels: Mapping[str, _Told], truth: Mapping[str, Said | None]) -> People:
    readable = {
        name: {row: one.said for row, one in given.items() if one.said is not None} for name, given in labels.items()
    }
    kappas = {(one, other): _kappa(readable[one], readable[other]) for one, other in combinations(readable, 2)}
    numbers = {side: float(at) for at, side in enumerate(SIDES)}
    table = [[numbers.get(said[row]) if row in said else None for said in readable.values()] for row in truth]
    decided = Counter(said for said in truth.values() if said is not None)
    return People(
        names=list(labels),
        kappas=kappas,
        alpha=krippendorff_alpha(table) if len(labels) > 1 else None,
        majority={side: decided[side] for side in SIDES},
        undecided=sum(said is None for said in truth.values()),
        unreadable=sum(one.said is None for given in labels.values() for one in given.values()),
    )


def _judge(rater: Rater, told: _Told, truth: Mapping[str, Said | None]) -> JudgeOnPairs:
    known = {row: wanted for row in told if (wanted := truth.get(row)) is not None}
    right, rows = list(known.values()), list(known)
    given = [told[row].said for row in rows]
    macro = macro_scores(given, right) if rows else None
    if not rater.both_orders:
        return JudgeOnPairs(rater.name, accuracy(given, right), None, None, None, None, macro)
    swapped = [told[row].said_swapped for row in rows]
    both = [(one.said, one.said_swapped) for one in told.values()]
    shown = {row: one.said for row, one in told.items() if one.said is not None}
    other = {row: one.said_swapped for row, one in told.items() if one.said_swapped is not None}
    kappa = _kappa(shown, other)
    return JudgeOnPairs(
        rater.name,
        accuracy(given, right),
        accuracy(swapped, right),
        sum(outcome(a, b) == wanted for a, b, wanted in zip(given, swapped, right, strict=True)),
        count(both),
        None if kappa is None else kappa.estimate,
        macro,
    )


def _kappa(one: Mapping[str, Said], other: Mapping[str, Said]) -> Interval | None:
    """Cohen's kappa on the rows that both have; None when it is undefined."""
    rows = [row for row in one if row in other]
    return cohen_kappa(table_of([one[row] for row in rows], [other[row] for row in rows], SIDES)) if rows else None


def _strengths(
    arms: Sequence[str], arms_of: Mapping[str, tuple[str, str]], truth: Mapping[str, Said | None]
) -> Mapping[str, Strength]:
    if len(arms) < FEWEST_RANKED:
        return {}
    table = wins(arms, [(*arms_of[row], said) for row, said in truth.items() if said is not None])
    try:
        return dict(zip(arms, bradley_terry(table), strict=True))
    except InputError:  # some arm never won or never lost
        return {}
