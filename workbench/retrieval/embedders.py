"""Embedders by name. The one used is part of an index's identity; nothing falls back to another one.

This module is itself an `EmbedderSource`, of the embedders that need nothing from outside the process. A project knows
more of them, and hands its own source to `index.build` and `index.open_index`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from workbench.domain.index import IndexInfo
from workbench.domain.protocols import Embedder
from workbench.errors import CancelledError, IntegrityError, OutdatedIndexError, UnavailableError
from workbench.retrieval import lexical

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 256
"""Texts that an embedder in this process is given at once: progress is told, and a wish to stop heeded, in between."""

OnDone = Callable[[int], None]
"""Called with the number of texts embedded so far."""


class FittedEmbedder(Embedder, Protocol):
    """An embedder that an index keeps beside its chunks, so that queries are embedded as they were."""

    def save(self, folder: Path) -> None:
        """Write into a folder what `load_embedder` needs."""
        ...


@runtime_checkable
class EmbedsMany(Protocol):
    """An embedder that cuts all texts of an index into batches itself, because several may be under way at once."""

    def embed_many(self, texts: Sequence[str], on_done: OnDone, stop: threading.Event) -> Any:
        """As `embed`. Once `stop` is set nothing more is begun, and CancelledError raised."""
        ...


class EmbedderSource(Protocol):
    """Where an index gets its embedder from."""

    def embedder_for(self, name: str, chunk_texts: Sequence[str]) -> FittedEmbedder:
        """The embedder of this name, ready for the texts of an index. Raises UnavailableError, saying why."""
        ...

    def load_embedder(self, name: str, folder: Path, version: str) -> FittedEmbedder:
        """The embedder that was saved with an index. Raises IntegrityError when it is not of this version.

        One that cannot be asked now says so when it is asked.
        """
        ...


@dataclass(frozen=True)
class _Kind:
    fit: Callable[[Sequence[str]], FittedEmbedder]
    load: Callable[[Path], FittedEmbedder]
    algorithm: int
    """What the versions of its embedders begin with."""


_KINDS: Mapping[str, _Kind] = {lexical.NAME: _Kind(lexical.fit, lexical.load, lexical.ALGORITHM)}


def is_built_in(name: str) -> bool:
    """Whether this module knows the embedder."""
    return name in _KINDS


def require_current(info: IndexInfo) -> None:
    """Raise OutdatedIndexError when an older version of this program made the embedder of an index."""
    kind = _KINDS.get(info.settings.embedder)
    if kind is not None and not info.embedder_version.startswith(f"{kind.algorithm}-"):
        raise OutdatedIndexError(info.name)


def embedder_for(name: str, chunk_texts: Sequence[str]) -> FittedEmbedder:
    """The embedder of this name, fitted on the texts of an index. Raises UnavailableError for other names."""
    return _kind(name).fit(chunk_texts)


def load_embedder(name: str, folder: Path, version: str) -> FittedEmbedder:
    """The embedder that was saved with an index. Raises IntegrityError when it is not of this version."""
    embedder = _kind(name).load(folder)
    if embedder.version != version:
        raise IntegrityError(
            f"The index was made with {name} {version}; {str(folder)!r} holds {embedder.version}.",
            hint="Build the index again.",
        )
    return embedder


def embed_many(embedder: Embedder, texts: Sequence[str], on_done: OnDone, stop: threading.Event) -> NDArray[np.float32]:
    """All texts of an index embedded, batch by batch. Raises CancelledError soon after `stop` was set."""
    import numpy as np

    if isinstance(embedder, EmbedsMany):
        made: NDArray[np.float32] = embedder.embed_many(texts, on_done, stop)
        return made
    require_going_on(stop)
    beginning = embedder.embed(texts[:BATCH])
    # One array from the beginning: batches put together at the end would be in memory twice.
    vectors = np.empty((len(texts), beginning.shape[1]), dtype=np.float32)
    vectors[: len(beginning)] = beginning
    on_done(len(beginning))
    for first in range(BATCH, len(texts), BATCH):
        require_going_on(stop)
        batch = texts[first : first + BATCH]
        vectors[first : first + len(batch)] = embedder.embed(batch)
        on_done(first + len(batch))
    return vectors


def require_going_on(stop: threading.Event) -> None:
    """Raise CancelledError once `stop` is set."""
    if stop.is_set():
        raise CancelledError("The build was cancelled.", hint="What was embedded is kept: start it again to go on.")


def _kind(name: str) -> _Kind:
    kind = _KINDS.get(name)
    if kind is None:
        raise UnavailableError(
            f"The embedder {name!r} is not available.", hint=f"Available: {', '.join(sorted(_KINDS))}."
        )
    return kind
