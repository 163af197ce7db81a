"""Whether a judge says the same when it is asked again, and when two answers change places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from workbench.domain.score import Vote
from workbench.stats.intervals import Interval, wilson
from workbench.stats.pairwise import PairCounts, count
from workbench.store import judge_versions, pair_verdicts, scores
from workbench.store.session import Session


@dataclass(frozen=True)
class Consistency:
    """How steady a judge is on the answers of a run."""

    repeated: Interval | None = None
    """Of the answers that it judged several times, in votes or by scoring again, the share on which every verdict was
    the same; None where it judged none twice."""
    jurors: Interval | None = None
    """Of the answers that several models judged, the share on which all said the same; None where one model judges."""
    orders: PairCounts | None = None
    """Its verdicts on pairs in both orders; None where it compared no pairs."""
    by_place: str = ""
    """Whose verdicts on pairs these are, such as `correctness in pairs v2`."""


@dataclass
class _Said:
    """Verdicts on one answer, by who gave them."""

    by_model: dict[str, list[bool]] = field(default_factory=dict)

    def add(self, model: str, *, passes: bool) -> None:
        self.by_model.setdefault(model, []).append(passes)

    @property
    def alone(self) -> bool | None:
        """Whether everybody who spoke twice said the same; None when nobody did."""
        twice = [given for given in self.by_model.values() if len(given) > 1]
        return all(len(set(given)) == 1 for given in twice) if twice else None

    @property
    def together(self) -> bool | None:
        """Whether all models said the same; None when there is one only."""
        if len(self.by_model) < 2:
            return None
        return len({given[-1] for given in self.by_model.values()}) == 1


def consistency(session: Session, run: str, judge: str, version: str, threshold: float) -> Consistency:
    """How steady a version of a judge is, a value from `threshold` on being a pass."""
    said: dict[str, _Said] = {}
    for trial, value, votes in scores.given(session, run, judge, version):
        for vote in votes or (Vote("", value),):
            if vote.value is not None:
                said.setdefault(trial, _Said()).add(vote.model, passes=vote.value >= threshold)
    orders, name = _orders(session, run, judge)
    return Consistency(
        repeated=_share([one.alone for one in said.values()]),
        jurors=_share([one.together for one in said.values()]),
        orders=orders,
        by_place=name,
    )


def _share(same: Sequence[bool | None]) -> Interval | None:
    known = [one for one in same if one is not None]
    return wilson(sum(known), len(known)) if known else None


def _orders(session: Session, run: str, judge: str) -> tuple[PairCounts | None, str]:
    """What the newest version of the judge said of pairs in both orders."""
    told = pair_verdicts.of_run(session, run, judge)
    if not told:
        return None, ""
    newest = max(told, key=lambda one: one.created_at).judge_version
    number = judge_versions.numbers(session).get((in_pairs_name(judge), newest))
    name = in_pairs_name(judge) if number is None else f"{in_pairs_name(judge)} v{number}"
    return count((one.said, one.said_swapped) for one in told if one.judge_version == newest), name


def in_pairs_name(judge: str) -> str:
    """The name under which a judge's versions are numbered when it compares: it is told something else then."""
    return f"{judge} in pairs"
