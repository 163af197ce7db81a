"""Knowledge: documents, how they are cut, and what a search finds in them."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.knowledge.page import knowledge

st.title("Knowledge", anchor=False)
knowledge(state.workbench())
