"""The app's script: navigation and what stands on every page. Run by the server, once per rerun."""

from __future__ import annotations

import streamlit as st

from workbench.ui import shell, state
from workbench.workspace.shipped import shipped

PAGES = shipped("pages")

st.set_page_config(page_title="Prompt Workbench", page_icon=":material/science:", layout="wide")
page = st.navigation(
    {
        "Experiment": [
            st.Page(PAGES / "overview.py", title="Overview", icon=":material/home:", default=True),
            st.Page(PAGES / "prompts.py", title="Prompts", icon=":material/edit_note:"),
            st.Page(PAGES / "run.py", title="Run", icon=":material/play_circle:"),
            st.Page(PAGES / "compare.py", title="Compare", icon=":material/compare_arrows:"),
        ],
        "Data": [
            st.Page(PAGES / "datasets.py", title="Datasets", icon=":material/table_rows:"),
            st.Page(PAGES / "knowledge.py", title="Knowledge", icon=":material/menu_book:"),
        ],
        "People": [st.Page(PAGES / "review.py", title="Review", icon=":material/rate_review:")],
        "Ship": [st.Page(PAGES / "release.py", title="Release", icon=":material/rocket_launch:")],
    }
)
wb = state.workbench()
with wb.lease(), shell.errors_shown():
    shell.sidebar(wb)
    page.run()
