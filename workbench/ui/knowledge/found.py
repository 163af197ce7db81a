"""What a search found, best first, each with the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from workbench.domain.prompt import RetrievalSettings
from workbench.stats.numbers import counted, number
from workbench.ui.components.highlight import highlighted
from workbench.ui.knowledge.chunk_view import Place
from workbench.ui.knowledge.documents import open_document
from workbench.workspace.knowledge.index_search import RANKS_SEARCHED, Found

REASON = (
    "display:inline-block;border:1px solid currentColor;border-radius:999px;padding:0 .55rem;margin:.1rem .35rem .1rem 0;"
    "font-size:.82rem;opacity:.85"
)
SCORES = {
    "hybrid": "points for both ranks",
    "dense": "similarity of meaning",
    "bm25": "points for shared words",
}


def show_found(found: Sequence[Found], settings: RetrievalSettings) -> None:
    """A card for each chunk; a line where the floor is."""
    shown = sum(not one.below_floor for one in found)
    st.markdown(
        f"**A model would be shown {counted(shown, 'chunk')}.**" if shown else "**A model would be shown nothing.**"
    )
    below = False
    for position, one in enumerate(found):
        if one.below_floor and not below:
            below = True
            _floor_line(settings)
        _card(position, one, settings)


def _floor_line(settings: RetrievalSettings) -> None:
    with st.container(key="floor"):
        st.divider()
        st.markdown(
            f":material/vertical_align_bottom: **Below the floor of {settings.min_score:g}: would not be shown**"
        )


def _card(position: int, one: Found, settings: RetrievalSettings) -> None:
    chunk = one.hit.chunk
    with st.container(border=True, key=f"found-{position}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            rank = "–" if one.below_floor else f"{position + 1}."
            st.html(f"<strong>{rank} {escape(chunk.source)}</strong>", width="content")
            place = Place(chunk.start, chunk.end).written
            open_document("Open in the document", chunk.document, place, key=f"open-{position}")
        reasons = "".join(f'<span style="{REASON}">{escape(reason)}</span>' for reason in _reasons(one, settings))
        faint = ";opacity:.7" if one.below_floor else ""
        text = highlighted(chunk.text, one.words)
        st.html(f'<div>{reasons}</div><div style="margin-top:.5rem{faint}">{text}</div>')


def _reasons(one: Found, settings: RetrievalSettings) -> list[str]:
    near = "" if one.similarity is None else f" (similarity {number(one.similarity)})"
    fit = [] if one.hit.fit is None else [f"fits {number(one.hit.fit)}"]
    score = SCORES[settings.search] if settings.rerank is None else f"by {settings.rerank}"
    return [
        *fit,
        f"by meaning: {_rank(one.by_meaning)}{near}",
        f"by words: {_rank(one.by_words)}",
        *([f"before reordering: {_rank(one.before_reranking)}"] if settings.rerank else []),
        f"score {number(one.hit.score)}, {score}",
    ]


def _rank(rank: int | None) -> str:
    return f"not among the first {RANKS_SEARCHED}" if rank is None else f"rank {rank}"
