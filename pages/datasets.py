"""Datasets: golden sets, their rows and versions, editing, import and download."""

import streamlit as st

from workbench.ui import state
from workbench.ui.datasets import choosing, importing, views

wb = state.workbench()
st.title("Datasets", anchor=False)
version = choosing.golden_set(wb)
if version is None:
    importing.first_set(wb)
else:
    view = choosing.view()
    views.show(wb, version, view)
