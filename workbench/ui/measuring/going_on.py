"""An evaluation while it goes on."""

from __future__ import annotations

import streamlit as st

from workbench.errors import CancelledError, WorkbenchError
from workbench.ui import shell
from workbench.ui.components import pressing
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.workspace import Workbench

POLL_S = 0.5
STOP = ":material/stop_circle:"
_STOPPED = "measuring-stopped"


def show(wb: Workbench, evaluation: str) -> bool:
    """Follow it until it ends; true while it goes on here. What broke it off is shown."""
    job = wb.evaluations.find(evaluation)
    if job is None:
        return False
    if not job.done:
        st.fragment(_watch, run_every=POLL_S, key="measuring")(wb, evaluation)
        return True
    st.session_state.pop(_STOPPED, None)
    try:
        job.wait(0)
    except CancelledError:
        pass
    except WorkbenchError as error:
        shell.show_error(error)
    return False


def _watch(wb: Workbench, evaluation: str) -> None:
    job = wb.evaluations.find(evaluation)
    if job is None or job.done:
        st.rerun()
    st.progress(job.share, text=f"**Measuring** · {plain(job.doing)}")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.session_state.get(_STOPPED) == evaluation:
            pressing.pressed("Stopping…", icon=STOP, key="measure-stop")
        elif pressing.once(
            "Stop, keep what was measured",
            "Stopping…",
            icon=STOP,
            key="measure-stop",
            **for_role(wb, "engineer", "stop an evaluation"),
        ):
            st.session_state[_STOPPED] = evaluation
            job.cancel()
        st.caption("You may close this page; it goes on.")
