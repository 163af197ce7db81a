"""A build while it goes on, and how it ended."""

from __future__ import annotations

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.text import counted, plain
from workbench.workspace import Workbench

POLL_S = 0.5


def show_progress(wb: Workbench, name: str) -> bool:
    """The progress of a build of this index, or how it ended; true while it goes on."""
    building = wb.indexes.building(name)
    if building is None:
        return False
    if not building.done:
        st.fragment(_watch, run_every=POLL_S, key="building")(wb, name)
        return True
    wb.indexes.put_away(name)
    try:
        info = building.wait()
    except WorkbenchError as error:
        shell.show_error(error)
        return False
    _ready(info)
    return False


def _watch(wb: Workbench, name: str) -> None:
    building = wb.indexes.building(name)
    if building is None or building.done:
        st.rerun()
        return
    st.progress(building.share, text=f"**Building {plain(name)}**")
    st.caption("You may close this page; it goes on.")


def _ready(info: IndexInfo) -> None:
    st.success(
        f"{plain(info.name)}: {counted(info.documents, 'document')}, {counted(info.chunks, 'chunk')}.",
        title="The index is ready",
        icon=":material/check_circle:",
    )
    with st.container(horizontal=True):
        address.link("Ask it a question", icon=":material/search:", key="ready-ask", index=info.name)
        address.link("Measure it", icon=":material/straighten:", key="ready-measure", index=info.name, view="measure")
