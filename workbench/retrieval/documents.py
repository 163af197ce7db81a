"""Documents: files and folders become texts with structure, and what is left out is named with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.domain.index import SAME_TEXT, Document, Reading
from workbench.errors import FormatError, InputError
from workbench.hashing import bytes_hash
from workbench.retrieval.file_facts import DocumentFact, FileFact, document_fact, fact_of, key_of, stamp_of, unchanged
from workbench.retrieval.files import FoundFile, Skipped, find
from workbench.retrieval.globs import matches
from workbench.retrieval.loaders.parsed import Parsed
from workbench.retrieval.loaders.rows import Rows

_LOADERS: Mapping[str, str] = {
    ".docx": "docx",
    ".htm": "html",
    ".html": "html",
    ".markdown": "markdown",
    ".md": "markdown",
    ".pdf": "pdf",
    ".rst": "text",
    ".txt": "text",
}
"""File ending to the module of `loaders` that reads it, imported once such a file is met."""

_TABLES: Mapping[str, str] = {
    ".csv": "csv_rows",
    ".jsonl": "jsonl_rows",
    ".ndjson": "jsonl_rows",
    ".tsv": "csv_rows",
}
"""As `_LOADERS`, of files that hold a document in each row."""

ENDINGS = tuple(sorted([*_LOADERS, *_TABLES]))
"""The endings of files that are read."""

_LARGEST_FILE = 100 * 1024 * 1024
"""Bytes. Larger text files are data or logs, and would fill the memory."""


@dataclass(frozen=True)
class Loaded:
    """What was read and what was not."""

    documents: tuple[Document, ...]
    """Sorted by name."""
    skipped: tuple[Skipped, ...]
    """Files, or parts of files (`plan.pdf#page=3`), left out: name and reason, sorted by name."""
    facts: Mapping[str, FileFact] = field(default_factory=dict)
    """What each file gave, by its path, as long as a later change of it would be seen."""


@dataclass(frozen=True)
class Outline:
    """What `load` would give now, without the texts."""

    documents: Mapping[str, DocumentFact]
    """By name."""
    facts: Mapping[str, FileFact]


def load(paths: Sequence[Path], reading: Reading | None = None) -> Loaded:
    """Read all documents under files and folders.

    Files that the reading rules out by their names (see `globs`) are not mentioned, nor are hidden ones. Every other
    file is read or listed in `skipped`. Of files with the same text the first by name is taken. Raises InputError when
    there is nothing to read.
    """
    reading = reading or Reading()
    files, passed_over = find(paths, _wanted(reading))
    documents: dict[str, Document] = {}
    facts: dict[str, FileFact] = {}
    skipped = list(passed_over)
    for file in files:
        stamp = stamp_of(file.path)
        read = read_file(file, reading)
        skipped.extend(read.skipped)
        if fact := fact_of(stamp, read.documents):
            facts[key_of(file.path)] = fact
        for document in read.documents:
            same = documents.setdefault(document.hash, document)
            if same is not document:
                skipped.append((document.name, f"{SAME_TEXT}{same.name}"))
    if not documents:
        raise _nothing_found(paths, reading, skipped)
    return Loaded(tuple(sorted(documents.values(), key=lambda document: document.name)), tuple(sorted(skipped)), facts)


def outline(paths: Sequence[Path], reading: Reading, known: Mapping[str, FileFact]) -> Outline:
    """What `load` would give. Files that are as known are not read. Raises InputError when a path is not there."""
    documents: dict[str, DocumentFact] = {}
    facts: dict[str, FileFact] = {}
    for file in find(paths, _wanted(reading))[0]:
        stamp = stamp_of(file.path)
        fact = unchanged(known, file.path, stamp)
        if fact is None:
            read = read_file(file, reading).documents
            fact = fact_of(stamp, read)
            found = tuple(map(document_fact, read))
        else:
            found = fact.documents
        if fact is not None:
            facts[key_of(file.path)] = fact
        for document in found:
            documents.setdefault(document.text, document)
    return Outline({document.name: document for document in documents.values()}, facts)


def unread_bytes(paths: Sequence[Path], reading: Reading, known: Mapping[str, FileFact]) -> int:
    """How much `outline` would read. Raises InputError when a path is not there."""
    stamps = ((file.path, stamp_of(file.path)) for file in find(paths, _wanted(reading))[0])
    return sum(stamp[0] for path, stamp in stamps if stamp is not None and unchanged(known, path, stamp) is None)


def read_file(file: FoundFile, reading: Reading) -> Loaded:
    """The documents of one file; what gives none is skipped with the reason."""
    try:
        rows = _rows(file, reading)
    except FormatError as error:
        place = "" if error.line is None else f" (line {error.line})"
        return Loaded((), ((file.name, error.problem + place),))
    documents = tuple(
        Document(
            f"{file.name}/{name}" if name else file.name,
            parsed.text,
            parsed.sections,
            bytes_hash(parsed.text.encode()),
            parsed.metadata,
        )
        for name, parsed in rows.documents
    )
    return Loaded(documents, tuple((f"{file.name}#{place}", reason) for place, reason in rows.left_out))


def _wanted(reading: Reading) -> Callable[[str], bool]:
    def wanted(name: str) -> bool:
        chosen = not reading.include or any(matches(name, pattern) for pattern in reading.include)
        return chosen and not any(matches(name, pattern) for pattern in reading.exclude)

    return wanted


def _rows(file: FoundFile, reading: Reading) -> Rows:
    """Parse one file; a file that is one document is a single row without a name.

    Raises FormatError with the reason when it gives no text.
    """
    ending = PurePosixPath(file.name).suffix.lower()
    if ending not in ENDINGS:
        raise FormatError(f"{f'{ending} files are' if ending else 'files without an ending are'} not read")
    data = _bytes(file.path)
    if ending in _TABLES:
        read_table: Callable[[bytes, str | None], Rows] = _loader(_TABLES[ending])
        return read_table(data, reading.text_column)
    read_text: Callable[[bytes], Parsed] = _loader(_LOADERS[ending])
    parsed = read_text(data)
    if not parsed.text.strip():
        raise FormatError("the file holds no text")
    return Rows((("", parsed),), parsed.left_out)


def _loader(module: str) -> Any:
    return import_module(f"workbench.retrieval.loaders.{module}").read


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise FormatError(f"larger than {_LARGEST_FILE // 2**20} MB; split it")
        data = path.read_bytes()
    except OSError as error:
        raise FormatError(f"cannot be read: {error.strerror}") from error
    if not data.strip():
        raise FormatError("the file is empty")
    return data


def _nothing_found(paths: Sequence[Path], reading: Reading, skipped: Sequence[Skipped]) -> InputError:
    where = ", ".join(repr(str(path)) for path in paths) or "no path at all"
    what = f"files ending in {', '.join(ENDINGS)}"
    if reading.include:
        what += f" named like {', '.join(reading.include)}"
    if reading.exclude:
        what += f" but not like {', '.join(reading.exclude)}"
    reasons = "; ".join(f"{name}: {reason}" for name, reason in skipped[:3])
    more = f"; and {len(skipped) - 3} more" if len(skipped) > 3 else ""
    hint = f"Left out: {reasons}{more}." if reasons else "Give a folder or file that holds documents."
    return InputError(f"There is nothing to index in {where}: looked for {what}.", hint=hint)
