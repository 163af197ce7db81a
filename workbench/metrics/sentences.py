"""Sentences of an answer, with the citations that belong to each."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from workbench.metrics.text import Span, words

ABBREVIATIONS = frozenset(
    ("approx", "ca", "cf", "dr", "e.g", "hon", "i.e", "mr", "mrs", "ms", "prof", "vs", "z.b", "d.h")
)
"""Words after which a full stop does not end a sentence."""

ABBREVIATIONS_BEFORE_NUMBERS = frozenset(
    (
        "art",
        "ch",
        "eq",
        "fig",
        "figs",
        "max",
        "min",
        "no",
        "nos",
        "nr",
        "p",
        "para",
        "paras",
        "pp",
        "sec",
        "sect",
        "vol",
    )
)
"""Words after which it does not end one when a number follows: "see no. 5", but "The answer is no." """

MIN_FACTUAL_WORDS = 4
"""Shorter sentences ("Yes.", "In short:") state nothing that could be looked up in a source."""

_STOP = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*")
_BREAK = re.compile(r"\n[ \t]*\n\s*|\n(?=[ \t]*(?:[-*•+#>|]|\d{1,3}[.)])[ \t]?)")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*\d{1,3}$")
_MARKER = re.compile(r"^\s*(?:[-*•+>|]|\d{1,3}[.)])\s*")
# How far back an abbreviation can reach; keeps the search for it from growing with the text.
_LOOK_BACK = 24
# How many citations after a stop are taken to belong to its sentence.
_MOST_AFTER_STOP = 20


def sentence_spans(text: str, citations: Sequence[Span] = ()) -> list[Span]:
    """Where each sentence lies, in order; `citations` are spans in order, too.

    A sentence ends at `.`, `!`, `?` or `…` with the closing quotes and brackets after it, unless the stop follows an
    abbreviation, an initial or a list number, stands within a number or within a citation, or the next word begins in
    lower case. Citations right after the stop belong to the sentence before them. Blank lines and list items end a
    sentence too; a single line break does not.
    """
    ends = sorted({*_stops(text, citations), *(match.start() for match in _BREAK.finditer(text)), len(text)})
    spans: list[Span] = []
    start = 0
    for end in ends:
        piece = text[start:end]
        if piece.strip():
            spans.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
            start = end
    return spans


def is_factual(sentence: str) -> bool:
    """Whether a sentence states something: not a heading, a question, a lead-in that ends in a colon, or a few words."""
    stripped = sentence.strip()
    if stripped.startswith("#") or stripped.endswith((":", "?", "？")):
        return False
    return len(words(_MARKER.sub("", stripped))) >= MIN_FACTUAL_WORDS


def _stops(text: str, citations: Sequence[Span]) -> Iterator[int]:
    starts = [start for start, _ in citations]
    for match in _STOP.finditer(text):
        before = bisect_right(starts, match.start())
        if before and match.start() < citations[before - 1][1]:
            continue
        if match.group() == "." and _goes_on(text, match.start()):
            continue
        end = _past_citations(text, match.end(), citations[before : before + _MOST_AFTER_STOP])
        if end > match.end() or match.group()[0] in "。！？" or _begins_anew(text, end):
            yield end


def _goes_on(text: str, stop: int) -> bool:
    """Whether the full stop belongs to an abbreviation, an initial or the number of a list item."""
    before = text[max(0, stop - _LOOK_BACK) : stop]
    word = _LAST_WORD.search(before)
    if word is None:
        return _LIST_NUMBER.search(before) is not None
    last = word.group()
    if last.casefold() in ABBREVIATIONS:
        return True
    if last.casefold() in ABBREVIATIONS_BEFORE_NUMBERS:
        return text[stop + 1 : stop + 3].strip()[:1].isdigit()
    # "J. R. Smith" and "George W. Bush", but not "vitamin C."
    earlier = before[: word.start()].split()
    return len(last) == 1 and last.isupper() and (not earlier or earlier[-1][:1].isupper())


def _past_citations(text: str, position: int, citations: Sequence[Span]) -> int:
    """The end of the citations that follow directly, with nothing but spaces between."""
    for start, end in citations:
        if start >= position and not text[position:start].strip(" \t"):
            position = end
    return position


def _begins_anew(text: str, position: int) -> bool:
    rest = text[position : position + _LOOK_BACK]
    return rest[:1].isspace() and not rest.lstrip()[:1].islower()
