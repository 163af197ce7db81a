"""Judges: how far each can be trusted, by what people said of the same answers."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.judges.page import judges

st.title("Judges", anchor=False)
judges(state.workbench())
