"""The page of one run, whose id is in the address."""

from __future__ import annotations

import streamlit as st

from workbench.ui.components import address, run_states
from workbench.ui.components.text import plain, times_asked
from workbench.ui.run import ended, going_on
from workbench.workspace import Workbench


def chosen() -> str | None:
    """The run in the address; None when a new one is to be chosen."""
    return address.read("run")


def show(wb: Workbench, named: str) -> None:
    """What is run, and how far it is or how it ended."""
    line = wb.runs.line(named)
    info = line.info
    address.write("run", info.id)  # whole; and links within the page do not change the browser's
    st.subheader(f"Run {info.id}: {run_states.word(line)}", anchor=False)
    asked = f"{info.dataset}@{info.dataset_version}, each question {times_asked(info.repeats)}"
    st.caption(plain(f"{run_states.arms(info.arms)} · {asked} · {run_states.when(info.created_at)}"))
    if line.status == "running":
        going_on.show(wb, info.id)
    else:
        ended.show(wb, line)
    address.link("New run", icon=":material/add:", key="new-run")
