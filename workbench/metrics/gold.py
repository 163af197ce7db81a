"""Gold spans in an index: where they are, and from which rank on they are found.

A row names stretches of documents, never chunks, so that ways of cutting can be compared. A span is found when the
chunks found together cover half of it or more, counted in characters that are not blank.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from workbench.domain.gold import Gold, GoldSpan, MissingSpan, Range
from workbench.domain.index import SAME_TEXT, Chunk, Document, RetrievedChunk
from workbench.metrics.spans import SourceSpan, parse_span
from workbench.metrics.text import plain

HALF = 0.5
"""The share of a span that must be covered for it to be found."""


class DocumentNames:
    """The names of an index's documents, and which of them a name in a row means."""

    def __init__(self, names: Iterable[str], skipped: Iterable[tuple[str, str]] = ()) -> None:
        """`skipped` are files that were left out of the index, each with the reason.

        One that was left out because another has the same text means that other.
        """
        self._skipped = tuple(skipped)
        self._whole: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._last: defaultdict[str, dict[str, None]] = defaultdict(dict)
        known = dict.fromkeys(names)
        for name in known:
            self._add(name, name)
        for file, reason in self._skipped:
            other = reason.removeprefix(SAME_TEXT)
            if other != reason and other in known:
                self._add(file, other)

    def meant(self, wanted: str) -> list[str]:
        """The documents that a name means: those of that whole name, or else of that file name, in any folder."""
        whole = self._whole.get(plain(wanted), {})
        if wanted in whole:
            return [wanted]
        return list(whole or self._last.get(plain(wanted), {}))

    def meant_by(self, span: SourceSpan) -> list[str]:
        """The documents that a span may lie in."""
        return self.meant(span.written) or self.meant(span.document)

    def _add(self, name: str, document: str) -> None:
        """Let a name, and its last part alone, mean a document."""
        whole = plain(name)
        self._whole[whole][document] = None
        self._last[whole.rpartition("/")[2]][document] = None

    def why_unknown(self, span: SourceSpan) -> str:
        """Why no document has the name of a span."""
        left_out = next((reason for file, reason in self._skipped if span.in_document(file)), None)
        if left_out is not None:
            return f"the file was left out of the index: {left_out}"
        return "no document of the index has that name"


def needed(relevant: Iterable[str], names: DocumentNames) -> set[str]:
    """The documents that the spans of some rows may lie in: the only ones that need to be read."""
    return {name for text in relevant for name in names.meant_by(parse_span(text))}


def resolve_all(relevant: Iterable[str], names: DocumentNames, documents: Mapping[str, Document]) -> Gold:
    """Look a row's spans up in an index. `documents` are at least those that are `needed`, by name."""
    found: list[GoldSpan] = []
    missing: list[MissingSpan] = []
    for text in dict.fromkeys(relevant):
        span = resolve(text, names, documents)
        if isinstance(span, GoldSpan):
            found.append(span)
        else:
            missing.append(span)
    return Gold(tuple(found), tuple(missing))


def resolve(text: str, names: DocumentNames, documents: Mapping[str, Document]) -> GoldSpan | MissingSpan:
    """Look one span up in an index: where it is, or why it is not there."""
    span = parse_span(text)
    whole = names.meant(span.written)
    within = whole or names.meant(span.document)
    if not within:
        return MissingSpan(text, names.why_unknown(span))
    ranges = {name: [(0, len(documents[name].text))] if whole else _part(documents[name], span) for name in within}
    holding = [name for name in within if ranges[name]]
    if not holding:
        part = f"page {span.page}" if span.page is not None else f"heading {span.heading!r}"
        return MissingSpan(text, f"{within[0]} has no {part}" if len(within) == 1 else f"no document has that {part}")
    if len(holding) > 1:
        return MissingSpan(text, f"it may mean {' or '.join(sorted(holding)[:3])}: name the folder too")
    document, merged = documents[holding[0]], _merged(ranges[holding[0]])
    size = sum(filled(document.text[start:end]) for start, end in merged)
    return GoldSpan(text, document.name, merged, size) if size else MissingSpan(text, "it holds no text")


def covered(span: GoldSpan, chunks: Iterable[Chunk]) -> float:
    """The share of a span, 0 to 1, that chunks cover together. What several of them repeat counts once."""
    return sum(_new_characters(span, chunks)) / span.size


def found_rank(span: GoldSpan, ranked: Sequence[Chunk]) -> int | None:
    """The rank, from 1, with which half of the span or more is covered; None when all of them together do not."""
    total = 0
    for rank, new in enumerate(_new_characters(span, ranked), 1):
        total += new
        if total >= HALF * span.size:
            return rank
    return None


def lies_in(chunk: Chunk, spans: Collection[GoldSpan]) -> bool:
    """Whether a chunk is right: half of it or more is gold, or it alone holds half of a span or more."""
    own = [span for span in spans if span.document == chunk.document]
    if any(covered(span, [chunk]) >= HALF for span in own):
        return True
    ranges = _merged([stretch for span in own for stretch in span.ranges])
    gold = sum(filled(_text_within(chunk, stretch)) for stretch in ranges)
    return gold > 0 and gold >= HALF * filled(chunk.text)


def chunks_of(found: Iterable[RetrievedChunk]) -> list[Chunk]:
    """The chunks that a search found, in order."""
    return [retrieved.chunk for retrieved in found]


def _part(document: Document, span: SourceSpan) -> list[Range]:
    sections = [section for section in document.sections if span.holds_part(section.heading_path, section.page)]
    return [(section.start, section.end) for section in sections]


def _merged(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The same stretches in order and without overlap."""
    merged: list[Range] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _new_characters(span: GoldSpan, chunks: Iterable[Chunk]) -> Iterable[int]:
    """For each chunk the characters of the span, blanks left out, that no chunk before it covered."""
    left = list(span.ranges)
    for chunk in chunks:
        if chunk.document != span.document:
            yield 0
            continue
        yield sum(filled(_text_within(chunk, stretch)) for stretch in left)
        left = [piece for stretch in left for piece in _without(stretch, (chunk.start, chunk.end))]


def _text_within(chunk: Chunk, stretch: Range) -> str:
    first, last = max(chunk.start, stretch[0]), min(chunk.end, stretch[1])
    return chunk.text[first - chunk.start : last - chunk.start] if first < last else ""


def _without(stretch: Range, cut: Range) -> list[Range]:
    """What is left of a stretch when another is taken out of it."""
    before, after = (stretch[0], min(stretch[1], cut[0])), (max(stretch[0], cut[1]), stretch[1])
    return [piece for piece in (before, after) if piece[0] < piece[1]]


def filled(text: str) -> int:
    """How many characters are not blank."""
    return len("".join(text.split()))
