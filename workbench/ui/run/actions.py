"""Buttons that go on with a run."""

from __future__ import annotations

import streamlit as st

from workbench.domain.run import RunSummary
from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.workspace import Workbench


def resume(wb: Workbench, run: str, summary: RunSummary) -> None:
    """Ask for what is missing, and again for what failed, where there is such."""
    missing = summary.planned - summary.done - summary.failed
    if missing and st.button(f"Resume: {missing:,} to go", icon=":material/play_arrow:", key=f"resume-{run}"):
        _resume(wb, run, retry_failed=False)
    if summary.failed and st.button("Ask failed ones again", icon=":material/replay:", key=f"retry-{run}"):
        _resume(wb, run, retry_failed=True)


def _resume(wb: Workbench, run: str, *, retry_failed: bool) -> None:
    try:
        wb.runs.resume(run, retry_failed=retry_failed)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    address.only(run=run)
    st.rerun()
