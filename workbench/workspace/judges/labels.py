"""People's verdicts on a run's answers as a judge is measured by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from workbench.domain.review import Review
from workbench.store import reviews
from workbench.store.session import Session
from workbench.workspace.measures import for_estimates, passed_by_trial

HALF = 0.5


@dataclass(frozen=True)
class Labels:
    """What most people said of answers that were chosen at random. What was given to learn from is no part of it."""

    good: Mapping[str, bool]
    """By trial; an adjudicated label stands in place of the others."""
    split: int = 0
    """Answers that as many people passed as failed."""
    to_learn: int = 0
    """Answers that were judged to learn from only: they count in no rate."""

    def without(self, trials: frozenset[str]) -> Mapping[str, bool]:
        """The labels but those of some answers, such as the ones that taught the judge."""
        return {trial: good for trial, good in self.good.items() if trial not in trials}


def labels_of(session: Session, run: str) -> Labels:
    """The labels of a run's answers."""
    return labels(reviews.of_run(session, run))


def labels(given: Sequence[Review]) -> Labels:
    """The labels among people's verdicts."""
    share = passed_by_trial(for_estimates(given))
    return Labels(
        good={trial: passed > HALF for trial, passed in share.items() if passed != HALF},
        split=sum(passed == HALF for passed in share.values()),
        to_learn=len(passed_by_trial(given).keys() - share.keys()),
    )
