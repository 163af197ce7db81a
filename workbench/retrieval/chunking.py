"""Chunking: a document's text is cut into pieces of a bounded number of tokens.

All three chunkers pack words into chunks in the same way and differ in where a chunk may end: `tokens` after any
word, `sentences` after a sentence, `headings` after a sentence and always at the end of a section.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from workbench.domain.index import Chunk, Document, IndexSettings, Section
from workbench.errors import InputError, NotFoundError
from workbench.hashing import content_hash, short
from workbench.text import tokens
from workbench.text.sentences import sentence_spans

_ID_DIGITS = 16
# White space ends a word; so does the full stop of scripts that write without white space.
_WORD = re.compile(r"[^\s。！？]*[。！？]+|[^\s。！？]+")


def cut(document: Document, settings: IndexSettings) -> tuple[Chunk, ...]:
    """The chunks of a document, in order.

    A chunk's text is exactly `document.text[start:end]`, of at most `chunk_size` tokens, without white space at its
    ends. Together the chunks hold all of the text that is not blank; each repeats up to `chunk_overlap` tokens of the one
    before. A word of more tokens than fit is cut. Raises InputError for settings that cannot work.
    """
    check(settings)
    stretches = _CHUNKERS[settings.chunker](document)
    chunks: list[Chunk] = []
    for stretch in stretches:
        for start, end in _pack(document.text, stretch, settings):
            chunks.append(_chunk(document, len(chunks), start, end, stretch))
    return tuple(chunks)


def searchable(chunk: Chunk) -> str:
    """What is embedded of a chunk: the headings above it, which later pieces of a section lack, and its text."""
    return "\n".join((*chunk.heading_path, chunk.text))


def keyword_text(chunk: Chunk) -> str:
    """What keyword search reads of a chunk: the same with the headings twice, as a heading says what a text is about.

    A field repeated before frequencies are counted is a field of double weight (Robertson, Zaragoza and Taylor 2004,
    Simple BM25 extension to multiple weighted fields).
    """
    return "\n".join((*chunk.heading_path, searchable(chunk)))


def check(settings: IndexSettings) -> None:
    """Raises InputError unless chunks can be cut with these settings."""
    if settings.chunker not in _CHUNKERS:
        raise NotFoundError("chunker", settings.chunker, _CHUNKERS)
    if settings.chunk_size < 1:
        raise InputError(f"The chunk size is {settings.chunk_size}; it must be 1 token or more.")
    if not 0 <= settings.chunk_overlap < settings.chunk_size:
        raise InputError(
            f"The chunk overlap is {settings.chunk_overlap} with a chunk size of {settings.chunk_size}; "
            "it must be 0 or more and smaller than the size."
        )


@dataclass(frozen=True)
class _Stretch:
    """A part of the text that is packed by itself."""

    start: int
    end: int
    breaks: tuple[int, ...]
    """Offsets at which a chunk may best begin."""
    sections: tuple[Section, ...]
    """The sections it lies in; a chunk takes heading path and page of the section where it begins."""


def _by_tokens(document: Document) -> Iterator[_Stretch]:
    yield _Stretch(0, len(document.text), (), document.sections)


def _by_sentences(document: Document) -> Iterator[_Stretch]:
    end = len(document.text)
    yield _Stretch(0, end, _sentence_starts(document.text, 0, end), document.sections)


def _by_headings(document: Document) -> Iterator[_Stretch]:
    waiting: list[Section] = []
    for section, below in zip(document.sections, (*document.sections[1:], None), strict=True):
        waiting.append(section)
        # A heading without text of its own says nothing alone: it goes with the section below it.
        if below is not None and _only_heading(document.text, section) and _is_below(below, section):
            continue
        start = waiting[0].start
        yield _Stretch(start, section.end, _sentence_starts(document.text, start, section.end), (section,))
        waiting = []


def _sentence_starts(text: str, start: int, end: int) -> tuple[int, ...]:
    return tuple(start + first for first, _ in sentence_spans(text[start:end]))


def _only_heading(text: str, section: Section) -> bool:
    if not section.heading_path:
        return False
    # Compared by words, because a heading's marks (`##`, an underline, links) are not part of its title.
    said = re.findall(r"\w+", text[section.start : section.end][: 4 * len(section.heading_path[-1]) + 400])
    return said == re.findall(r"\w+", section.heading_path[-1])


def _is_below(section: Section, upper: Section) -> bool:
    depth = len(upper.heading_path)
    return len(section.heading_path) > depth and section.heading_path[:depth] == upper.heading_path


_CHUNKERS: Mapping[str, Callable[[Document], Iterator[_Stretch]]] = {
    "headings": _by_headings,
    "sentences": _by_sentences,
    "tokens": _by_tokens,
}


class _Words:
    """The words of a stretch, each of at most `size` tokens, with sums that answer questions in one step."""

    def __init__(self, text: str, stretch: _Stretch, size: int) -> None:
        pieces = list(_pieces(text, stretch.start, stretch.end, size))
        self.starts = [start for start, _, _ in pieces]
        self.ends = [end for _, end, _ in pieces]
        self._before = [0, *accumulate(count for _, _, count in pieces)]
        self.breaks = sorted({bisect_left(self.starts, offset) for offset in stretch.breaks})

    def __len__(self) -> int:
        return len(self.starts)

    def tokens(self, first: int, end: int) -> int:
        """Tokens in the words from `first` up to, not including, `end`."""
        return self._before[end] - self._before[first]

    def furthest(self, first: int, budget: int) -> int:
        """The end of the longest run of words from `first` within a budget of tokens."""
        return bisect_right(self._before, self._before[first] + budget) - 1

    def earliest(self, end: int, budget: int) -> int:
        """The first word of the longest run up to `end` within a budget of tokens."""
        return bisect_left(self._before, self._before[end] - budget)

    def break_within(self, low: int, high: int, *, last: bool) -> int | None:
        """The first or last break from `low` to `high`, both included."""
        left, right = bisect_left(self.breaks, low), bisect_right(self.breaks, high)
        if left == right:
            return None
        return self.breaks[right - 1] if last else self.breaks[left]


def _pieces(text: str, start: int, end: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Start, end and tokens of each word; a word of more than `size` tokens comes in several pieces."""
    for word in _WORD.finditer(text, start, end):
        spans = list(tokens.spans(text, *word.span()))
        for first in range(0, len(spans), size):
            part = spans[first : first + size]
            yield part[0][0], part[-1][1], len(part)


