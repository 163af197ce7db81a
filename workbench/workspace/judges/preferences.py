"""What a judge prefers, asked in pairs: each arm against each other, with the role of the order in sight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from statistics import fmean
from typing import Any

from workbench.errors import InputError
from workbench.stats.bradley_terry import Strength, bradley_terry
from workbench.stats.numbers import counted, percent
from workbench.stats.paired import PairResult, compare
from workbench.stats.pairwise import PairCounts, count, outcome, points, sides, wins
from workbench.stats.wording import pair_sentence
from workbench.store.pair_verdicts import StoredPairVerdict

FEWEST_RANKED = 3
"""With two arms the paired comparison says it all."""


@dataclass(frozen=True)
class Preference:
    """One arm against another."""

    first: str
    second: str
    counts: PairCounts
    result: PairResult
    """The second against the first, in shares of rows won, ties and what the order decided being half won."""
    sentence: str


@dataclass(frozen=True)
class Preferences:
    """What a judge prefers among the arms of a run."""

    run: str
    judge: str
    """With its version, such as `correctness in pairs v2`."""
    pairs: Sequence[Preference]
    strengths: Mapping[str, Strength] = field(default_factory=dict)
    """By arm, as logarithms of odds against the first one (Bradley-Terry); empty below three arms."""
    unranked: str = ""
    """Why there are no strengths, where there are three arms."""
    left_out: int = 0
    """Verdicts by older versions of the judge, which are not counted."""
    cost_usd: float | None = 0.0
    """Of the verdicts that count; None when unknown."""

    @property
    def sentences(self) -> list[str]:
        """The findings in plain English, and what the order of showing did."""
        said = []
        for pair in self.pairs:
            said += [pair.sentence, order_sentence(pair.counts)]
        if self.left_out:
            are = "is" if self.left_out == 1 else "are"
            said.append(f"{counted(self.left_out, 'verdict')} by older versions of the judge {are} left out.")
        return said

    def as_json(self) -> dict[str, Any]:
        """The document that `workbench score --pairwise --json` prints."""
        return {
            "run": self.run,
            "judge": self.judge,
            "pairs": [
                {
                    "baseline": pair.first,
                    "arm": pair.second,
                    "wins": pair.counts.second,
                    "losses": pair.counts.first,
                    "ties": pair.counts.ties,
                    "inconsistent": pair.counts.inconsistent,
                    "unreadable": pair.counts.unreadable,
                    "consistency": pair.counts.consistency,
                    "shown_first": pair.counts.shown_first_share,
                    "n": pair.result.n,
                    "difference": pair.result.difference,
                    "low": pair.result.low,
                    "high": pair.result.high,
                    "p_value": pair.result.p_value,
                    "method": pair.result.method,
                    "verdict": pair.result.verdict,
                }
                for pair in self.pairs
            ],
            "strengths": {arm: asdict(strength) for arm, strength in self.strengths.items()},
            "unranked": self.unranked,
            "left_out": self.left_out,
            "cost_usd": self.cost_usd,
        }


def order_sentence(counts: PairCounts) -> str:
    """How often the order of showing decided, and whether the place shown first is preferred."""
    if not counts.readable:
        return f"No pair has a verdict that can be read in both orders ({counts.unreadable:,} unreadable)."
    decided = f"The order decided {counts.inconsistent:,} of {counts.readable:,} pairs, which count as ties"
    share = counts.shown_first_share
    first = (
        ""
        if share is None
        else f"; the answer shown first was named in {percent(share)} of the verdicts (50% is no bias)"
    )
    lost = f"; {counts.unreadable:,} could not be read" if counts.unreadable else ""
    return f"{decided}{first}{lost}."


def preferences(
    run: str,
    judge: str,
    arms: Sequence[str],
    verdicts: Sequence[StoredPairVerdict],
    clusters: Mapping[str, str],
    *,
    left_out: int = 0,
) -> Preferences:
    """What the verdicts of one version of a judge come to; the pairs stand in the order of the arms."""
    found = [
        _preference(judge, first, second, of_pair, clusters)
        for first, second in combinations(arms, 2)
        if (of_pair := [one for one in verdicts if (one.first_arm, one.second_arm) == (first, second)])
    ]
    strengths, unranked = _strengths(arms, verdicts)
    asked = [one.cost_usd for one in verdicts if one.latency_ms is not None]
    known = [cost for cost in asked if cost is not None]
    cost = sum(known) if len(known) == len(asked) else None
    return Preferences(run, judge, found, strengths, unranked, left_out, cost)


def _preference(
    judge: str, first: str, second: str, verdicts: Sequence[StoredPairVerdict], clusters: Mapping[str, str]
) -> Preference:
    by_example: dict[str, list[float]] = {}
    for one in verdicts:
        if (decided := outcome(one.said, one.said_swapped)) is not None:
            by_example.setdefault(one.example_id, []).append(points(decided))
    shares = {example: sides(fmean(given)) for example, given in by_example.items()}
    result = compare(
        {example: [sides[0]] for example, sides in shares.items()},
        {example: [sides[1]] for example, sides in shares.items()},
        kind="share",
        direction="higher",
        clusters=clusters,
    )
    sentence = pair_sentence(
        result, metric_title=f"rows won by {judge}", arm_label=second, baseline_label=first, kind="share", unit=""
    )
    return Preference(first, second, count((one.said, one.said_swapped) for one in verdicts), result, sentence)


def _strengths(arms: Sequence[str], verdicts: Sequence[StoredPairVerdict]) -> tuple[Mapping[str, Strength], str]:
    if len(arms) < FEWEST_RANKED:
        return {}, ""
    decided = [(one.first_arm, one.second_arm, outcome(one.said, one.said_swapped)) for one in verdicts]
    table = wins(arms, [(first, second, found) for first, second, found in decided if found is not None])
    try:
        return dict(zip(arms, bradley_terry(table), strict=True)), ""
    except InputError as error:
        return {}, str(error)
