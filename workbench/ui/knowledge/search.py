"""Asking an index: what it finds, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from workbench.domain.index import IndexInfo
from workbench.domain.prompt import RetrievalSettings, SearchMode
from workbench.stats.numbers import number
from workbench.ui.components import address
from workbench.ui.components.highlight import highlighted
from workbench.ui.components.text import plain
from workbench.workspace import Workbench
from workbench.workspace.index_search import RANKS_SEARCHED, Found

MODES: Mapping[SearchMode, str] = {"hybrid": "Both together", "dense": "Meaning", "bm25": "Words"}
MOST_FOUND = 20
SCORES: Mapping[SearchMode, str] = {
    "hybrid": "points for its two ranks",
    "dense": "similarity of meaning, at most 1",
    "bm25": "BM25, by shared words",
}


def show_search(wb: Workbench, info: IndexInfo) -> None:
    """A box for a question, and the chunks that a model would be shown for it."""
    query = _query()
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        chosen = address.switch("Search by", list(MODES), "search", format_func=lambda mode: MODES[_mode(mode)])
    with right:
        count = address.number("How many", "k", default=4, high=MOST_FOUND)
    if not query:
        st.caption("Write a question as your users would. You see what a model would be given to answer from.")
        return
    mode = _mode(chosen)
    found = wb.indexes.explain(info, query, RetrievalSettings(index=info.name, k=count, search=mode))
    if not found:
        st.warning("Nothing in these documents has anything in common with it.", icon=":material/search_off:")
        return
    _results(found, mode)
    with st.expander("How these were found", icon=":material/info:"):
        st.write(
            f"Meaning compares vectors of the embedder {plain(info.settings.embedder)}. Words compares the words "
            "themselves (BM25). Both together adds up the ranks of the two, so that a chunk which both find stands "
            f"above one that only one finds. Ranks are looked up among the first {RANKS_SEARCHED}."
        )


def _query() -> str:
    asked = address.read("q") or ""
    with st.form("query", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        typed = st.text_input("Question or words", value=asked, icon=":material/search:", key="knowledge-query")
        sent = st.form_submit_button("Search", type="primary")
    if sent:
        asked = (typed or "").strip()
        address.write("q", asked or None)
    return asked


def _mode(name: str) -> SearchMode:
    return next(mode for mode in MODES if mode == name)


def _results(found: Sequence[Found], mode: SearchMode) -> None:
    for one in found:
        with st.container(border=True):
            chunk = one.hit.chunk
            st.html(
                f"<div><strong>{one.hit.rank}. {escape(chunk.source)}</strong></div>"
                f'<div style="opacity:.75;font-size:.875rem">{_why(one, mode)}</div>'
                f'<div style="margin-top:.5rem">{highlighted(chunk.text, one.words)}</div>'
            )


def _why(one: Found, mode: SearchMode) -> str:
    return (
        f"By meaning: {_rank(one.by_meaning)} · by words: {_rank(one.by_words)} · "
        f"score {number(one.hit.score)} ({SCORES[mode]})"
    )


def _rank(rank: int | None) -> str:
    return f"not among the first {RANKS_SEARCHED}" if rank is None else f"rank {rank}"
