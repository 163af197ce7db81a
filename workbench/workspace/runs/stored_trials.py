"""What a run has come to so far, by what is stored: the rest is what is still to be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.domain.run import Place
from workbench.store import scores, trials
from workbench.store.session import Session
from workbench.workspace.runs.counts import Counts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class StoredTrials:
    """The trials of a run that are over."""

    answered: set[Place]
    """Cells with an output."""
    failed: set[Place]
    """Cells without one, for good."""
    counts: Counts
    unjudged: Mapping[str, Sequence[str]]
    """Answered trials by judge that has said nothing of them: a kill or a cancel came in between."""


def stored_trials(session: Session, run: str, judges: Sequence[str]) -> StoredTrials:
    """What is stored of a run that these judges are to judge."""
    frame = trials.frame(session, run)
    done, failed = frame[frame["status"] == "done"], frame[frame["status"] == "failed"]
    costs = done["spent_usd"].dropna()
    counts = Counts(
        done_by_arm=dict(Counter(done["arm"])),
        failed_by_arm=dict(Counter(failed["arm"])),
        cached_by_arm=dict(Counter(done.loc[done["cache_hit"], "arm"])),
        cost_usd=float(costs.sum()) if len(costs) else None,
    )
    unjudged: dict[str, Sequence[str]] = {}
    for judge in judges:
        judged = set(scores.frame(session, run, metric=judge)["trial_id"])
        unjudged[judge] = [trial for trial in done["trial_id"] if trial not in judged]
    return StoredTrials(_places(done), _places(failed), counts, unjudged)


def _places(frame: pd.DataFrame) -> set[Place]:
    return set(zip(frame["arm"], frame["example_id"], frame["repeat"], strict=True))
