"""The documents of an index: their text as it was cut, what was left out, and whether the files have changed."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from workbench.domain.index import Document, IndexInfo
from workbench.errors import WorkbenchError
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.text import plain
from workbench.ui.knowledge.building import CHUNKERS, show_progress
from workbench.ui.knowledge.chunk_view import chunked
from workbench.ui.knowledge.left_out import show_left_out
from workbench.workspace import Workbench

NAMES_SHOWN = 10
CORPORA_KEPT = 2

_COMPARED = "knowledge-compared"


def show_documents(wb: Workbench, info: IndexInfo) -> None:
    """One document at a time, with its chunks marked; above it, whether the index is still up to date."""
    _changes(wb, info)
    show_left_out(info.skipped)
    documents = {document.name: document for document in _documents(wb, str(wb.root), info.fingerprint)}
    name = address.pick(f"Document ({len(documents):,})", list(documents), "document")
    chunks = wb.indexes.cut(documents[name], info.settings)
    st.caption(f"{len(documents[name].text):,} characters, {len(chunks):,} chunks. Dotted text is in two chunks.")
    with st.container(border=True):
        st.html(chunked(documents[name].text, chunks))


@st.cache_resource(show_spinner="Reading documents", max_entries=CORPORA_KEPT)
def _documents(_wb: Workbench, root: str, fingerprint: str) -> tuple[Document, ...]:  # noqa: ARG001 (the key)
    """An index's documents never change."""
    return _wb.indexes.documents(next(info for info in _wb.indexes.list() if info.fingerprint == fingerprint))


def _changes(wb: Workbench, info: IndexInfo) -> None:
    if show_progress(wb, info.name):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_made_of(info))
        if st.button("Have the files changed?", icon=":material/sync:"):
            st.session_state[_COMPARED] = info.fingerprint
        if st.button("Rebuild", icon=":material/refresh:", help="From the files as they are now, cut as before."):
            wb.indexes.rebuild(info)
            st.rerun()
    if st.session_state.get(_COMPARED) != info.fingerprint:
        return
    try:
        changes = wb.indexes.changes(info)
    except WorkbenchError as error:
        shell.show_error(error)
        return
    if not changes.any:
        st.success("The files are as they were when the index was built.", icon=":material/check_circle:")
        return
    lists = {"New": changes.added, "Changed": changes.changed, "Gone": changes.removed}
    sentences = [f"{what}: {_names(names)}." for what, names in lists.items() if names]
    st.warning(plain(" ".join(sentences)), title="The files have changed since the index was built: rebuild it.")


def _made_of(info: IndexInfo) -> str:
    settings = info.settings
    where = plain(", ".join(info.sources) or "documents made in code")
    cut = f"{CHUNKERS[settings.chunker].lower()}, at most {settings.chunk_size:,} tokens, {settings.chunk_overlap:,} repeated"
    return f"Built from {where}  \nCut {cut}"


def _names(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN:,} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more
