"""What a reader of scores must know of the judges behind them, and the button that scores stored answers again."""

from __future__ import annotations

import streamlit as st

from workbench.errors import WorkbenchError
from workbench.ui.components import notices
from workbench.ui.components.allowed import for_role
from workbench.ui.components.pressing import once
from workbench.ui.components.text import plain
from workbench.ui.shell import show_error
from workbench.workspace import Workbench
from workbench.workspace.comparison.comparison import Comparison


def show(wb: Workbench, comparison: Comparison) -> None:
    """A line for each thing to know; where a score is of an older version, scoring again is one press away."""
    if not comparison.about_scores:
        return
    st.markdown("\n".join(f"- {plain(sentence)}" for sentence in comparison.about_scores))
    if not comparison.stale:
        return
    st.caption("Scoring again asks judges about the stored answers. No answer is asked for again.")
    may = for_role(wb, "engineer", "score answers")
    if not once("Score again", "Scoring…", icon=":material/refresh:", key="score-stale", **may):
        return
    try:
        added = wb.runs.score_stale(comparison.run.id)
    except WorkbenchError as error:
        show_error(error)
        return
    notices.tell(f"{added:,} scores were added.", icon=":material/task_alt:")
    st.rerun()
