"""All versions of an index: when each was built, from how much, and how."""

from __future__ import annotations

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.hashing import short
from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.components.run_states import when
from workbench.ui.components.text import plain
from workbench.ui.knowledge.cutting import cut_words
from workbench.workspace import Workbench


def show_versions(wb: Workbench, newest: IndexInfo) -> None:
    """One row per version, newest first, each to be looked at."""
    st.caption(
        "Every build makes a version of its own and none is ever changed: runs keep the one that they were made with."
    )
    for info in wb.indexes.versions(newest.name):
        current = info.fingerprint == newest.fingerprint
        with st.container(
            border=True, horizontal=True, vertical_alignment="center", key=f"v-{short(info.fingerprint)}"
        ):
            with st.container():
                mark = " · **in use**" if current else ""
                st.markdown(
                    f"**{when(info.created_at)}** · {counted(info.documents, 'document')}, "
                    f"{counted(info.chunks, 'chunk')}{mark}"
                )
                st.caption(
                    f"Cut {plain(cut_words(info.settings))} · {plain(info.settings.embedder)} · fingerprint "
                    f"`{short(info.fingerprint)}`"
                )
            st.button(
                "Look at it",
                key=f"look-{info.fingerprint}",
                icon=":material/visibility:",
                on_click=address.turn_to,
                kwargs={"view": "documents", "version": None if current else short(info.fingerprint)},
            )
