"""The pass rate that people would give, where a rule looks at a judge's score and people judged some of the answers."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from workbench.domain.evidence import MeasuredArm, MeasuredTrial
from workbench.stats.intervals import Interval
from workbench.stats.judge_corrected import Stratum, corrected_rate
from workbench.workspace.comparison.corrected import FEWEST_LABELS
from workbench.workspace.gates.samples import score
from workbench.workspace.judges.calibration import THRESHOLD
from workbench.workspace.judges.labels import HALF

if TYPE_CHECKING:
    from workbench.workspace.gates.samples import Samples


def rate_by_people(samples: Samples, arm: MeasuredArm, judge: str, rows: Collection[str]) -> Interval | None:
    """The corrected rate of answers to come, as of other scores; None below 5 labels that did not teach the judge.

    Answers that did not come are fails that nobody has to look at.
    """
    trials = [trial for row in rows for trial in samples.trials(arm).get(row, ())]
    failed = sum(bool(trial.failed) for trial in trials)
    strata = [Stratum(failed, failed, 0)] if failed else []
    labelled = 0
    for passes in (False, True):
        group = [t for t in trials if (value := score(t, judge)) is not None and (value >= THRESHOLD) == passes]
        labels = [good for trial in group if (good := _good(trial, judge)) is not None]
        labelled += len(labels)
        strata.append(Stratum(len(group), len(labels), sum(labels)))
    found = corrected_rate(strata) if labelled >= FEWEST_LABELS else None
    return None if found is None else found.future


def _good(trial: MeasuredTrial, judge: str) -> bool | None:
    """What most people said; None where nobody decided, as many passed as failed it, or it taught the judge."""
    share = None if judge in trial.taught else trial.people_passed
    return None if share is None or share == HALF else share > HALF
