"""The documents of an index: their text as it was cut, and what was left out."""

from __future__ import annotations

import streamlit as st

from workbench.domain.index import Document, IndexInfo
from workbench.stats.numbers import counted
from workbench.ui.components import address
from workbench.ui.knowledge.chunk_view import chunked, read_place
from workbench.ui.knowledge.left_out import show_left_out
from workbench.ui.knowledge.turning import PLACE, choose_document
from workbench.workspace import Workbench

CORPORA_KEPT = 4


def show_documents(wb: Workbench, info: IndexInfo) -> None:
    """One document at a time, with its chunks; where the address names a place, at that place."""
    show_left_out(info.skipped)
    by_name = {document.name: document for document in documents_of(wb, info)}
    document = by_name[choose_document(list(by_name), "document")]
    chunks = wb.indexes.cut(document, info.settings)
    place = read_place(address.read(PLACE))
    shared = " Dotted text is in the chunk before too." if info.settings.chunk_overlap else ""
    st.caption(f"{len(document.text):,} characters, {counted(len(chunks), 'chunk')}.{shared}")
    if place is not None:
        st.button(
            "Show it from the beginning",
            icon=":material/vertical_align_top:",
            type="tertiary",
            on_click=address.turn_to,
            kwargs={PLACE: None},
        )
    st.html(chunked(document.text, chunks, place))


def open_document(label: str, document: str, place: str, *, key: str) -> None:
    """A button that opens a document at a place."""
    st.button(
        label,
        icon=":material/description:",
        type="tertiary",
        key=key,
        on_click=address.turn_to,
        kwargs={"view": "documents", "document": document, PLACE: place},
    )


def documents_of(wb: Workbench, info: IndexInfo) -> tuple[Document, ...]:
    """What an index was built from; read once, as it never changes."""
    return _documents(wb, info, str(wb.root), info.fingerprint)


@st.cache_resource(show_spinner=False, max_entries=CORPORA_KEPT)
def _documents(_wb: Workbench, _info: IndexInfo, root: str, fingerprint: str) -> tuple[Document, ...]:  # noqa: ARG001
    return _wb.indexes.documents(_info)
