"""Text with stretches of it marked, as HTML in which all text is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from workbench.text.pieces import pieces

MARK = (
    "background:rgba(0,114,178,.18);color:inherit;border-radius:3px;"
    "text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:3px"
)
"""A tint and an underline: colour alone is not seen by everybody, and is not printed."""
BLOCK = "white-space:pre-wrap;overflow-wrap:anywhere"


def highlighted(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with its line breaks, marked from each span's start to its exclusive end. Overlaps are joined."""
    shown = [
        f'<mark style="{MARK}">{escape(piece)}</mark>' if marked else escape(piece)
        for piece, marked in pieces(text, spans)
    ]
    return f'<div dir="auto" style="{BLOCK}">{"".join(shown)}</div>'
