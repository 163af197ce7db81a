"""Two texts side by side with the words that differ marked, as HTML in which all text is escaped."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from html import escape

MOST_COMPARED = 4_000_000
"""Tokens of one text times tokens of the other: beyond it, comparing takes seconds, and nothing is marked."""
REMOVED = "text-decoration:line-through;text-decoration-thickness:2px;background:rgba(213,94,0,.18);border-radius:3px"
ADDED = (
    "text-decoration:underline;text-decoration-thickness:2px;text-underline-offset:3px;"
    "background:rgba(0,114,178,.18);border-radius:3px"
)

LEAST_ALIKE = 0.25
"""Texts that share less than this are not two versions of one answer: marking nearly all of both helps nobody."""

_TOKEN = re.compile(r"\w+\s*|[^\w\s]\s*|\s+")


def marked(before: str, after: str) -> tuple[str, str]:
    """Both texts as HTML: in the first, words that are only there are struck through; in the second, underlined.

    Texts that have little in common, or are very long, have nothing marked.
    """
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    if len(old) * len(new) > MOST_COMPARED:
        return _block(escape(before)), _block(escape(after))
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < LEAST_ALIKE:
        return _block(escape(before)), _block(escape(after))
    left, right = [], []
    for kind, a, b, c, d in matcher.get_opcodes():
        gone, came = escape("".join(old[a:b])), escape("".join(new[c:d]))
        left.append(gone if kind == "equal" or not gone else f'<del style="{REMOVED}">{gone}</del>')
        right.append(came if kind == "equal" or not came else f'<ins style="{ADDED}">{came}</ins>')
    return _block("".join(left)), _block("".join(right))


def _block(html: str) -> str:
    return f'<div style="white-space:pre-wrap;overflow-wrap:anywhere">{html}</div>'
