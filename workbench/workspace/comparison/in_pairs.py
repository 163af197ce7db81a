"""What was said of a run's answers two at a time: by judges here, and by people and judges elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from workbench.domain.imported import IMPORTED_VERSION
from workbench.store import pair_verdicts, runs
from workbench.workspace.context import Context
from workbench.workspace.elsewhere.pair_ratings import PairRatings, stored_ratings
from workbench.workspace.judges.pairing import Pairing
from workbench.workspace.judges.preferences import Preferences


@dataclass(frozen=True)
class InPairs:
    """Everything that stored verdicts on pairs come to; empty where nobody compared two answers."""

    preferences: Sequence[Preferences] = field(default_factory=tuple)
    """Of each judge that compared answers of the run here, by name."""
    ratings: PairRatings | None = None
    """What came with an imported run."""

    def __bool__(self) -> bool:
        return bool(self.preferences) or self.ratings is not None

    @property
    def sentences(self) -> list[str]:
        """All findings in plain English."""
        imported = [] if self.ratings is None else self.ratings.sentences
        return [sentence for one in self.preferences for sentence in one.sentences] + imported

    def as_json(self) -> dict[str, Any]:
        """The document that `workbench compare --json` has under `in_pairs`."""
        return {
            "judges": [one.as_json() for one in self.preferences],
            "imported": None if self.ratings is None else self.ratings.as_json(),
        }


def in_pairs(context: Context, run: str) -> InPairs:
    """What the stored verdicts on a run's pairs come to. Nobody is asked."""
    judges = context.read(lambda s: pair_verdicts.judges(s, run))
    if not judges:
        return InPairs()
    plan = context.read(lambda s: runs.plan(s, run))
    here = sorted({judge for judge, version in judges if version != IMPORTED_VERSION})
    rated = plan.imported is not None and bool(plan.imported.raters)
    return InPairs(
        [Pairing(context, run, plan, judge).result() for judge in here],
        stored_ratings(context, run, plan) if rated else None,
    )
