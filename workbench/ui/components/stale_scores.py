"""What a reader of scores must know of the judges behind them, and the button that scores stored answers again."""

from __future__ import annotations

import streamlit as st

from workbench.errors import CancelledError, WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui.components import going_on
from workbench.ui.components.allowed import for_role
from workbench.ui.components.pressing import once
from workbench.ui.components.text import plain
from workbench.ui.shell import errors_shown, show_error
from workbench.workspace import Workbench
from workbench.workspace.comparison.comparison import Comparison

_ADDED = "scores-added"


def show(wb: Workbench, comparison: Comparison) -> None:
    """A line for each thing to know; where a score is of an older version, scoring again is one press away."""
    if added := st.session_state.pop(_ADDED, None):
        st.success(added, icon=":material/task_alt:")
    if _goes_on(wb, comparison.run.id) or not comparison.about_scores:
        return
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in comparison.about_scores))
    if not comparison.stale:
        return
    st.caption("Scoring again asks judges about the stored answers. No answer is asked for again.")
    may = for_role(wb, "engineer", "score answers")
    if once("Score again", "Starting…", icon=":material/refresh:", key="score-stale", **may):
        with errors_shown():
            wb.runs.start_scoring_stale(comparison.run.id)
            st.rerun()


def _goes_on(wb: Workbench, run: str) -> bool:
    """Whether answers are being scored again, which is shown; how that ended is told once."""
    job = wb.runs.scoring(run)
    if job is None:
        return False
    if not job.done:
        st.fragment(_watch, run_every=going_on.POLL_S, key="score-stale-watch")(wb, run)
        return True
    wb.runs.put_away_scoring(run)
    try:
        st.session_state[_ADDED] = f"{counted(job.wait(), 'score')} added."
        st.rerun()  # the comparison may have been read before the end
    except CancelledError as error:
        st.info(plain(str(error)), title="Stopped", icon=going_on.STOP)
    except WorkbenchError as error:
        show_error(error)
    return False


def _watch(wb: Workbench, run: str) -> None:
    job = wb.runs.scoring(run)
    if job is None or job.done:
        st.rerun()
    done, total = job.progress
    told = f"{done:,} of {counted(total, 'answer')}" if total else "Looking for what is stale"
    st.progress(done / total if total else 0.0, text=f"**Scoring again** · {told}")
    going_on.offer_stop(job, key="score-stale-stop")
