"""Knowledge: the indexes of a project, and what can be done with one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.ui.knowledge.building import show_build
from workbench.ui.knowledge.choosing import choose_index, choose_view, no_index, show_made_of, version_in_address
from workbench.ui.knowledge.documents import show_documents
from workbench.ui.knowledge.freshness import show_freshness
from workbench.ui.knowledge.risks import show_risks
from workbench.ui.knowledge.search import show_search
from workbench.ui.knowledge.versions import show_versions
from workbench.ui.measuring.view import show_measure
from workbench.workspace import Workbench

VIEWS_OF_AN_INDEX: Mapping[str, Callable[[Workbench, IndexInfo], None]] = {
    "search": show_search,
    "documents": show_documents,
    "measure": show_measure,
    "risks": show_risks,
    "versions": show_versions,
}


def knowledge(wb: Workbench) -> None:
    """Choose an index and a view; without an index, build the first."""
    infos = wb.indexes.list()
    if not infos:
        no_index()
        show_build(wb)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        newest = choose_index(infos)
        view = choose_view()
    if view == "build":
        show_build(wb)
        return
    info = version_in_address(wb, newest)
    show_made_of(info)
    show_freshness(wb, newest)
    VIEWS_OF_AN_INDEX[view](wb, info)
