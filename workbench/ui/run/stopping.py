"""Stopping a run: one press, and the page says at once that it was heard."""

from __future__ import annotations

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import pressing
from workbench.ui.components.allowed import for_role
from workbench.workspace import Workbench

_ASKED = "run-asked-to-stop"
ICON = ":material/stop_circle:"


def offer(wb: Workbench, run: str) -> None:
    """A button that stops the run; once pressed, that it stops and what is kept."""
    if st.session_state.get(_ASKED) != run:
        may = for_role(wb, "engineer", "stop a run")
        if not pressing.once("Stop, keep results", "Stopping…", icon=ICON, key="run-stop", **may):
            return
        if not stop(wb, run):
            return
    else:
        pressing.pressed("Stopping…", icon=ICON, key="run-stop")
    st.caption("Answers that are under way have a moment to arrive; all that came are kept.")


def stop(wb: Workbench, run: str) -> bool:
    """Ask the run to stop. An error is shown, and False returned."""
    try:
        wb.runs.cancel(run)
    except WorkbenchError as error:
        shell.show_error(error)
        return False
    st.session_state[_ASKED] = run
    return True


def forget() -> None:
    """The run has ended; when it goes on it can be stopped again."""
    st.session_state.pop(_ASKED, None)
