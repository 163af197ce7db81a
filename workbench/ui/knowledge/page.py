"""Knowledge: the indexes of a project and three ways to look at them."""

from __future__ import annotations

from workbench.ui.knowledge.building import show_build
from workbench.ui.knowledge.choosing import choose_index, choose_view
from workbench.ui.knowledge.documents import show_documents
from workbench.ui.knowledge.search import show_search
from workbench.workspace import Workbench


def knowledge(wb: Workbench) -> None:
    """Choose an index and a view; without an index, build the first."""
    info = choose_index(wb.indexes.list())
    view = "build" if info is None else choose_view()
    if info is None or view == "build":
        show_build(wb)
    elif view == "documents":
        show_documents(wb, info)
    else:
        show_search(wb, info)
