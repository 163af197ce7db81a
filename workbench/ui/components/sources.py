"""Sources that a model was shown, the cited ones marked."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape

import streamlit as st

from workbench.domain.index import RetrievedChunk

CITED = "border-left:4px solid currentColor;padding-left:.7rem"
NOT_CITED = "border-left:4px solid transparent;padding-left:.7rem;opacity:.75"


def show_sources(
    sources: Sequence[RetrievedChunk], cited: Collection[int], *, key: str, right: Collection[int] = ()
) -> None:
    """Each source with its number, where it is from, and its text, behind a line that says how many were cited.

    `right` are the numbers of those that hold the answer.
    """
    if not sources:
        st.caption("No sources were shown to the model.")
        return
    known = sum(number in cited for number in range(1, len(sources) + 1))
    with st.expander(f"Sources: {len(sources)} shown, {known} cited", icon=":material/menu_book:", key=key):
        numbered = enumerate(sources, 1)
        st.html("".join(_source(n, found, cited=n in cited, right=n in right) for n, found in numbered))


def _source(number: int, found: RetrievedChunk, *, cited: bool, right: bool) -> str:
    marks = ["<strong>✓ cited</strong>" if cited else "not cited", *(["★ holds the answer"] if right else [])]
    return (
        f'<div style="{CITED if cited else NOT_CITED};margin:.4rem 0 .9rem">'
        f"<div>[{number}] {escape(found.chunk.source)} · {' · '.join(marks)}</div>"
        f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{escape(found.chunk.text)}</div></div>'
    )
