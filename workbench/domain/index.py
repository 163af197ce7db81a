"""Indexes: documents cut into chunks, embedded, and found again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Section:
    """A stretch of a document's text under one heading path or on one page."""

    start: int
    end: int
    """Character offsets into the document's text; `end` is exclusive."""
    heading_path: tuple[str, ...] = ()
    page: int | None = None
    """Page number from 1, for paged formats."""


@dataclass(frozen=True)
class Document:
    """A source file's text, with its structure."""

    name: str
    """Path relative to the folder that was indexed, with forward slashes: what citations and `relevant` name."""
    text: str
    sections: tuple[Section, ...]
    hash: str
    """Tagged hash of the text."""
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Chunk:
    """A piece of a document, as the index holds it."""

    id: str
    document: str
    position: int
    """Order within the document, from 0."""
    text: str
    start: int
    end: int
    heading_path: tuple[str, ...] = ()
    page: int | None = None

    @property
    def source(self) -> str:
        """How a person reads where it is from: `handbook.md › Leave › Carry-over` or `plan.pdf › page 3`."""
        parts = [self.document, *self.heading_path]
        if self.page is not None:
            parts.append(f"page {self.page}")
        return " › ".join(parts)


@dataclass(frozen=True)
class RetrievedChunk:
    """A chunk that a query found."""

    chunk: Chunk
    rank: int
    """From 1."""
    score: float
    """Higher is nearer; comparable within one query only."""
    note: str = ""
    """What should be known of its place, such as that a reranker could not tell; not stored with answers."""
    fit: float | None = field(default=None, compare=False)
    """How well it fits the query, at most 1, comparable between queries of one index: what a score floor is compared
    with. None when that is not known; not stored with answers."""


@dataclass(frozen=True)
class IndexSettings:
    """How documents become an index; with the documents, its identity."""

    embedder: str = "offline/lexical"
    chunker: str = "headings"
    """`tokens`, `sentences` or `headings`."""
    chunk_size: int = 200
    """The most tokens a chunk has."""
    chunk_overlap: int = 30
    """Tokens repeated from the chunk before."""


@dataclass(frozen=True)
class Reading:
    """Which files below an index's sources are read, and how: what a rebuild must do again."""

    include: tuple[str, ...] = ()
    """Patterns over names; empty: all."""
    exclude: tuple[str, ...] = ()
    text_column: str | None = None
    """The column of tables (CSV, JSONL) that holds the text; None: the usual names are looked for."""


SAME_TEXT = "same text as "
"""How the reason begins why a file is left out of an index that has its text already; the document's name follows."""


@dataclass(frozen=True)
class IndexInfo:
    """A built index. `fingerprint` covers documents, settings, embedder version and vectors."""

    name: str
    fingerprint: str
    settings: IndexSettings
    embedder_version: str
    documents: int
    chunks: int
    created_at: datetime
    sources: tuple[str, ...] = ()
    """The paths it was built from, as given."""
    skipped: tuple[tuple[str, str], ...] = ()
    """Files left out, each with the reason."""
    reading: Reading = field(default_factory=Reading)
