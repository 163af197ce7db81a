"""Which judge is looked at, on which run, and against which bar."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import address, run_states
from workbench.ui.components.run_choice import runs_offered
from workbench.workspace import Workbench
from workbench.workspace.judges.calibration import Calibration

LOWEST_BAR, HIGHEST_BAR = 50, 99
"""Percent."""
CARDS_KEPT = 16


def pick_run(wb: Workbench) -> str | None:
    """The run in the address, else the newest with an answer; None when there is none yet."""
    lines = runs_offered(wb, answered=True)
    if not lines:
        return None
    return address.pick(
        "Run",
        list(lines),
        "run",
        forget=("cell", "answer"),
        format_func=lambda run: run_states.title(lines[run].info),
    )


def pick(wb: Workbench, run: str) -> Calibration | None:
    """The chosen judge against people; None while nothing in the run can be set against them."""
    names = _checkable(wb, run, wb.comparisons.revision(run))
    if not names:
        return None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        judge = address.pick("Judge, or rule", names, "judge", forget=("cell", "answer", "lessons", "bar"), width=280)
        bar = address.number(
            "Bar in percent",
            "bar",
            default=round(100 * wb.judges.bar(judge)),
            low=LOWEST_BAR,
            high=HIGHEST_BAR,
            width=280,
            help="The share of good answers, and of bad ones, that it has to catch before it may gate.",
        )
    return _calibration(wb, run, judge, bar / 100, wb.comparisons.revision(run))


@st.cache_resource(show_spinner=False, max_entries=CARDS_KEPT)
def _checkable(_wb: Workbench, run: str, revision: str) -> list[str]:  # noqa: ARG001 (the key)
    return list(_wb.judges.checkable(run))


@st.cache_resource(show_spinner="Setting the judge against people…", max_entries=CARDS_KEPT)
def _calibration(_wb: Workbench, run: str, judge: str, bar: float, revision: str) -> Calibration:  # noqa: ARG001 (the key)
    return _wb.judges.check(judge, run, bar=bar)
