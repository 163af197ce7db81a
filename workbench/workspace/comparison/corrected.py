"""The pass rates of arms as people would give them, where people have judged some of the answers that a judge scored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.domain.score import MetricInfo
from workbench.stats.judge_corrected import CorrectedRate, Stratum, corrected_rate
from workbench.store import judge_lessons
from workbench.store.session import Session
from workbench.workspace.judges.calibration import THRESHOLD
from workbench.workspace.judges.judged import Judged
from workbench.workspace.judges.labels import Labels, labels_of

if TYPE_CHECKING:
    import pandas as pd

FEWEST_LABELS = 5
"""Below this many labels of an arm's answers the judge's own rate is shown: the corrected one would say nothing."""

ByArm = Mapping[tuple[str, str], CorrectedRate]
"""By arm label and judge."""


def corrected_rates(
    session: Session, run: str, frame: pd.DataFrame, judged: Sequence[Judged], infos: Mapping[str, MetricInfo]
) -> ByArm:
    """The corrected rate of every arm by every judge of passes or shares, where there are labels enough.

    `frame` is the run's frame of scores. Labels that taught the version of the judge that counts are left out.
    """
    judges = [one.name for one in judged if one.is_judge and one.name in infos and infos[one.name].kind != "number"]
    known = labels_of(session, run) if judges else Labels({})
    if len(known.good) < FEWEST_LABELS:
        return {}
    found: dict[tuple[str, str], CorrectedRate] = {}
    for judge in judges:
        rows = frame[(frame["metric"] == judge) & ~frame["stale"] & frame["value"].notna()]
        taught = judge_lessons.taught(session, judge).get(infos[judge].version, frozenset())
        good = known.without(taught)
        for arm, answers in rows.groupby("arm", sort=False):
            strata = _strata(answers, good)
            rate = corrected_rate(strata) if sum(one.labelled for one in strata) >= FEWEST_LABELS else None
            if rate is not None:
                found[str(arm), judge] = rate
    return found


def _strata(answers: pd.DataFrame, good: Mapping[str, bool]) -> list[Stratum]:
    """The answers that the judge fails, and those it passes."""
    found = []
    for passes in (False, True):
        trials = list(answers.loc[(answers["value"] >= THRESHOLD) == passes, "trial_id"])
        labels = [good[trial] for trial in trials if trial in good]
        found.append(Stratum(len(trials), len(labels), sum(labels)))
    return found
