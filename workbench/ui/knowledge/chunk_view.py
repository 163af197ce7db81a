"""A document's text with its chunks marked, as HTML in which all text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from workbench.domain.index import Chunk
from workbench.ui.components.highlight import BLOCK

LONGEST_SHOWN = 60_000
"""Characters; a longer document is shown up to here."""

EVEN = "background:rgba(0,114,178,.09)"
ODD = "background:rgba(0,158,115,.14)"
REPEATED = "text-decoration:underline dotted;text-underline-offset:3px"
NUMBER = (
    "font-size:.75rem;font-weight:600;border:1px solid currentColor;border-radius:4px;"
    "padding:0 .3rem;margin-right:.35rem;opacity:.8;white-space:nowrap"
)


def chunked(text: str, chunks: Sequence[Chunk]) -> str:
    """The text with a number where each chunk begins, a tint per chunk, and dots under what two chunks share."""
    end = min(len(text), LONGEST_SHOWN)
    shown = [chunk for chunk in chunks if chunk.start < end]
    cuts = sorted({0, end, *(min(at, end) for chunk in shown for at in (chunk.start, chunk.end))})
    pieces = [_piece(text, start, stop, shown) for start, stop in pairwise(cuts)]
    more = "" if end == len(text) else f"<p>… and {len(text) - end:,} characters more.</p>"
    return f'<div dir="auto" style="{BLOCK}">{"".join(pieces)}</div>{more}'


def _piece(text: str, start: int, stop: int, chunks: Sequence[Chunk]) -> str:
    inside = [chunk for chunk in chunks if chunk.start <= start and stop <= chunk.end]
    begins = "".join(f'<span style="{NUMBER}">chunk {c.position + 1}</span>' for c in inside if c.start == start)
    if not inside:
        return escape(text[start:stop])
    style = ODD if inside[-1].position % 2 else EVEN
    if len(inside) > 1:
        style += f";{REPEATED}"
    return f'{begins}<span style="{style}">{escape(text[start:stop])}</span>'
