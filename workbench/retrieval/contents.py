"""What an index's folder holds, and whether it is what its fingerprint says.

index.json      the index's info, and the parts its fingerprint is the hash of
chunks.jsonl    one chunk a line
embedder/       the fitted embedder
keywords/       what keyword search needs
chroma/         the vectors, in Chroma and row by row
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from workbench.domain.index import Chunk, Document, IndexInfo, IndexSettings, Reading
from workbench.errors import InputError, IntegrityError, OutdatedIndexError, UnavailableError
from workbench.hashing import TAG, bytes_hash, canonical_json, content_hash, plain, short

_FORMAT = 3
"""Raised whenever an index of the same parts would be searched differently."""
_INFO_FILE = "index.json"
_CHUNKS_FILE = "chunks.jsonl"
_EMBEDDER_FOLDER = "embedder"
_KEYWORDS_FOLDER = "keywords"
_VECTORS_FOLDER = "chroma"
_FINGERPRINT = re.compile(re.escape(TAG) + r"[0-9a-f]{64}")


@dataclass(frozen=True)
class IndexFolder:
    """The folder of one index."""

    path: Path

    @property
    def info_file(self) -> Path:
        """Written last, so that its presence means completeness."""
        return self.path / _INFO_FILE

    @property
    def embedder(self) -> Path:
        """The fitted embedder's state."""
        return self.path / _EMBEDDER_FOLDER

    @property
    def keywords(self) -> Path:
        """What keyword search needs."""
        return self.path / _KEYWORDS_FOLDER

    @property
    def vectors(self) -> Path:
        """Chroma's own folder."""
        return self.path / _VECTORS_FOLDER

    def write(self, info: IndexInfo, identity: Mapping[str, Any], chunks: Sequence[Chunk]) -> None:
        """Write everything but vectors and embedder."""
        (self.path / _CHUNKS_FILE).write_bytes(chunk_lines(chunks))
        document = {"info": _plain_info(info), "identity": plain(identity)}
        self.info_file.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")

    def read(self, fingerprint: str) -> tuple[IndexInfo, tuple[Chunk, ...]]:
        """The info and chunks of the index of this fingerprint.

        Raises UnavailableError when the folder or a part of it is missing, OutdatedIndexError when an older version of
        this program wrote it, and IntegrityError when its content is not what the fingerprint is the hash of.
        """
        parts = (self.vectors, self.embedder, self.keywords)
        if not (self.info_file.is_file() and all(part.is_dir() for part in parts)):
            raise UnavailableError(
                f"The index {short(fingerprint)} is not in {str(self.path.parent)!r}.",
                hint="Build it again from its documents: the same documents and settings give the same index.",
            )
        try:
            document = json.loads(self.info_file.read_text(encoding="utf-8"))
            identity = document["identity"]
            if identity["format"] != _FORMAT and content_hash(identity) == fingerprint:
                raise OutdatedIndexError(str(document["info"]["name"]))
            info = _info(document["info"])
            lines = (self.path / _CHUNKS_FILE).read_bytes()
            says = {
                "settings": plain(info.settings),
                "embedder_version": info.embedder_version,
                "chunks": bytes_hash(lines),
            }
            if not content_hash(identity) == info.fingerprint == fingerprint or identity != {**identity, **says}:
                raise self._damaged("its content is not what its fingerprint says")
            return info, tuple(_chunk(json.loads(line)) for line in lines.splitlines())
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise self._damaged(f"it cannot be read ({error})") from error

    def metadata(self) -> dict[str, Mapping[str, Any]]:
        """Metadata by document name, which `read` has found to be what the fingerprint says."""
        try:
            identity = json.loads(self.info_file.read_text(encoding="utf-8"))["identity"]
            return {document["name"]: document["metadata"] for document in identity["documents"]}
        except (OSError, ValueError, LookupError, TypeError, RecursionError) as error:
            raise self._damaged(f"it cannot be read ({error})") from error

    def _damaged(self, problem: str) -> IntegrityError:
        return IntegrityError(f"The index in {str(self.path)!r} is damaged: {problem}.", hint="Build it again.")


def folder_of(root: Path, fingerprint: str) -> IndexFolder:
    """Where the index of this fingerprint lies, or would lie. Raises InputError for what is no fingerprint."""
    if not _FINGERPRINT.fullmatch(fingerprint):
        raise InputError(f"{fingerprint!r} is not an index fingerprint.")
    return IndexFolder(root / short(fingerprint))


def identity_of(
    documents: Sequence[Document],
    settings: IndexSettings,
    embedder_version: str,
    vectors: bytes | memoryview,
    chunks: bytes,
) -> dict[str, Any]:
    """What an index's fingerprint is the content hash of. `vectors` are little-endian float32, row by row."""
    return {
        "format": _FORMAT,
        "documents": [
            {"name": document.name, "hash": document.hash, "metadata": plain(document.metadata)}
            for document in documents
        ],
        "settings": plain(settings),
        "embedder_version": embedder_version,
        "vectors": bytes_hash(vectors),
        "chunks": bytes_hash(chunks),
    }


def chunk_lines(chunks: Sequence[Chunk]) -> bytes:
    """Chunks as JSON, one a line."""
    return "".join(f"{canonical_json(chunk)}\n" for chunk in chunks).encode()


def _plain_info(info: IndexInfo) -> dict[str, Any]:
    """The info as JSON's own types."""
    values = {field.name: getattr(info, field.name) for field in fields(info)}
    return {
        **values,
        "settings": plain(info.settings),
        "reading": plain(info.reading),
        "created_at": info.created_at.isoformat(),
    }


def _info(values: Mapping[str, Any]) -> IndexInfo:
    return IndexInfo(
        **{
            **values,
            "settings": IndexSettings(**values["settings"]),
            "created_at": datetime.fromisoformat(values["created_at"]),
            "sources": tuple(values["sources"]),
            "skipped": tuple((name, reason) for name, reason in values["skipped"]),
            "reading": _reading(values.get("reading", {})),
        }
    )


def _reading(values: Mapping[str, Any]) -> Reading:
    """Folders that were built before this was kept have no such values."""
    return Reading(tuple(values.get("include", ())), tuple(values.get("exclude", ())), values.get("text_column"))


def _chunk(values: Mapping[str, Any]) -> Chunk:
    return Chunk(**{**values, "heading_path": tuple(values["heading_path"])})
