"""Plain text (.txt, .rst): one section."""

from __future__ import annotations

from workbench.domain.index import Section
from workbench.retrieval.loaders.parsed import Parsed, decode


def read(data: bytes) -> Parsed:
    """The text as it is. Raises FormatError when the bytes are not text."""
    text = decode(data)
    return Parsed(text, (Section(0, len(text)),))
