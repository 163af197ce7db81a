"""Embedders by name. The one used is part of an index's identity; nothing falls back to another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workbench.domain.protocols import Embedder
from workbench.errors import IntegrityError, UnavailableError
from workbench.retrieval import lexical


class FittedEmbedder(Embedder, Protocol):
    """An embedder that an index keeps beside its chunks, so that queries are embedded as they were."""

    def save(self, folder: Path) -> None:
        """Write into a folder what `load_embedder` needs."""
        ...


@dataclass(frozen=True)
class _Kind:
    fit: Callable[[Sequence[str]], FittedEmbedder]
    load: Callable[[Path], FittedEmbedder]


_KINDS: Mapping[str, _Kind] = {lexical.NAME: _Kind(lexical.fit, lexical.load)}


def check(name: str) -> None:
    """Raises UnavailableError when there is no embedder of this name."""
    _kind(name)


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


def _kind(name: str) -> _Kind:
    kind = _KINDS.get(name)
    if kind is None:
        raise UnavailableError(
            f"The embedder {name!r} is not available.", hint=f"Available: {', '.join(sorted(_KINDS))}."
        )
    return kind
