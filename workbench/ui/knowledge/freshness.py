"""Whether the files that an index was built from have changed since, told without being asked."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.errors import WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui import shell
from workbench.ui.components import address, pressing
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.ui.knowledge import progress
from workbench.workspace import Workbench

NAMES_SHOWN = 8


def show_freshness(wb: Workbench, info: IndexInfo) -> None:
    """Nothing while the files are as they were; else which ones changed, and a button that rebuilds."""
    if address.read(progress.USING) == info.name or progress.show_progress(wb, info.name) == "going on":
        return
    if not info.sources:
        return
    try:
        changes = wb.indexes.changes(info)
    except WorkbenchError as error:
        st.caption(f":material/folder_off: Whether the files have changed is not known: {plain(error.message)}")
        return
    if not changes.any:
        return
    count = changes.count
    lists = {"Changed": changes.changed, "New": changes.added, "Gone": changes.removed}
    told = "  \n".join(f"{what}: {plain(_names(names))}" for what, names in lists.items() if names)
    title = f"{counted(count, 'file')} {'has' if count == 1 else 'have'} changed since this index was built"
    with st.container(border=True, key="stale"):
        st.warning(told, title=title, icon=":material/update:")
        with st.container(horizontal=True, vertical_alignment="center"):
            may = for_role(wb, "engineer", "build an index")
            if pressing.once("Rebuild", "Rebuilding…", icon=":material/refresh:", key="rebuild", prominent=True, **may):
                _rebuild(wb, info)
            st.caption("Makes a new index under the same name. Runs keep the one that they were made with.")


def _rebuild(wb: Workbench, info: IndexInfo) -> None:
    try:
        wb.indexes.rebuild(info)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    st.rerun()


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more
