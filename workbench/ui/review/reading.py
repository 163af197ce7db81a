"""An answer to read and not to judge by keys: question, answer and sources, and nothing about who wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from workbench.ui.components.markdown_html import markdown_html
from workbench.ui.components.text import html_text
from workbench.workspace.reviews.case import ReviewCase
from workbench.workspace.reviews.closest import closest_passages

_HEADING = "font-size:.875rem;font-weight:600;opacity:.75;margin:1rem 0 .25rem"
_SOURCE = "border-left:4px solid currentColor;padding-left:.8rem;margin:.5rem 0 .9rem"


def show_case(case: ReviewCase) -> None:
    """One answer with its question, the cited sources, and what a right answer is."""
    turns = [
        f"<p><strong>{escape(m.role.capitalize())}:</strong></p>{html_text(m.content)}" for m in case.example.history
    ]
    blocks = [_block("Earlier in the conversation", "".join(turns))] if turns else []
    blocks += [_block(title, html_text(text)) for title, text in case.asked]
    blocks.append(_block("Answer", markdown_html(case.answer, [(c.start, c.end) for c in case.citations])))
    st.html("".join(blocks))
    sources = _sources(case, cited=True)
    if sources:
        st.html(_block("Cited sources", "".join(sources)))
    others = _sources(case, cited=False)
    if others:
        with st.expander(f"Sources that are not cited: {len(others)}"):
            st.html("".join(others))
    if case.expected:
        with st.expander("Expected answer"):
            st.html(markdown_html(case.expected))


def _block(title: str, html: str) -> str:
    return f'<section aria-label="{escape(title)}"><div style="{_HEADING}">{escape(title)}</div>{html}</section>'


def _sources(case: ReviewCase, *, cited: bool) -> Sequence[str]:
    closest = closest_passages(case)
    return [
        f'<div style="{_SOURCE}"><p>[{number}] <strong>{escape(where)}</strong></p>'
        f"{markdown_html(text, closest.get(number, ()))}</div>"
        for number, (where, text) in enumerate(case.sources, 1)
        if (number in case.cited) == cited
    ]
