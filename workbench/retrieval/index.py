"""Building indexes and opening them.

An index is immutable: built by one process in a folder beside its place, put into place by one rename, and only read
ever after. So whatever is in place is complete, a killed build leaves only a folder that the next build removes, and
readers need no lock.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.domain.index import Chunk, Document, IndexInfo, IndexSettings, Reading
from workbench.errors import InputError, IntegrityError, StoreBusyError, StoreError, UnavailableError
from workbench.hashing import content_hash
from workbench.retrieval import chunking, embedders
from workbench.retrieval.contents import IndexFolder, chunk_lines, folder_of, identity_of
from workbench.retrieval.embedders import EmbedderSource, FittedEmbedder
from workbench.retrieval.keywords import KeywordSearch
from workbench.retrieval.retriever import ChromaRetriever
from workbench.whole_files import unwritable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

OnProgress = Callable[[int, int], None]
"""Called with the steps done and the steps in all; a chunk is two steps, embedding it and writing it."""

_LOCK_FILE = "build.lock"
_LOCK_TIMEOUT_S = 600.0
"""Writing a large index takes minutes; a process that waits longer says so instead."""
_UNFINISHED = ".unfinished"
_REPLACED = ".replaced"


def build(
    root: Path,
    name: str,
    documents: Sequence[Document],
    settings: IndexSettings,
    *,
    sources: tuple[str, ...] = (),
    skipped: tuple[tuple[str, str], ...] = (),
    reading: Reading | None = None,
    now: datetime,
    embedding: EmbedderSource = embedders,
    on_progress: OnProgress | None = None,
    stop: threading.Event | None = None,
) -> IndexInfo:
    """Build an index in its folder under `root`, or reuse it when it is there already.

    `sources`, `skipped` and `reading` are recorded as given; `now` is naive UTC, and a reused index keeps the time at
    which it was built. `embedding` gives the embedder that the settings name. Once `stop` is set nothing is put in
    place any more. Raises InputError for settings or documents that give no index, what the embedder raises,
    CancelledError, StoreBusyError when another process builds for too long, StoreError when the disk fails.
    """
    report, halt = on_progress or (lambda _done, _total: None), stop or threading.Event()
    ordered = _in_order(documents)
    chunks = _cut(name, ordered, settings)
    texts = [chunking.searchable(chunk) for chunk in chunks]
    embedder = embedding.embedder_for(settings.embedder, texts)
    steps = 2 * len(chunks)
    report(0, steps)
    vectors = embedders.embed_many(embedder, texts, lambda done: report(done, steps), halt)
    # Not copied: the vectors of a large index are most of what memory holds.
    digits = vectors.astype("<f4", order="C", copy=False).data
    identity = identity_of(ordered, settings, embedder.version, digits, chunk_lines(chunks))
    info = IndexInfo(
        name=name,
        fingerprint=content_hash(identity),
        settings=settings,
        embedder_version=embedder.version,
        documents=len(ordered),
        chunks=len(chunks),
        created_at=now,
        sources=sources,
        skipped=skipped,
        reading=reading or Reading(),
    )

    made = _Made(info, identity, chunks, vectors, embedder)

    def written(done: int) -> None:
        embedders.require_going_on(halt)
        report(len(chunks) + done, steps)

    place = folder_of(root, info.fingerprint)
    try:
        built_at = _put_in_place(place, info, lambda folder: made.write(folder, written), embedding, halt)
    except OSError as error:
        said = unwritable(root, error)
        raise StoreError(f"The index was not built: {said.message}", hint=said.hint) from error
    report(steps, steps)
    return replace(info, created_at=built_at)


@dataclass(frozen=True)
class _Made:
    """What an index's folder is written from."""

    info: IndexInfo
    identity: dict[str, Any]
    chunks: Sequence[Chunk]
    vectors: NDArray[np.float32]
    embedder: FittedEmbedder

    def write(self, folder: IndexFolder, on_batch: Callable[[int], None]) -> None:
        """Write all of it into a new folder, the info last; `on_batch` hears how many vectors are written so far."""
        from workbench.retrieval import vectors

        folder.embedder.mkdir()
        self.embedder.save(folder.embedder)
        folder.keywords.mkdir()
        KeywordSearch.of([chunking.keyword_text(chunk) for chunk in self.chunks]).save(folder.keywords)
        vectors.write(folder.vectors, self.chunks, self.vectors, on_batch)
        folder.write(self.info, self.identity, self.chunks)


def open_index(root: Path, info: IndexInfo, embedding: EmbedderSource = embedders) -> ChromaRetriever:
    """The index of this info, opened for searching; opened once per process.

    `embedding` gives the embedder for questions; the one given last is asked by all who opened the index. Raises
    UnavailableError when its folder is missing (it can be built again) and IntegrityError when what lies there is not
    the index of this fingerprint.
    """
    folder = folder_of(root, info.fingerprint)
    key = str(folder.path.resolve())
    with _opened_lock:
        stamp = _stamp(folder)
        known = _opened.get(key)
        if known is not None and known[0] == stamp:
            known[1].embed_by(embedding)
            return known[1]
        if known is not None:
            # The folder was deleted or built anew: Chroma would go on reading the files that were there.
            del _opened[key]
            known[1].close()
        stored, chunks = folder.read(info.fingerprint)
        retriever = ChromaRetriever(folder, stored, chunks, embedding)
        _opened[key] = (stamp, retriever)
        return retriever


