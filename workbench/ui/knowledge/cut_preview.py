"""The cuts before anything is built: how many chunks there would be, how long, and one document with them in it."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

import streamlit as st

from workbench import charts
from workbench.domain.index import Document, IndexSettings
from workbench.stats.numbers import counted
from workbench.ui.knowledge.chunk_view import chunked
from workbench.ui.knowledge.turning import choose_document
from workbench.workspace import Workbench
from workbench.workspace.knowledge.cuts import Cuts

CUTS_KEPT = 16
PLACE = "height:460px;overflow:auto;padding:.5rem 1rem;border:1px solid rgba(128,128,128,.4);border-radius:.5rem"


def show_cuts(wb: Workbench, documents: Sequence[Document], settings: IndexSettings) -> None:
    """What the settings make of all documents, and of one of them."""
    made = _cuts(wb, documents, tuple(document.hash for document in documents), settings)
    about = "" if made.complete else "About "
    sizes = sorted(made.sizes)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        with st.container(width=330):
            st.markdown(f"### {about}{counted(made.chunks, 'chunk')}")
            st.caption(
                f"from {counted(made.of, 'document')}. Half of them have {median(sizes):,.0f} tokens or more; "
                f"the longest has {sizes[-1]:,}."
                if sizes
                else "There is no text in them."
            )
            if not made.complete:
                st.caption(f"Told from the first {made.documents:,} documents.")
        with st.container(width=420):
            chart = charts.chunk_sizes(made.sizes, limit=settings.chunk_size)
            st.altair_chart(chart, height=200, alt=f"How long {counted(len(sizes), 'chunk')} are, in tokens")
    by_name = {document.name: document for document in documents}
    document = by_name[choose_document(list(by_name), "preview")]
    chunks = wb.indexes.cut(document, settings)
    shared = " Dotted text is in the chunk before too." if settings.chunk_overlap else ""
    st.caption(f"{counted(len(chunks), 'chunk')} in this document.{shared}")
    # Its own scrolled place, since a container's cannot be reached by keyboard.
    st.html(
        f'<div tabindex="0" role="region" aria-label="The cuts" style="{PLACE}">{chunked(document.text, chunks)}</div>'
    )


@st.cache_data(show_spinner=False, max_entries=CUTS_KEPT)
def _cuts(_wb: Workbench, _documents: Sequence[Document], key: tuple[str, ...], settings: IndexSettings) -> Cuts:  # noqa: ARG001
    return _wb.indexes.cuts(_documents, settings)
