"""A document's text with its chunks as bands, as HTML in which all text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from workbench.domain.index import Chunk
from workbench.text.tokens import count
from workbench.ui.components.highlight import BLOCK, MARK

LONGEST_SHOWN = 60_000
"""Characters; of a longer document so many are shown at once."""

BAND = "padding:.45rem .8rem .55rem;margin:0 0 .35rem;border-radius:0 6px 6px 0"
EVEN = "border-left:5px solid #0072B2;background:rgba(0,114,178,.08)"
ODD = "border-left:5px double #009E73;background:rgba(0,158,115,.12)"
HERE = "outline:2px solid currentColor;outline-offset:1px"
LABEL = "font-size:.8rem;font-weight:600;opacity:.8;margin-bottom:.2rem;overflow-wrap:anywhere"
REPEATED = "text-decoration:underline dotted;text-underline-offset:3px;opacity:.72"
ENDS = (
    "font-size:.72rem;font-weight:600;border:1px solid currentColor;border-radius:4px;padding:0 .3rem;"
    "margin:0 .35rem;opacity:.8;white-space:nowrap"
)
NOTE = "font-size:.85rem;opacity:.75;margin:.2rem 0 .6rem"


@dataclass(frozen=True)
class Place:
    """A stretch of the text that somebody came for: characters from `start` to the exclusive `end`."""

    start: int
    end: int

    @property
    def written(self) -> str:
        """As it stands in an address."""
        return f"{self.start}-{self.end}"


def read_place(text: str | None) -> Place | None:
    """A place as an address holds it; None where it holds none."""
    start, _, end = (text or "").partition("-")
    if not (start.isdecimal() and end.isdecimal() and len(text or "") < 30):
        return None
    return Place(int(start), int(end)) if int(start) < int(end) else None


def chunked(text: str, chunks: Sequence[Chunk], place: Place | None = None) -> str:
    """The text with a band and a label per chunk; dots under what the chunk before holds too.

    With a place, the text begins a chunk before it, and the place is marked.
    """
    begin = _begin(chunks, place)
    end = min(len(text), begin + LONGEST_SHOWN)
    shown = [chunk for chunk in chunks if begin <= chunk.start < end]
    before = f"<p style='{NOTE}'>… {begin:,} characters before.</p>" if begin else ""
    after = f"<p style='{NOTE}'>… and {len(text) - end:,} characters more.</p>" if end < len(text) else ""
    if not shown:
        return f'<div dir="auto" style="{BLOCK}">{escape(text[begin:end])}</div>{after}'
    stops = [chunk.start for chunk in shown[1:]] + [end]
    bands = [_band(text, chunk, stop, chunks, place) for chunk, stop in zip(shown, stops, strict=True)]
    return f"{before}{''.join(bands)}{after}"


def _begin(chunks: Sequence[Chunk], place: Place | None) -> int:
    """Where the shown text begins: at the start, or at the chunk before the one that holds the place."""
    if place is None:
        return 0
    starts = [chunk.start for chunk in chunks if chunk.start <= place.start]
    return starts[-2] if len(starts) > 1 else 0


def _band(text: str, chunk: Chunk, stop: int, chunks: Sequence[Chunk], place: Place | None) -> str:
    """One chunk from its start to where the next begins."""
    earlier = [other for other in chunks[: chunk.position] if other.end > chunk.start]
    here = place is not None and (place.start, place.end) == (chunk.start, chunk.end)
    marked = None if here else place
    pieces, at = [], chunk.start
    for other in sorted(earlier, key=lambda one: one.end):
        until = min(other.end, stop)
        pieces.append(f'<span style="{REPEATED}">{_marked(text, at, until, marked)}</span>')
        pieces.append(f'<span style="{ENDS}">↑ also in chunk {other.position + 1}</span>')
        at = max(at, until)
    pieces.append(_marked(text.rstrip(), at, stop, marked) if stop >= len(text) else _marked(text, at, stop, marked))
    style = ";".join([BAND, ODD if chunk.position % 2 else EVEN, *([HERE] if here else [])])
    parts = [f"chunk {chunk.position + 1}", f"{count(chunk.text):,} tokens", *_where(chunk)]
    label = f'<div style="{LABEL}">{escape(" · ".join(parts))}{" · you came for this" if here else ""}</div>'
    return f'<div style="{style}">{label}<div dir="auto" style="{BLOCK}">{"".join(pieces).rstrip()}</div></div>'


def _where(chunk: Chunk) -> list[str]:
    page = [] if chunk.page is None else [f"page {chunk.page}"]
    return [*([" › ".join(chunk.heading_path)] if chunk.heading_path else []), *page]


def _marked(text: str, start: int, stop: int, place: Place | None) -> str:
    """A stretch of the text, the part of it that is the place marked."""
    low, high = (stop, stop) if place is None else (max(start, place.start), min(stop, place.end))
    if low >= high:
        return escape(text[start:stop])
    return f'{escape(text[start:low])}<mark style="{MARK}">{escape(text[low:high])}</mark>{escape(text[high:stop])}'
