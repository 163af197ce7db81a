"""Earlier evaluations of an index, newest first."""

from __future__ import annotations

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.components.run_states import when
from workbench.ui.components.text import plain
from workbench.workspace import Workbench

SHOWN = 12
STATES = {"done": "✓ done", "running": "▶ going on", "unfinished": "■ stopped"}


def show(wb: Workbench, info: IndexInfo) -> None:
    """A line and a button for each."""
    found = wb.evaluations.list(info.name)[:SHOWN]
    if not found:
        return
    st.subheader("Measured before", anchor=False)
    for listed in found:
        about = listed.info
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"e-{about.id}"):
            st.markdown(
                f"**{STATES[listed.state]}** · {when(about.created_at)} · "
                f"{plain(f'{about.dataset}@{about.dataset_version}')} · "
                f"{listed.finished:,} of {counted(len(about.settings), 'setting')}"
            )
            st.button(
                "Look at it",
                icon=":material/straighten:",
                key=f"look-{about.id}",
                on_click=address.only,
                kwargs={"index": about.index, "view": "measure", "evaluation": about.id},
            )
