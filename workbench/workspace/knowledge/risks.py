"""What the documents of an index hold that may harm: found when it is built, and again when the rules have changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from workbench.domain.index import Document
from workbench.domain.scan import IndexScan, Kind
from workbench.scanning.limits import LIMITS
from workbench.store import scans
from workbench.workspace.context import Context

__all__ = ["LIMITS", "in_words", "scanned"]

_LOOKS_LIKE: tuple[tuple[Kind, str], ...] = (
    ("instruction", "instructions to a model"),
    ("secret", "secrets"),
    ("personal data", "personal data"),
)


def scanned(context: Context, fingerprint: str, documents: Callable[[], Sequence[Document]]) -> IndexScan:
    """The scan of an index; its documents are asked for when they were not scanned by today's rules."""
    from workbench.scanning import scan

    known = context.read(lambda s: scans.get(s, fingerprint, scan.VERSION))
    if known is not None:
        return known
    found = scan.scan(documents())
    context.keep(lambda s: scans.add(s, fingerprint, found))
    return found


def in_words(found: IndexScan) -> str:
    """What was found as a sentence: `3 places look like instructions to a model, 2 like secrets.` Empty for nothing."""
    parts: list[str] = []
    for kind, what in _LOOKS_LIKE:
        count = found.counts.get(kind, 0)
        if count:
            places = "" if parts else " place looks" if count == 1 else " places look"
            parts.append(f"{count:,}{places} like {what}")
    return f"{', '.join(parts)}." if parts else ""
