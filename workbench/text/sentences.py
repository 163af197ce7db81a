"""Sentences of a text: where each one lies."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

Span = tuple[int, int]
"""Character offsets into a text; the end is exclusive."""

_ABBREVIATIONS_TEXT = """
approx ca cf d.h dr e.g excl hon i.e incl jr mr mrs ms prof sr st u.k u.s vs z.b
"""
ABBREVIATIONS = frozenset(_ABBREVIATIONS_TEXT.split())
"""Words after which a full stop does not end a sentence."""

_BEFORE_NUMBERS_TEXT = """
al art ch eq fig figs max min no nos nr p para paras pp sec sect vol
jan feb mar apr jun jul aug sep sept oct nov dec
"""
ABBREVIATIONS_BEFORE_NUMBERS = frozenset(_BEFORE_NUMBERS_TEXT.split())
"""Words after which it does not end one when a number follows: "see no. 5", but "The answer is no." """

_STOP = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*")
# An empty line, or a line that begins a heading, a list item, a table row, a quotation or a line of code.
_BREAK = re.compile(
    r"\n[ \t]*\n\s*|\n(?=[ \t]*(?:#{1,6}[ \t]|[-*•+][ \t]|\d{1,3}[.)][ \t]|[|>]|```|~~~)| {4}|\t)",
)
_LAST_WORD = re.compile(r"[^\W\d_]+(?:\.[^\W\d_]+)*$")
_LIST_NUMBER = re.compile(r"(?:^|\n)[ \t]*\d{1,3}$")
# How far back an abbreviation can reach; keeps the search for it from growing with the text.
_LOOK_BACK = 24
# How many citations after a stop are taken to belong to its sentence.
_MOST_AFTER_STOP = 20


def sentence_spans(text: str, *, citations: Sequence[Span] = (), whole: Sequence[Span] = ()) -> list[Span]:
    """Where each sentence lies, in order, without white space at its ends.

    A sentence ends at `.`, `!`, `?` or `…` with the closing quotes and brackets after it, unless the stop follows an
    abbreviation, an initial or a list number, stands within a number, a citation or one of the `whole` stretches, or
    the next word begins in lower case. Citations right after the stop belong to the sentence before them. Blank lines
    and lines that begin a list item, a heading, a table row, a quotation or a line of code end a sentence too; any
    other line break does not. `citations` and `whole` are spans in order.
    """
    ends = sorted({*_stops(text, citations, whole), *(match.start() for match in _BREAK.finditer(text)), len(text)})
    spans: list[Span] = []
    start = 0
    for end in ends:
        piece = text[start:end]
        if piece.strip():
            spans.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
            start = end
    return spans


def sentences(text: str, *, whole: Sequence[Span] = ()) -> list[str]:
    """The sentences themselves; see `sentence_spans`."""
    return [text[start:end] for start, end in sentence_spans(text, whole=whole)]


def _stops(text: str, citations: Sequence[Span], whole: Sequence[Span]) -> Iterator[int]:
    citation_starts = [start for start, _ in citations]
    whole_starts = [start for start, _ in whole]
    for match in _STOP.finditer(text):
        before = bisect_right(citation_starts, match.start())
        if before and match.start() < citations[before - 1][1]:
            continue
        around = bisect_right(whole_starts, match.start())
        if around and match.end() < whole[around - 1][1]:
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
    # "J. R. Smith", "George W. Bush" and "e.g. J. Doe", but not "vitamin C."
    earlier = before[: word.start()].split()
    named = not earlier or earlier[-1][:1].isupper() or earlier[-1].endswith(".")
    return len(last) == 1 and last.isupper() and named


def _past_citations(text: str, position: int, citations: Sequence[Span]) -> int:
    """The end of the citations that follow directly, with nothing but spaces between."""
    for start, end in citations:
        if start >= position and not text[position:start].strip(" \t"):
            position = end
    return position


def _begins_anew(text: str, position: int) -> bool:
    rest = text[position : position + _LOOK_BACK]
    return rest[:1].isspace() and not rest.lstrip()[:1].islower()
