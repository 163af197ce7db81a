"""Indexes and the documents they were built from, so that a deleted index can be built again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.domain.index import Document, IndexInfo, Section
from workbench.errors import NotFoundError
from workbench.store import content
from workbench.store.codec import decode, encode
from workbench.store.session import Session

_DOCUMENT_COLUMNS = ("fingerprint", "position", "name", "text_hash", "sections", "metadata")


def add(s: Session, info: IndexInfo, documents: Sequence[Document]) -> None:
    """Make `info` the newest index of its name and keep its documents.

    Building the same index again stores nothing, unless it was read from elsewhere or otherwise; another name for the
    same index shares its documents.
    """
    known = versions(s, info.name)
    if known and replace(known[-1], created_at=info.created_at) == info:
        return
    if s.row("SELECT 1 FROM indexes WHERE fingerprint = ? LIMIT 1", [info.fingerprint]) is None:
        content.add_once(s, "texts", {document.hash: document.text for document in documents})
        rows = [
            (info.fingerprint, position, doc.name, doc.hash, encode(doc.sections), encode(doc.metadata))
            for position, doc in enumerate(documents)
        ]
        s.insert("index_documents", _DOCUMENT_COLUMNS, rows)
    s.insert("indexes", ("name", "fingerprint", "info"), [(info.name, info.fingerprint, encode(info))])


def get(s: Session, name: str) -> IndexInfo:
    """The newest index of a name. Raises NotFoundError with the nearest names."""
    known = versions(s, name)
    if not known:
        raise NotFoundError("index", name, [info.name for info in latest(s)])
    return known[-1]


def by_fingerprint(s: Session, fingerprint: str) -> IndexInfo:
    """An index by its identity, under its newest name. Raises NotFoundError."""
    row = s.row("SELECT info FROM indexes WHERE fingerprint = ? ORDER BY rowid DESC LIMIT 1", [fingerprint])
    if row is None:
        raise NotFoundError("index with the fingerprint", fingerprint)
    return decode(IndexInfo, row[0])


def documents(s: Session, fingerprint: str, names: Collection[str] | None = None) -> tuple[Document, ...]:
    """What an index was built from, in order; of it only what `names` has, if given. Raises NotFoundError."""
    by_fingerprint(s, fingerprint)
    rows = s.rows(
        "SELECT d.name, t.content, d.sections, t.hash, d.metadata FROM index_documents d "
        "JOIN texts t ON t.hash = d.text_hash WHERE d.fingerprint = ? "
        "AND (?::VARCHAR[] IS NULL OR d.name IN (SELECT unnest(?::VARCHAR[]))) ORDER BY d.position",
        [fingerprint, *([None if names is None else list(names)] * 2)],
    )
    return tuple(_document(row) for row in rows)


def document_hashes(s: Session, fingerprint: str) -> list[tuple[str, str, Mapping[str, Any]]]:
    """Name, hash of the text and metadata of what an index was built from: as `documents`, without the texts."""
    rows = s.rows("SELECT name, text_hash, metadata FROM index_documents WHERE fingerprint = ?", [fingerprint])
    return [(name, text_hash, decode(dict[str, Any], metadata)) for name, text_hash, metadata in rows]


def latest(s: Session) -> list[IndexInfo]:
    """The newest index of every name, by name."""
    rows = s.rows(
        "SELECT info FROM indexes QUALIFY row_number() OVER (PARTITION BY name ORDER BY rowid DESC) = 1 ORDER BY name"
    )
    return [decode(IndexInfo, info) for (info,) in rows]


def in_use(s: Session) -> frozenset[str]:
    """The fingerprints of the newest index of every name, and of every index that a run searched."""
    searched = s.rows(
        "SELECT DISTINCT unnest(json_extract_string(plan, '$.arms[*].index_fingerprint')) AS fingerprint FROM runs"
    )
    found = {fingerprint for (fingerprint,) in searched if fingerprint is not None}
    return frozenset(found | {info.fingerprint for info in latest(s)})


def versions(s: Session, name: str) -> list[IndexInfo]:
    """All indexes that ever had this name, oldest first."""
    return [
        decode(IndexInfo, info) for (info,) in s.rows("SELECT info FROM indexes WHERE name = ? ORDER BY rowid", [name])
    ]


def _document(row: tuple[Any, ...]) -> Document:
    name, text, sections, text_hash, metadata = row
    return Document(name, text, decode(tuple[Section, ...], sections), text_hash, decode(dict[str, Any], metadata))
