"""Release: evidence, approval, export, and who did what."""

from __future__ import annotations

import streamlit as st

from workbench.ui import state
from workbench.ui.release.page import release
from workbench.ui.release.versions import choose_prompt

st.title("Release", anchor=False)
wb = state.workbench()
prompt = choose_prompt(wb)
if prompt is not None:
    release(wb, prompt)
