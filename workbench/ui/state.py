"""What survives a rerun: the opened project, and where a page keeps what was chosen."""

from __future__ import annotations

import streamlit as st

from workbench.workspace import Workbench


@st.cache_resource(show_spinner=False)
def workbench() -> Workbench:
    """The project this server was started for; one per process."""
    return Workbench.open()
