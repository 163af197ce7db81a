"""What was said of a run's answers two at a time: by people and judges, here and elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.imported import IMPORTED_VERSION
from workbench.domain.review import PairReview
from workbench.domain.run import RunPlan
from workbench.store import pair_reviews, pair_verdicts, runs, trials
from workbench.workspace.context import Context
from workbench.workspace.elsewhere.pair_ratings import PairRatings, stored_ratings
from workbench.workspace.judges.pairing import Pairing
from workbench.workspace.judges.preferences import Preferences
from workbench.workspace.reviews.pair_result import PairsResult, pairs_result


@dataclass(frozen=True)
class InPairs:
    """Everything that stored verdicts on pairs come to; empty where nobody compared two answers."""

    preferences: Sequence[Preferences] = field(default_factory=tuple)
    """Of each judge that compared answers of the run here, by name."""
    ratings: PairRatings | None = None
    """What came with an imported run."""
    people: PairsResult | None = None
    """What people chose in the run's review queues; None where nobody did."""

    def __bool__(self) -> bool:
        return bool(self.preferences) or self.ratings is not None or self.people is not None

    @property
    def sentences(self) -> list[str]:
        """All findings in plain English."""
        imported = [] if self.ratings is None else self.ratings.sentences
        people = [] if self.people is None else self.people.sentences
        return people + [sentence for one in self.preferences for sentence in one.sentences] + imported

    def as_json(self) -> dict[str, Any]:
        """The document that `workbench compare --json` has under `in_pairs`."""
        return {
            "people": None if self.people is None else self.people.as_json(),
            "judges": [one.as_json() for one in self.preferences],
            "imported": None if self.ratings is None else self.ratings.as_json(),
        }


def in_pairs(context: Context, run: str) -> InPairs:
    """What the stored verdicts on a run's pairs come to. Nobody is asked."""
    judges, chosen = context.read(lambda s: (pair_verdicts.judges(s, run), pair_reviews.of_run(s, run)))
    if not judges and not chosen:
        return InPairs()
    plan = context.read(lambda s: runs.plan(s, run))
    here = sorted({judge for judge, version in judges if version != IMPORTED_VERSION})
    rated = plan.imported is not None and bool(plan.imported.raters)
    return InPairs(
        [Pairing(context, run, plan, judge).result() for judge in here],
        stored_ratings(context, run, plan) if rated else None,
        _people(context, plan, run, chosen) if chosen else None,
    )


def _people(context: Context, plan: RunPlan, run: str, chosen: Sequence[PairReview]) -> PairsResult:
    frame = context.read(lambda s: trials.frame(s, run))
    return pairs_result(
        chosen,
        dict(zip(frame["trial_id"], frame["arm"], strict=True)),
        [arm.label for arm in plan.arms],
        {example.id: example.cluster for example in plan.examples if example.cluster is not None},
    )
