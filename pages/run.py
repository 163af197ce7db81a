"""Run: choose what to ask, start, follow, and come back to any run."""

import streamlit as st

from workbench.ui import state
from workbench.ui.run import before_start, choices, confirmed, held, history, one

wb = state.workbench()
st.title("Run", anchor=False)
run = one.chosen()
if run is not None:
    one.show(wb, run)
    st.stop()

kept, in_doubt = held.chosen(), confirmed.chosen()
if kept is not None:
    held.show(wb, kept)
elif in_doubt is not None:
    confirmed.show(wb, in_doubt)
else:
    options = choices.pick(wb)
    if options is not None:
        before_start.offer(wb, options)
    history.show(wb)
