"""What files gave when they were read, kept so that those that are as they were need not be read again."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.index import Document
from workbench.hashing import content_hash

Stamp = tuple[int, int, int]
"""Size in bytes, and when content and entry of a file changed last, in nanoseconds."""

_SETTLED_NS = 2_000_000_000
"""A file younger than this when it is read may change again without its times showing it."""


@dataclass(frozen=True)
class DocumentFact:
    """A document, without its text."""

    name: str
    text: str
    """Hash of the text."""
    metadata: str
    """Hash of the metadata."""


@dataclass(frozen=True)
class FileFact:
    """What reading a file gave. One that is skipped gave no documents."""

    stamp: Stamp
    documents: tuple[DocumentFact, ...]


def document_fact(document: Document) -> DocumentFact:
    """What tells a document from a changed one."""
    return DocumentFact(document.name, document.hash, content_hash(document.metadata))


def key_of(path: Path) -> str:
    """What a file's facts are kept under."""
    return os.path.abspath(path)  # noqa: PTH100 (resolving links would ask the disk for every file)


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of a file, or None when it cannot be asked for one."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def fact_of(stamp: Stamp | None, documents: Sequence[Document]) -> FileFact | None:
    """The fact to keep of a file that had this stamp before it was read; None when it may change unseen."""
    if stamp is None or max(stamp[1:]) > time.time_ns() - _SETTLED_NS:
        return None
    return FileFact(stamp, tuple(document_fact(document) for document in documents))


def unchanged(known: Mapping[str, FileFact], path: Path, stamp: Stamp | None) -> FileFact | None:
    """What is known of a file that has this stamp now, if it is as it was."""
    fact = known.get(key_of(path))
    return fact if fact is not None and fact.stamp == stamp else None
