"""Prompts: versions and drafts side by side, what differs, one example tried on all of them, and their settings."""

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
    # What an answer takes comes last: while it is awaited, all else stands.
    texts, tried, rest = st.container(), st.container(), st.container()
    shown = columns.show(wb, name, row, texts, rest)
    with texts:
        differences.show(shown)
    with tried:
        trying.show(wb, name, shown, row)
