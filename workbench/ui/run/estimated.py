"""The estimate of a run on its page: totals, what is not known, each arm, and rows that are too long."""

from __future__ import annotations

import streamlit as st

from workbench.domain.run import RunPlan
from workbench.ui import shell, state
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.ui.run import probe
from workbench.workspace import Workbench
from workbench.workspace.estimate import Estimate
from workbench.workspace.estimate_table import HEADS, estimate_rows
from workbench.workspace.planning import RunOptions


def show(wb: Workbench, options: RunOptions, plan: RunPlan) -> None:
    """Work the estimate out, unless it is known, and show it."""
    with shell.errors_shown():
        estimate = state.estimate(wb, plan)
        st.markdown(f"**{plain(estimate.headline())}**")
        for note in estimate.notes():
            st.markdown(plain(note))
        for warning in estimate.warnings():
            st.warning(plain(warning), icon=":material/straighten:")
        _arms(estimate)
        if estimate.probe_helps:
            probe.offer(wb, options, plan)


def _arms(estimate: Estimate) -> None:
    with st.expander("How this is estimated", icon=":material/calculate:"):
        heads = [head.capitalize() for head in HEADS]
        show_table(
            [dict(zip(heads, row, strict=True)) for row in estimate_rows(estimate)],
            alt="Calls, tokens, cost and time of each arm and judge, and what they are known from",
        )
        st.caption(
            "Ranges hold in most runs. Attempts that fail and are repeated come on top, and so do prompts that a "
            "provider counts in its own way."
        )
