"""What is compared: the run, its baseline, the score, and the arm whose examples are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from workbench.ui import state
from workbench.ui.components import address, run_states
from workbench.ui.components.run_choice import runs_offered
from workbench.workspace import Workbench
from workbench.workspace.comparison.comparison import Comparison
from workbench.workspace.comparison.findings import short_names


@dataclass(frozen=True)
class Choice:
    """A comparison with what of it is looked at."""

    comparison: Comparison
    metric: str
    arm: str
    """The arm set against the baseline; the baseline itself in a run of one arm."""

    @property
    def names(self) -> Mapping[str, str]:
        """Short names by arm label."""
        return short_names(self.comparison.arms)

    @property
    def paired(self) -> bool:
        """Whether there is anything to compare with."""
        return self.arm != self.comparison.baseline


def pick_run(wb: Workbench) -> str | None:
    """The run in the address, else the newest; None when there is none yet."""
    lines = runs_offered(wb)
    if not lines:
        return None
    chosen = address.pick("Run", list(lines), "run", format_func=lambda run: run_states.title(lines[run].info))
    address.write("run", chosen)  # a link to the newest run must not lead to a newer one later
    return chosen


def pick(wb: Workbench, run: str) -> Choice | None:
    """Baseline, score and arm; None while the run has no score to compare by."""
    labels = wb.runs.info(run).arms
    wanted = address.read("baseline")
    comparison = state.comparison(wb, run, wanted if wanted in labels else None)
    titles = {
        name: figure.info.title
        for name, figure in comparison.arms[0].metrics.items()
        if any(arm.metrics[name].mean.n for arm in comparison.arms)
    }
    if not titles:
        return None
    metrics = [name for name in comparison.quality if name in titles]
    metrics += [name for name in titles if name not in metrics]
    names = short_names(comparison.arms)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = address.pick("Score", metrics, "score", format_func=lambda name: titles[name], width=280)
        if len(labels) == 1:
            return Choice(comparison, metric, comparison.baseline)
        baseline = address.pick("Baseline", labels, "baseline", format_func=lambda arm: names[arm], width=280)
        others = [label for label in labels if label != baseline]
        arm = others[0]
        if len(others) > 1:
            arm = address.pick("Against it", others, "arm", format_func=lambda arm: names[arm], width=280)
    return Choice(comparison, metric, arm)
