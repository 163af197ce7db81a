"""Which index the page is about, and which of its views is open."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.ui.components import address, downloads
from workbench.ui.components.run_states import when
from workbench.ui.components.tables import show_table

VIEWS = {
    "search": ":material/search: Search",
    "documents": ":material/description: Documents",
    "build": ":material/add: Build an index",
}


def choose_index(infos: Sequence[IndexInfo]) -> IndexInfo | None:
    """The indexes in a table, and the one to look at; None when there is none yet."""
    if not infos:
        st.info(
            "No documents are indexed yet. Give a folder or files below: answers can then be found in them and cited.",
            icon=":material/menu_book:",
        )
        downloads.sample("Download a sample document", "document.md", key="sample-document")
        return None
    show_table([_row(info) for info in infos], alt="Indexes of the project")
    by_name = {info.name: info for info in infos}
    return by_name[address.pick("Index", list(by_name), "index")]


def choose_view() -> str:
    """One of `search`, `documents`, `build`."""
    return address.switch("View", list(VIEWS), "view", format_func=VIEWS.__getitem__)


def _row(info: IndexInfo) -> dict[str, str]:
    return {
        "Index": info.name,
        "Documents": f"{info.documents:,}",
        "Chunks": f"{info.chunks:,}",
        "Embedder": info.settings.embedder,
        "Built": when(info.created_at),
    }
