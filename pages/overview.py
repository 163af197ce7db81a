"""Overview: what needs attention, and what happened lately."""

import streamlit as st

from workbench.ui import state
from workbench.ui.components import places
from workbench.ui.components.text import plain
from workbench.ui.overview import elsewhere, first_steps, lately, next_steps, spend, waiting_releases

wb = state.workbench()
now = wb.overview.now()
with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
    st.title(plain(wb.name), anchor=False)
    if not now.empty:
        places.link("run", "New run")
if now.empty:
    first_steps.show()
    elsewhere.show(wb, opened=True)
    st.stop()

next_steps.show(waiting_releases.and_others(wb, now.steps))
elsewhere.show(wb, opened=False)
lately.show_runs(wb.runs.list(lately.RUNS_SHOWN))
lately.show_releases(wb.releases.list())
spend.show(wb.spending.month(), state.spend_report(wb))
