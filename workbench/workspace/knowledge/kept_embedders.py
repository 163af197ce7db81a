"""Embedders whose vectors are kept in the store, so that nothing is computed or paid for twice."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.errors import IntegrityError, UnavailableError
from workbench.hashing import bytes_hash, content_hash, short
from workbench.retrieval.embedders import OnDone, require_going_on
from workbench.store import embeddings
from workbench.store.session import Session
from workbench.workspace.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

STATE_FILE = "embedder.json"
VECTOR_TYPE = "<f4"

Also = Callable[[Session], None]
"""What is stored in the transaction of some vectors, such as what they cost."""


class Keep(Protocol):
    """Takes vectors as they come."""

    def __call__(self, vectors: Mapping[str, bytes], also: Also | None = None) -> None:
        """Store vectors by the hashes of their texts. Blocking; from any thread."""
        ...


class VectorMaker(Protocol):
    """Where vectors come from that are not kept yet."""

    @property
    def name(self) -> str:
        """What people call the embedder."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever equal text could give another vector."""
        ...

    def key(self, *, query: bool) -> str:
        """Under what the vectors are kept."""
        ...

    def lacks(self) -> UnavailableError | None:
        """What is needed before more vectors can be made, as far as it can be told; None when nothing is missing."""
        ...

    def make(self, texts: Mapping[str, str], keep: Keep, *, query: bool, stop: threading.Event) -> None:
        """Make vectors of texts, which come by their hashes, and hand them over as soon as they are there.

        Once `stop` is set nothing more is begun, and CancelledError raised when all that was begun is kept.
        """
        ...


def text_hash(text: str) -> str:
    """What a text's vector is kept under."""
    return bytes_hash(text.encode("utf-8", "surrogatepass"))


@dataclass
class KeptEmbedder:
    """An embedder over a store. See `Embedder`, `FittedEmbedder` and `EmbedsMany`."""

    context: Context
    maker: VectorMaker
    dimension: int | None = None
    """Numbers of a vector; None until it is known."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def name(self) -> str:
        """What people call it."""
        return self.maker.name

    @property
    def version(self) -> str:
        """Changes whenever equal text could give another vector."""
        return self.maker.version

    def embed(self, texts: Sequence[str], *, query: bool = False) -> NDArray[np.float32]:
        """See `Embedder.embed`. Raises what the embedder's provider raises, and BudgetReachedError."""
        return self._embed(texts, lambda _done: None, threading.Event(), query=query)

    def embed_many(self, texts: Sequence[str], on_done: OnDone, stop: threading.Event) -> NDArray[np.float32]:
        """See `EmbedsMany`. One process at a time makes vectors: the others wait, and find them kept."""
        if self._all_kept(texts):
            return self._embed(texts, on_done, stop, query=False)
        with self._alone(stop):
            return self._embed(texts, on_done, stop, query=False)

    def save(self, folder: Path) -> None:
        """Write what tells whether an embedder is this one."""
        told = {"name": self.name, "version": self.version, "dimension": self.dimension}
        (folder / STATE_FILE).write_text(json.dumps(told), encoding="utf-8")

    def _embed(
        self, texts: Sequence[str], on_done: OnDone, stop: threading.Event, *, query: bool
    ) -> NDArray[np.float32]:
        import numpy as np

        key, hashes = self.maker.key(query=query), [text_hash(text) for text in texts]
        times = Counter(hashes)
        found = self.context.read_patiently(lambda s: embeddings.find(s, key, times))
        self._check(found)
        done = sum(times[one] for one in found)
        on_done(done)
        missing = {one: text for one, text in zip(hashes, texts, strict=True) if one not in found}

        def keep(vectors: Mapping[str, bytes], also: Also | None = None) -> None:
            nonlocal done
            with self._lock:
                self._check(vectors)
                self.context.write_patiently(lambda s: _store(s, key, vectors, also))
                found.update(vectors)
                done += sum(times[one] for one in vectors)
                on_done(done)

        if missing:
            self.maker.make(missing, keep, query=query, stop=stop)
        rows = np.frombuffer(b"".join(found[one] for one in hashes), dtype=VECTOR_TYPE)
        return rows.reshape(len(texts), self.dimension or 0).astype(np.float32, copy=False)

    def _check(self, vectors: Mapping[str, bytes]) -> None:
        """Refuse vectors that are not as long as the others: they are another model's."""
        import numpy as np

        for vector in vectors.values():
            length = len(vector) // np.dtype(VECTOR_TYPE).itemsize
            if self.dimension is None:
                self.dimension = length
            if length != self.dimension:
                raise IntegrityError(
                    f"The embedder {self.name!r} gave a vector of {length} numbers, and {self.dimension} before.",
                    hint="Another model answers by this name now: build a new index under another model name.",
                )

    def _all_kept(self, texts: Sequence[str]) -> bool:
        wanted, key = {text_hash(text) for text in texts}, self.maker.key(query=False)
        return wanted <= self.context.read_patiently(lambda s: embeddings.known(s, key, wanted))

    @contextmanager
    def _alone(self, stop: threading.Event) -> Iterator[None]:
        from filelock import FileLock, Timeout

        self.context.state.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.context.state / f"embedding-{short(content_hash(self.version))}.lock")
        try:
            with lock.acquire(cancel_check=stop.is_set):
                yield
        except Timeout:
            require_going_on(stop)
            raise


def _store(s: Session, key: str, vectors: Mapping[str, bytes], also: Also | None) -> None:
    embeddings.add(s, key, vectors)
    if also is not None:
        also(s)
