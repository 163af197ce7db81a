"""A build while it goes on, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.errors import CancelledError, WorkbenchError
from workbench.stats.numbers import counted
from workbench.ui import shell
from workbench.ui.components import address, going_on
from workbench.ui.components.text import plain
from workbench.ui.knowledge.risks import scan_of
from workbench.workspace import Workbench
from workbench.workspace.knowledge.building import Stage

Outcome = Literal["none", "going on", "ready", "failed"]

USING = "using"
"""In the address: the index whose build the view that measures looks after, since it goes on to a run."""

STAGES: Mapping[Stage, str] = {
    "reading": "1 of 3: reading documents",
    "embedding": "2 of 3: embedding",
    "writing": "3 of 3: writing",
}


def show_progress(wb: Workbench, name: str) -> Outcome:
    """The progress of a build of this index, or how it ended, which is told once."""
    building = wb.indexes.building(name)
    if building is None:
        return "none"
    if not building.done:
        st.fragment(_watch, run_every=going_on.POLL_S, key="building")(wb, name)
        return "going on"
    wb.indexes.put_away(name)
    try:
        info = building.wait()
    except CancelledError:
        st.info(
            "Nothing was put in place. What was embedded is kept, so that building again goes on from there.",
            title="The build was stopped",
            icon=going_on.STOP,
        )
        return "failed"
    except WorkbenchError as error:
        shell.show_error(error)
        return "failed"
    _ready(wb, info)
    return "ready"


def _watch(wb: Workbench, name: str) -> None:
    building = wb.indexes.building(name)
    if building is None or building.done:
        st.rerun()
    done, total = building.chunks
    count = f" · {done:,} of {counted(total, 'chunk')}" if total else ""
    st.progress(building.share, text=f"**Building {plain(name)}** · {STAGES[building.stage]}{count}")
    going_on.offer_stop(building, key="build-stop")


def _ready(wb: Workbench, info: IndexInfo) -> None:
    st.success(
        f"{plain(info.name)}: {counted(info.documents, 'document')}, {counted(info.chunks, 'chunk')}.",
        title="The index is ready",
        icon=":material/check_circle:",
    )
    with st.container(horizontal=True):
        address.link("Ask it a question", icon=":material/search:", key="ready-ask", index=info.name)
        address.link("Measure it", icon=":material/straighten:", key="ready-measure", index=info.name, view="measure")
        risks = sum(scan_of(wb, info).counts.values())
        if risks:
            label = f"Look at {counted(risks, 'place')} that may harm"
            address.link(label, icon=":material/policy:", key="ready-risks", index=info.name, view="risks")
