"""Markdown from files and models as its reader would see it, in HTML that can load, link and run nothing."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from workbench.formats.markdown import Element, Run, parse
from workbench.text.pieces import pieces
from workbench.text.sentences import Span
from workbench.ui.components.highlight import MARK
from workbench.ui.components.text import beginning

_STYLE = "white-space:pre-line;overflow-wrap:anywhere"
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_EMPTY = frozenset({"br", "hr"})


def markdown_html(text: str, spans: Sequence[Span] = ()) -> str:
    """The text with its lists, tables and styles, marked from each span's start to its exclusive end."""
    return f'<div dir="auto" style="{_STYLE}">{"".join(_html(node, spans) for node in parse(beginning(text)))}</div>'


def _html(node: Element | Run, spans: Sequence[Span]) -> str:
    if isinstance(node, Run):
        return _run(node, spans)
    inside = "".join(_html(child, spans) for child in node.children)
    if node.tag in _HEADINGS:  # a heading in an answer is no heading of the page
        return f"<p><strong>{inside}</strong></p>"
    if node.tag in _EMPTY:
        return f"<{node.tag}>"
    number = f' start="{node.first}"' if node.first is not None else ""
    return f"<{node.tag}{number}>{inside}</{node.tag}>"


def _run(run: Run, spans: Sequence[Span]) -> str:
    if run.start is None:
        return escape(run.text)
    start, end = run.start, run.start + len(run.text)
    within = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
    return "".join(
        f'<mark style="{MARK}">{escape(piece)}</mark>' if marked else escape(piece)
        for piece, marked in pieces(run.text, within)
    )
