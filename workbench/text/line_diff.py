"""Two texts as one list of lines, removed and added ones marked, and within them the words that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from html import escape

from workbench.text.word_diff import marked

GONE = "background:rgba(213,94,0,.10)"
CAME = "background:rgba(0,114,178,.10)"
CONTEXT_LINES = 3
MOST_LINES = 5_000
"""Of both texts together: beyond it, comparing takes seconds."""

Line = tuple[str, str, str]
"""A sign, a style, and the line as HTML."""


def lines(before: str, after: str) -> str:
    """The difference as HTML in which all text is escaped; long stretches that agree are left out."""
    old, new = before.splitlines(), after.splitlines()
    if len(old) + len(new) > MOST_LINES:
        return "<p>These texts are too long to be compared here.</p>"
    if old == new and before != after:
        return "<p>Only the line end at the very end differs.</p>"
    rows = "".join(
        f'<div style="{style};display:flex;padding:0 .4rem">'
        f'<span style="flex:0 0 1.4rem;font-weight:600" role="img" aria-label="{_SPOKEN[sign]}">{sign}</span>'
        f'<span style="flex:1;min-width:0;white-space:pre-wrap;overflow-wrap:anywhere">{html}</span></div>'
        for sign, style, html in _lines(old, new)
    )
    return f'<div style="font-size:.95rem;line-height:1.5">{rows}</div>'


_SPOKEN = {"−": "removed", "+": "added", " ": "same", "…": "lines left out"}


def _lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Line]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from _same(old[a:b], first=a == 0, last=b == len(old))
        elif kind == "replace":
            left, right = marked("\n".join(old[a:b]), "\n".join(new[c:d]))
            yield "−", GONE, left
            yield "+", CAME, right
        else:
            yield from (("−", GONE, escape(line)) for line in old[a:b])
            yield from (("+", CAME, escape(line)) for line in new[c:d])


def _same(agreeing: Sequence[str], *, first: bool, last: bool) -> Iterator[Line]:
    """Lines that agree: those next to a difference, and a mark for the rest."""
    head = 0 if first else CONTEXT_LINES
    tail = 0 if last else CONTEXT_LINES
    hidden = len(agreeing) - head - tail
    if hidden <= 1:
        yield from ((" ", "", escape(line)) for line in agreeing)
        return
    yield from ((" ", "", escape(line)) for line in agreeing[:head])
    yield "…", "opacity:.6", f"{hidden} lines that agree"
    yield from ((" ", "", escape(line)) for line in agreeing[len(agreeing) - tail :])
