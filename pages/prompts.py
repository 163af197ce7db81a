"""Prompts: versions and drafts side by side, what differs, and one example tried on all of them."""

import streamlit as st

from workbench.ui import state
from workbench.ui.prompts import choosing, columns, creating, differences, examples, keeping, trying

wb = state.workbench()
st.title("Prompts", anchor=False)
keeping.offer_undo(wb)
name = choosing.prompt(wb)
if name is None:
    creating.first_prompt(wb)
else:
    row = examples.chosen_row(wb)
    shown = columns.show(wb, name, row)
    differences.show(shown)
    trying.show(wb, name, shown, row)
