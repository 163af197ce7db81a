"""Embeddings that are kept: computed or paid for once, whatever index they are used in.

A vector is stored under its embedder's identity and the hash of its text, as little-endian float32.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice

from workbench.store.session import Session

_SLICE = 5_000
"""Vectors looked up in one query."""


def find(s: Session, embedder: str, hashes: Iterable[str]) -> dict[str, bytes]:
    """The kept vectors of these texts."""
    found: dict[str, bytes] = {}
    for wanted in _slices(hashes):
        found |= s.rows(
            "SELECT text_hash, vector FROM embeddings WHERE embedder = ? AND text_hash IN (SELECT unnest(?::VARCHAR[]))",
            [embedder, wanted],
        )
    return found


def known(s: Session, embedder: str, hashes: Iterable[str]) -> frozenset[str]:
    """Of which of these texts a vector is kept."""
    return frozenset(
        found
        for wanted in _slices(hashes)
        for (found,) in s.rows(
            "SELECT text_hash FROM embeddings WHERE embedder = ? AND text_hash IN (SELECT unnest(?::VARCHAR[]))",
            [embedder, wanted],
        )
    )


def add(s: Session, embedder: str, vectors: Mapping[str, bytes]) -> None:
    """Keep vectors by the hashes of their texts, leaving out those that are there."""
    there = known(s, embedder, vectors)
    rows = [(embedder, text_hash, vector) for text_hash, vector in vectors.items() if text_hash not in there]
    s.insert("embeddings", ("embedder", "text_hash", "vector"), rows)


def _slices(hashes: Iterable[str]) -> Iterator[Sequence[str]]:
    remaining = iter(dict.fromkeys(hashes))
    while wanted := list(islice(remaining, _SLICE)):
        yield wanted
