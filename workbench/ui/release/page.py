"""The way of a version into the repository, from top to bottom."""

from __future__ import annotations

import streamlit as st

from workbench.ui.release.approval import show_approval
from workbench.ui.release.evidence import show_change, show_evidence
from workbench.ui.release.history import show_history
from workbench.ui.release.repository import show_repository
from workbench.ui.release.versions import choose_version
from workbench.workspace import Workbench

FINDINGS_WIDTH, ACTIONS_WIDTH = 590, 350
"""Pixels; on a narrow screen the second stands below the first."""


def release(wb: Workbench, prompt: str) -> None:
    """Versions; then of the chosen one what changed, the evidence, the approval and the files; then history."""
    states = wb.releases.states(prompt)
    released = next(iter(reversed(wb.releases.list(prompt))), None)
    chosen = choose_version(states)
    with st.container(horizontal=True, gap="medium"):
        with st.container(width=FINDINGS_WIDTH):
            show_change(wb, chosen, released)
            run = show_evidence(wb, chosen, released)
        with st.container(width=ACTIONS_WIDTH):
            show_approval(wb, chosen, run)
            show_repository(wb, chosen)
    st.divider()
    show_history(wb, states)