def close_index(root: Path, fingerprint: str) -> None:
    """Let go of an index that was opened here, and of the memory it takes. Opening it again is always possible."""
    with _opened_lock:
        known = _opened.pop(str(folder_of(root, fingerprint).path.resolve()), None)
    if known is not None:
        known[1].close()


def prune(root: Path, keep: Collection[str]) -> list[str]:
    """Delete the folders of all indexes under `root` but those with the fingerprints to keep; returns their names.

    Waits while an index is being built. Raises StoreBusyError when that takes too long, StoreError when the disk fails.
    """
    if not root.is_dir():
        return []
    kept = {folder_of(root, fingerprint).path.name for fingerprint in keep}
    removed = []
    try:
        with _alone_in(root, threading.Event()):
            _remove_leftovers(root)
            for folder in sorted(root.iterdir()):
                if folder.name not in kept and IndexFolder(folder).info_file.is_file():
                    # Renamed first, so that no half index is ever visible.
                    shutil.rmtree(folder.rename(folder.with_name(folder.name + _REPLACED)))
                    removed.append(folder.name)
    except OSError as error:
        said = unwritable(root, error)
        raise StoreError(f"An index was not deleted: {said.message}", hint=said.hint) from error
    return removed


_opened: dict[str, tuple[tuple[int, int] | None, ChromaRetriever]] = {}
_opened_lock = threading.Lock()


def _stamp(folder: IndexFolder) -> tuple[int, int] | None:
    """Tells one build of a folder from another; None when there is none."""
    try:
        found = folder.info_file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns


def _in_order(documents: Sequence[Document]) -> tuple[Document, ...]:
    """By name, so that the order in which they were found is no part of an index's identity."""
    ordered = tuple(sorted(documents, key=lambda document: document.name))
    for first, second in pairwise(ordered):
        if first.name == second.name:
            raise InputError(f"Two documents are called {first.name!r}.", hint="Rename one of them.")
    return ordered


def _cut(name: str, documents: Sequence[Document], settings: IndexSettings) -> tuple[Chunk, ...]:
    chunks = tuple(chunk for document in documents for chunk in chunking.cut(document, settings))
    if not chunks:
        raise InputError(f"The documents of index {name!r} hold no text.", hint="Give it documents that do.")
    return chunks


def _put_in_place(
    place: IndexFolder,
    info: IndexInfo,
    write: Callable[[IndexFolder], None],
    embedding: EmbedderSource,
    stop: threading.Event,
) -> datetime:
    """Make sure that the index is in place; returns when it was built. One process at a time works under a root."""
    place.path.parent.mkdir(parents=True, exist_ok=True)
    with _alone_in(place.path.parent, stop):
        _remove_leftovers(place.path.parent)
        try:
            return _checked(place, info.fingerprint, embedding).created_at
        except (UnavailableError, IntegrityError):
            _write_and_rename(place, write)
            return info.created_at


@contextmanager
def _alone_in(root: Path, stop: threading.Event) -> Iterator[None]:
    """While nobody else changes what lies under a root."""
    from filelock import FileLock, Timeout

    try:
        with FileLock(root / _LOCK_FILE).acquire(timeout=_LOCK_TIMEOUT_S, cancel_check=stop.is_set):
            embedders.require_going_on(stop)
            yield
    except Timeout as error:
        embedders.require_going_on(stop)
        raise StoreBusyError(
            f"Another process is building an index in {str(root)!r}.", hint="Wait until it is done and try again."
        ) from error


def _checked(place: IndexFolder, fingerprint: str, embedding: EmbedderSource) -> IndexInfo:
    """The info of an index that is in place and whole; raises as `open_index` and a first search would."""
    stored, chunks = place.read(fingerprint)
    retriever = ChromaRetriever(place, stored, chunks, embedding)
    try:
        retriever.open_vectors()
        retriever.open_keywords()
    finally:
        retriever.close()
    return stored


def _write_and_rename(place: IndexFolder, write: Callable[[IndexFolder], None]) -> None:
    unfinished = place.path.with_name(place.path.name + _UNFINISHED)
    unfinished.mkdir()
    try:
        write(IndexFolder(unfinished))
        if place.path.exists():
            place.path.rename(place.path.with_name(place.path.name + _REPLACED))
        unfinished.rename(place.path)
    finally:
        _remove_leftovers(place.path.parent)


def _remove_leftovers(root: Path) -> None:
    """Delete what builds left unfinished. Only under the lock, where no other build is under way."""
    for folder in root.iterdir():
        if folder.name.endswith((_UNFINISHED, _REPLACED)):
            shutil.rmtree(folder)
