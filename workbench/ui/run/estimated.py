"""The estimate of a run on its page: totals, what is not known, each arm, and rows that are too long."""

from __future__ import annotations

import streamlit as st

from workbench.domain.run import RunPlan
from workbench.ui import shell, state
from workbench.ui.components.tables import show_table
from workbench.ui.components.text import plain
from workbench.ui.run import probe
from workbench.workspace import Workbench
from workbench.workspace.estimates.estimate import Estimate
from workbench.workspace.estimates.table import HEADS, estimate_rows
from workbench.workspace.runs.planning import RunOptions


def show(wb: Workbench, options: RunOptions | None, plan: RunPlan) -> None:
    """Work the estimate out, unless it is known, and show it."""
    with shell.errors_shown():
        # A spinner's own thread complains on the terminal when the page is drawn anew meanwhile.
        told = st.empty()
        told.caption("Estimating…")
        estimate = state.estimate(wb, plan)
        told.empty()
        st.markdown(f"**{plain(estimate.headline())}**")
        if notes := estimate.notes():
            st.markdown("\n".join(f"- {plain(note)}" for note in notes))
        for warning in estimate.warnings():
            st.warning(plain(warning), icon=":material/straighten:")
        _arms(estimate)
        if options is not None and estimate.probe_helps:
            probe.offer(wb, options, plan)


def _arms(estimate: Estimate) -> None:
    with st.expander("How this is estimated", icon=":material/calculate:"):
        show_table(
            [_row(row) for row in estimate_rows(estimate)], alt="Calls, tokens, cost and time of each arm and judge"
        )
        st.caption("Ranges hold in most runs. Attempts that fail and are repeated come on top.")


def _row(cells: tuple[str, ...]) -> dict[str, str]:
    """A row of the table in fewer columns, which fit a narrow window."""
    of = dict(zip(HEADS, cells, strict=True))
    known = of["tokens out are known from"]
    tokens = f"{of['tokens in']} in, {of['tokens out']} out ({known})" if of["tokens in"] else known
    return {
        "Asked": of["asked"],
        "Calls": of["calls"],
        "Tokens": tokens,
        "Cost": of["cost"],
        "One call takes": of["one call takes"],
    }
