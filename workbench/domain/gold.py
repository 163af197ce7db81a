"""Gold: which stretches of an index's documents hold the answer to a row."""

from __future__ import annotations

from dataclasses import dataclass

Range = tuple[int, int]
"""Character offsets into a document's text; the end is exclusive."""


@dataclass(frozen=True)
class GoldSpan:
    """A source span that a row names, as the stretches of one document's text that it stands for."""

    text: str
    """As the row names it: `doc`, `doc#heading`, `doc#page=3`."""
    document: str
    """The document's full name."""
    ranges: tuple[Range, ...]
    """In order, without overlap: a heading can stand at several places, and all that is below it belongs to it."""
    size: int
    """Characters in it that are not blank; at least 1."""


@dataclass(frozen=True)
class MissingSpan:
    """A source span that a row names and that is not in the index: it can be neither found nor missed."""

    text: str
    why: str
    """Such as: no document has that name."""

    def __str__(self) -> str:
        return f"{self.text} ({self.why})"


@dataclass(frozen=True)
class Gold:
    """The source spans of one row, looked up in one index."""

    spans: tuple[GoldSpan, ...] = ()
    missing: tuple[MissingSpan, ...] = ()
