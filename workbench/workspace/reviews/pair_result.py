"""What people's choices between two answers come to: wins of each arm, and whether the side decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from statistics import fmean
from typing import Any

from workbench.domain.review import PairReview
from workbench.errors import InputError
from workbench.stats.bradley_terry import Strength, bradley_terry, chance_to_win
from workbench.stats.intervals import Interval, wilson
from workbench.stats.krippendorff import krippendorff_alpha
from workbench.stats.numbers import number, percent
from workbench.stats.paired import PairResult, compare
from workbench.stats.pairwise import Outcome, points, sides, wins
from workbench.stats.wording import pair_sentence

FEWEST_RANKED = 3
"""With two arms the paired comparison says it all."""
CHOICES = ("first", "second", "both fine", "both bad")
NO_BIAS = 0.5


@dataclass(frozen=True)
class ArmWins:
    """One arm against another, as people chose."""

    first: str
    second: str
    won_by_first: int
    won_by_second: int
    both_fine: int
    both_bad: int
    result: PairResult
    """The second against the first, in shares of examples won, a tie being won by both."""

    @property
    def sentence(self) -> str:
        """Who is preferred, and how sure that is."""
        said = pair_sentence(
            self.result,
            metric_title="questions won with people",
            arm_label=self.second,
            baseline_label=self.first,
            kind="share",
        )
        return (
            f"{said} {self.first} was chosen {self.won_by_first:,} times, {self.second} {self.won_by_second:,} times; "
            f"both fine {self.both_fine:,}, both bad {self.both_bad:,}."
        )

    def as_json(self) -> dict[str, Any]:
        """The same as one JSON object."""
        return {
            "baseline": self.first,
            "arm": self.second,
            "losses": self.won_by_first,
            "wins": self.won_by_second,
            "both_fine": self.both_fine,
            "both_bad": self.both_bad,
            "n": self.result.n,
            "difference": self.result.difference,
            "low": self.result.low,
            "high": self.result.high,
            "p_value": self.result.p_value,
            "method": self.result.method,
            "verdict": self.result.verdict,
        }


@dataclass(frozen=True)
class PairsResult:
    """What all choices of a queue come to. It says which arms won: not for reviewers who are still at work."""

    arms: Sequence[ArmWins]
    left_chosen: Interval | None
    """The share of choices of one answer that fell on the left one: a half where the side does not matter."""
    alpha: Interval | None
    """How far people agree beyond chance (Krippendorff's alpha); None where it is undefined."""
    strengths: Mapping[str, Strength] = field(default_factory=dict)
    """By arm, as logarithms of odds against the first one (Bradley-Terry); empty below three arms."""
    unranked: str = ""
    """Why there are no strengths, where there are three arms."""

    @property
    def side_sentence(self) -> str:
        """Whether the side decided."""
        left = self.left_chosen
        if left is None:
            return ""
        said = f"The answer on the left was chosen in {percent(left.estimate)} of {left.n:,} choices"
        likely = f"likely {percent(left.low).removesuffix('%')} to {percent(left.high)}"
        if left.low <= NO_BIAS <= left.high:
            return f"{said} ({likely}): the side does not seem to matter."
        side = "left" if left.estimate > NO_BIAS else "right"
        return f"{said} ({likely}): the {side} side is preferred whatever stands there, so read the result with care."

    @property
    def ranking_sentence(self) -> str:
        """The arms by strength; empty below three."""
        if not self.strengths:
            return self.unranked
        best, *others = sorted(self.strengths, key=lambda arm: -self.strengths[arm].estimate)
        chances = ", ".join(
            f"{percent(chance_to_win(self.strengths[best].estimate, self.strengths[arm].estimate))} against {arm}"
            for arm in others
        )
        return f"Strongest is {best}: it would be chosen in {chances}."

    @property
    def sentences(self) -> list[str]:
        """All of it in plain English."""
        agree = "" if self.alpha is None else f"Beyond chance, people agree by alpha {number(self.alpha.estimate)}."
        said = [*(arm.sentence for arm in self.arms), self.ranking_sentence, self.side_sentence, agree]
        return [sentence for sentence in said if sentence]

    def as_json(self) -> dict[str, Any]:
        """The same as one JSON document."""
        return {
            "wins": [arm.as_json() for arm in self.arms],
            "left_chosen": None if self.left_chosen is None else asdict(self.left_chosen),
            "alpha": None if self.alpha is None else asdict(self.alpha),
            "strengths": {arm: asdict(strength) for arm, strength in self.strengths.items()},
            "unranked": self.unranked,
        }


def pairs_result(
    reviews: Sequence[PairReview], arm_of: Mapping[str, str], arms: Sequence[str], clusters: Mapping[str, str]
) -> PairsResult:
    """Count choices, hidden repeats left out; `arm_of` names the arm of each trial, `arms` gives their order."""
    given = [one for one in reviews if not one.hidden_repeat and one.choice is not None]
    seen = {(arm_of[one.first_trial], arm_of[one.second_trial]) for one in given}
    sided = [one.left_chosen for one in given if one.left_chosen is not None]
    strengths, unranked = _strengths([arm for arm in arms if any(arm in pair for pair in seen)], given, arm_of)
    return PairsResult(
        arms=[
            _arm_wins(first, second, of_pair, clusters)
            for first, second in combinations(arms, 2)
            if (
                of_pair := [
                    one for one in given if (arm_of[one.first_trial], arm_of[one.second_trial]) == (first, second)
                ]
            )
        ],
        left_chosen=wilson(sum(sided), len(sided)) if sided else None,
        alpha=krippendorff_alpha(list(_ratings(given).values())),
        strengths=strengths,
        unranked=unranked,
    )


def _arm_wins(first: str, second: str, given: Sequence[PairReview], clusters: Mapping[str, str]) -> ArmWins:
    won: dict[str, list[float]] = {}
    for one in given:
        won.setdefault(one.example_id, []).append(points(_outcome(one)))
    shares = {example: sides(fmean(found)) for example, found in won.items()}
    counts = Counter(one.choice for one in given)
    return ArmWins(
        first,
        second,
        counts["first"],
        counts["second"],
        counts["both fine"],
        counts["both bad"],
        compare(
            {example: [share[0]] for example, share in shares.items()},
            {example: [share[1]] for example, share in shares.items()},
            kind="share",
            direction="higher",
            clusters=clusters,
        ),
    )


def _outcome(review: PairReview) -> Outcome:
    if review.choice == "first" or review.choice == "second":  # noqa: PLR1714 (a set would not narrow it)
        return review.choice
    return "tie"


def _ratings(given: Sequence[PairReview]) -> Mapping[tuple[str, str], list[float]]:
    found: dict[tuple[str, str], list[float]] = {}
    for one in given:
        found.setdefault((one.first_trial, one.second_trial), []).append(float(CHOICES.index(one.choice or "")))
    return found


def _strengths(
    arms: Sequence[str], given: Sequence[PairReview], arm_of: Mapping[str, str]
) -> tuple[Mapping[str, Strength], str]:
    if len(arms) < FEWEST_RANKED:
        return {}, ""
    table = wins(arms, [(arm_of[one.first_trial], arm_of[one.second_trial], _outcome(one)) for one in given])
    try:
        return dict(zip(arms, bradley_terry(table), strict=True)), ""
    except InputError as error:
        return {}, str(error)
