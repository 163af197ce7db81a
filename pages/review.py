"""Review: people judge answers one at a time, without knowing who wrote them."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.review.page import review

st.set_page_config(initial_sidebar_state="collapsed")
review(state.workbench())
