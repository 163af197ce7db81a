"""What settings make of documents before anything is built: how many chunks, and how long they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.domain.index import Document, IndexSettings

MOST_CHARACTERS = 2_000_000
"""Cutting as much takes about a second; of more, the first documents stand for all."""


@dataclass(frozen=True)
class Cuts:
    """The chunks that documents give."""

    documents: int
    """How many were cut."""
    of: int
    sizes: tuple[int, ...]
    """Tokens of each chunk."""
    characters: int
    """Of the documents that were cut."""
    characters_in_all: int

    @property
    def complete(self) -> bool:
        """Whether every document was cut."""
        return self.documents == self.of

    @property
    def chunks(self) -> int:
        """How many chunks all documents give: counted, or scaled up by length from those that were cut."""
        if self.complete:
            return len(self.sizes)
        return round(len(self.sizes) * self.characters_in_all / max(1, self.characters))

    @property
    def tokens(self) -> int:
        """How many tokens all chunks have: what an embedder is given. Scaled up in the same way."""
        counted = sum(self.sizes)
        return counted if self.complete else round(counted * self.characters_in_all / max(1, self.characters))


def cuts(documents: Sequence[Document], settings: IndexSettings) -> Cuts:
    """Cut documents, as many as are cut in a moment. Raises InputError for settings that cannot work."""
    from workbench.retrieval.chunking import cut
    from workbench.text.tokens import count

    sizes: list[int] = []
    done = characters = 0
    for document in documents:
        if done and characters + len(document.text) > MOST_CHARACTERS:
            break
        sizes += [count(chunk.text) for chunk in cut(document, settings)]
        characters += len(document.text)
        done += 1
    in_all = sum(len(document.text) for document in documents)
    return Cuts(done, len(documents), tuple(sizes), characters, in_all)
