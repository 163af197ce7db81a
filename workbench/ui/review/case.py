"""What a reviewer reads: question, answer and sources, and nothing about who wrote the answer."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from workbench.ui.components.highlight import BLOCK, MARK, highlighted
from workbench.ui.components.text import html_text
from workbench.workspace.reviews.case import ReviewCase

HEADING = "font-size:.875rem;font-weight:600;opacity:.75;margin:1rem 0 .25rem"
CITED = "border-left:4px solid currentColor;padding-left:.8rem;margin:.5rem 0 .9rem"
FOLDED = "padding-left:calc(.8rem + 4px);margin:.5rem 0"


def show_case(case: ReviewCase, *, key: str) -> None:
    """One answer with everything needed to judge it. The expected answer is shown when asked for."""
    st.html(_asked(case) + _block("Answer", highlighted(case.answer, [(c.start, c.end) for c in case.citations])))
    if case.broken:
        st.html(f"<div>These citations name no source that was shown: {escape(', '.join(case.broken))}</div>")
    st.html(_sources(case.sources, case.cited))
    _expected(case, key)


def _asked(case: ReviewCase) -> str:
    turns = [f"<p><strong>{escape(m.role.title())}:</strong></p>{html_text(m.content)}" for m in case.example.history]
    parts = [_block("Earlier in the conversation", "".join(turns))] if turns else []
    parts += [_block(title, html_text(text)) for title, text in case.asked]
    return "".join(parts)


def _block(title: str, html: str) -> str:
    return f'<section aria-label="{escape(title)}"><div style="{HEADING}">{escape(title)}</div>{html}</section>'


def _sources(sources: Sequence[tuple[str, str]], cited: frozenset[int]) -> str:
    """Cited sources in full, the others folded into one line."""
    if not sources:
        return _block("Sources", "<div>None were shown to the one who answered.</div>")
    shown = [_source(n, source, CITED) for n, source in enumerate(sources, 1) if n in cited]
    others = [_source(n, source, FOLDED) for n, source in enumerate(sources, 1) if n not in cited]
    if others:
        which = "the other one" if len(others) == 1 else f"the other {len(others)}"
        label = (
            f"Show {which}" if shown else f"None is cited. Show {'it' if len(others) == 1 else f'all {len(others)}'}"
        )
        shown.append(f"<details><summary>{label}</summary>{''.join(others)}</details>")
    return _block("Sources", "".join(shown))


def _source(number: int, source: tuple[str, str], style: str) -> str:
    where, text = source
    name = f'<mark style="{MARK}">[{number}]</mark>' if style == CITED else f"[{number}]"
    return (
        f'<div style="{style}"><div>{name} <strong>{escape(where)}</strong></div>'
        f'<div dir="auto" style="{BLOCK}">{escape(text)}</div></div>'
    )


def _expected(case: ReviewCase, key: str) -> None:
    """Behind a toggle, so that one's own judgement comes first."""
    if case.expected and st.toggle("Show the expected answer", key=f"expected-{key}"):
        st.html(html_text(case.expected))
