"""All runs, newest first, with what can be done with each."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import address, places, run_list
from workbench.ui.components.allowed import for_role
from workbench.ui.run import actions, stopping
from workbench.workspace import Workbench
from workbench.workspace.runs.runs import RunLine

RUNS_READ = 200
RUNS_ON_A_PAGE = 10


def show(wb: Workbench) -> None:
    """Ten runs at a time; nothing while there is none."""
    lines = wb.runs.list(RUNS_READ)
    if not lines:
        return
    st.subheader("Runs so far", anchor=False)
    page = address.page(-(-len(lines) // RUNS_ON_A_PAGE), "page")
    start = (page - 1) * RUNS_ON_A_PAGE

    def act(line: RunLine) -> None:
        address.link("Open", icon=":material/play_circle:", key=f"open-{line.info.id}", run=line.info.id)
        if line.status == "running":
            _stop(wb, line.info.id)
            return
        if line.summary.done:
            places.link("compare", "Compare", run=line.info.id)
        # Where a budget was reached, the run's own page says which, and lets it be raised.
        actions.offer(wb, line, go_on=line.summary.stopped_by != "budget")

    run_list.show(lines[start : start + RUNS_ON_A_PAGE], act)


def _stop(wb: Workbench, run: str) -> None:
    """Stop the run and show how it ends."""
    may = for_role(wb, "engineer", "stop a run")
    if st.button("Stop, keep results", icon=stopping.ICON, key=f"stop-{run}", **may) and stopping.stop(wb, run):
        address.only(run=run)
        st.rerun()