def _pack(text: str, stretch: _Stretch, settings: IndexSettings) -> Iterator[tuple[int, int]]:
    """Start and end of each chunk within a stretch."""
    words = _Words(text, stretch, settings.chunk_size)
    first = 0
    fresh = 0
    while fresh < len(words):
        end = words.furthest(first, settings.chunk_size)
        if end < len(words):
            end = words.break_within(fresh + 1, end, last=True) or end
        yield words.starts[first], words.ends[end - 1]
        fresh = end
        if fresh < len(words):
            first = _overlap_start(words, first, fresh, settings)


def _overlap_start(words: _Words, before: int, fresh: int, settings: IndexSettings) -> int:
    """Where the chunk whose first new word is `fresh` begins: a little before, at a sentence where there is one.

    Always after the beginning of the chunk before, which it would otherwise repeat as a whole.
    """
    following = words.break_within(fresh + 1, len(words), last=False) or len(words)
    sentence = words.tokens(fresh, following)
    # The next sentence stays whole where it can; what remains of the size is for repetition.
    needed = sentence if sentence <= settings.chunk_size else words.tokens(fresh, fresh + 1)
    room = min(settings.chunk_overlap, settings.chunk_size - needed)
    first = max(words.earliest(fresh, room), before + 1)
    at_break = words.break_within(first, fresh - 1, last=False)
    return first if at_break is None else at_break


def _chunk(document: Document, position: int, start: int, end: int, stretch: _Stretch) -> Chunk:
    text = document.text[start:end]
    section = _section_at(stretch.sections, start)
    identity = content_hash({"document": document.name, "position": position, "text": text})
    return Chunk(
        short(identity, _ID_DIGITS), document.name, position, text, start, end, section.heading_path, section.page
    )


def _section_at(sections: Sequence[Section], offset: int) -> Section:
    return sections[max(0, bisect_right(sections, offset, key=lambda section: section.start) - 1)]
