"""Review: people judge answers one at a time, without knowing who wrote them."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.components.reading import reading_width
from workbench.ui.review.desk import review

st.set_page_config(initial_sidebar_state="collapsed")
with reading_width("review"):
    review(state.workbench())
