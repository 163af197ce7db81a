"""What compares meanings: the offline embedder, or one that needs a file or a key, with what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from workbench.domain.index import Document, IndexSettings
from workbench.errors import WorkbenchError
from workbench.stats.numbers import counted, money
from workbench.ui import shell
from workbench.ui.components import address
from workbench.ui.components.allowed import for_role
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.knowledge.embedders import EmbeddingCost, FoundEmbedder

OFFLINE = IndexSettings().embedder
COSTS_KEPT = 16
COSTS_KNOWN_S = 60.0


def choose_embedder(wb: Workbench, documents: Sequence[Document], settings: IndexSettings) -> IndexSettings | None:
    """The settings with the embedder that was chosen; None, with what to do about it, while it cannot be used."""
    known = {one.name: one for one in sorted(wb.indexes.embedders(), key=lambda one: not one.ready)}
    name = address.pick(
        "Embedder", list(known), "embedder", default=OFFLINE, format_func=lambda one: _label(known[one]), width=560
    )
    chosen, found = replace(settings, embedder=name), known[name]
    st.caption(plain(found.note))
    if not found.ready:
        _not_ready(wb, found)
        return None
    if found.price is not None and not found.price.input_per_million:
        st.markdown(":material/check: Works on this machine and costs nothing.")
        return chosen
    try:
        told = _cost(wb, documents, chosen)
    except WorkbenchError as error:
        shell.show_error(error)
        return None
    st.markdown(f":material/payments: {plain(_cost_words(told))}")
    st.caption("The texts of the chunks are sent to the provider. What was embedded once is kept and not paid again.")
    return chosen


def embedder_words(name: str) -> str:
    """An embedder in a few words."""
    return "by meaning and words, offline" if name == OFFLINE else f"by the meanings of {name}, and words"


def _label(found: FoundEmbedder) -> str:
    if not found.ready:
        return f"{found.name} · needs {found.download or 'something first'}"
    if found.price is None:
        return f"{found.name} · price unknown"
    if not found.price.input_per_million:
        return f"{found.name} · free, on this machine"
    return f"{found.name} · {money(found.price.input_per_million)} per million tokens"


def _not_ready(wb: Workbench, found: FoundEmbedder) -> None:
    if found.download is None:
        st.caption(":material/arrow_upward: Choose another one, or set up what it needs and reload this page.")
        return
    with st.container(border=True):
        st.markdown(
            f"It needs a file of {plain(found.download)}, fetched once from its publisher. Nothing of yours is sent. "
            "Afterwards it works on this machine without a network."
        )
        place = st.empty()
        may = for_role(wb, "engineer", "fetch an embedder")
        label = f"Agree and fetch {plain(found.download)}"
        if place.button(label, icon=":material/download:", key="fetch-embedder", **may):
            bar = place.progress(0.0, text="Fetching…")

            def on_bytes(done: int, total: int | None) -> None:
                share = min(1.0, done / total) if total else 0.0
                bar.progress(share, text=f"Fetching: {done / 1_000_000:,.0f} MB")

            try:
                wb.indexes.fetch_embedder(found.name, on_bytes)
            except WorkbenchError as error:
                place.empty()
                shell.show_error(error)
                return
            st.rerun()


def _cost_words(told: EmbeddingCost) -> str:
    kept = f"; {told.kept:,} are kept from before" if told.kept else ""
    return f"About {money(told.usd)} for {counted(told.chunks, 'chunk')}, about {told.tokens:,} tokens{kept}."


def _cost(wb: Workbench, documents: Sequence[Document], settings: IndexSettings) -> EmbeddingCost:
    return _cost_of(wb, documents, tuple(document.hash for document in documents), settings)


@st.cache_data(show_spinner=False, max_entries=COSTS_KEPT, ttl=COSTS_KNOWN_S)
def _cost_of(
    _wb: Workbench,
    _documents: Sequence[Document],
    key: tuple[str, ...],  # noqa: ARG001 (of the cache, with the settings)
    settings: IndexSettings,
) -> EmbeddingCost:
    return _wb.indexes.embedding_cost(_documents, settings)
