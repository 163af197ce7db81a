"""Compare: what a run says, verdict first."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.compare.page import compare

st.title("Compare", anchor=False)
compare(state.workbench())
