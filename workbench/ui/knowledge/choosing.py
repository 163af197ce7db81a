"""Which index the page is about, which of its versions, and which of its views is open."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.hashing import short
from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.components.run_states import when
from workbench.ui.components.text import plain
from workbench.ui.knowledge.cutting import cut_words
from workbench.ui.knowledge.embedder import embedder_words
from workbench.workspace import Workbench

VIEWS = {
    "search": ":material/search: Ask",
    "documents": ":material/description: Documents",
    "measure": ":material/straighten: Measure",
    "risks": ":material/policy: Risks",
    "versions": ":material/history: Versions",
    "build": ":material/add: New index",
}


def no_index() -> None:
    """What stands above the first build."""
    st.info(
        "Bring documents: answers can then be found in them and cited. They are read on this machine.",
        title="No documents are indexed yet",
        icon=":material/menu_book:",
    )


def choose_index(infos: Sequence[IndexInfo]) -> IndexInfo:
    """The newest index of the chosen name."""
    by_name = {info.name: info for info in infos}
    labels = {
        name: f"{name} · {counted(info.documents, 'document')}, {counted(info.chunks, 'chunk')}"
        for name, info in by_name.items()
    }
    return by_name[address.pick("Index", list(by_name), "index", format_func=labels.__getitem__, width=300)]


def choose_view() -> str:
    """One of the names of `VIEWS`."""
    return address.switch("View", list(VIEWS), "view", format_func=VIEWS.__getitem__)


def version_in_address(wb: Workbench, newest: IndexInfo) -> IndexInfo:
    """The version that the address names, with a line that says so and leads back; else the newest."""
    wanted = address.read("version")
    if wanted is None:
        return newest
    chosen = next((info for info in wb.indexes.versions(newest.name) if short(info.fingerprint) == wanted), newest)
    if chosen.fingerprint == newest.fingerprint:
        return newest
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f":material/history: An earlier version, built {when(chosen.created_at)}.", width="content")
        st.button(
            "Show the newest",
            icon=":material/update:",
            type="tertiary",
            on_click=address.turn_to,
            kwargs={"version": None},
        )
    return chosen


def show_made_of(info: IndexInfo) -> None:
    """From what an index was built, and how, on two lines."""
    where = ", ".join(info.sources) or "documents made in code"
    st.caption(
        f"Built {when(info.created_at)} from {plain(where)}  \n"
        f"Cut {plain(cut_words(info.settings))} · found {plain(embedder_words(info.settings.embedder))}"
    )
