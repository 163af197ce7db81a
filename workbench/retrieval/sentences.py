"""Where sentences begin: after a full stop that ends one, and wherever a new block of text begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A full stop, closing quotes or brackets, white space, and then something that can begin a sentence.
_AFTER_STOP = re.compile(r"[.!?…][\"'”’)\]]{0,3}\s(?:\s*)(?=[\"'“‘(\[]{0,3}[^\W_a-z])|[。！？]")
# An empty line, or a line that begins a heading, a list item, a table row, a quotation or a line of code.
_NEW_BLOCK = re.compile(
    r"\n(?:[ \t]*\n\s*|(?=[ \t]*(?:#{1,6}[ \t]|[-*+•][ \t]|\d{1,3}[.)][ \t]|[|>]|```|~~~)| {4}|\t))"
)
# Words before a full stop that seldom end a sentence, and initials such as the J. in J. Smith.
_ABBREVIATION = re.compile(r"\b(?:[A-Z]|(?i:[a-z]\.[a-z]|approx|ca|cf|dr|etc|jr|mr|mrs|ms|prof|sr|st|vs))\Z")
_BEFORE_NUMBER = re.compile(r"\b(?:art|ch|eq|fig|nos?|para|pp?|sec|vol)\Z", re.IGNORECASE)
_LOOK_BACK = 12
"""Characters before a full stop in which an abbreviation is looked for."""


def starts(text: str, start: int, end: int) -> tuple[int, ...]:
    """Offsets at which a sentence begins within a stretch of a text, in order; the stretch's own start comes first."""
    return tuple(sorted({start, *_after_stops(text, start, end), *_at_blocks(text, start, end)}))


def _after_stops(text: str, start: int, end: int) -> Iterator[int]:
    for stop in _AFTER_STOP.finditer(text, start, end):
        before = text[max(0, stop.start() - _LOOK_BACK) : stop.start()]
        numbered = text[stop.end() : stop.end() + 1].isdigit()
        abbreviated = _ABBREVIATION.search(before) or (numbered and _BEFORE_NUMBER.search(before))
        if not (text[stop.start()] == "." and abbreviated):
            yield stop.end()


def _at_blocks(text: str, start: int, end: int) -> Iterator[int]:
    return (block.end() for block in _NEW_BLOCK.finditer(text, start, end))
