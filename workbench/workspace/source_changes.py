"""Whether the files that an index was built from are still the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.domain.index import Document, IndexInfo


@dataclass(frozen=True)
class SourceChanges:
    """Documents by name."""

    added: Sequence[str]
    changed: Sequence[str]
    removed: Sequence[str]

    @property
    def any(self) -> bool:
        """Whether building again would give another index."""
        return bool(self.added or self.changed or self.removed)


def compare(before: Sequence[Document], now: Sequence[Document]) -> SourceChanges:
    """Hold documents against each other by the hashes of their texts."""
    old, new = ({document.name: document.hash for document in documents} for documents in (before, now))
    return SourceChanges(
        added=sorted(new.keys() - old.keys()),
        changed=sorted(name for name in old.keys() & new.keys() if old[name] != new[name]),
        removed=sorted(old.keys() - new.keys()),
    )


def source_paths(info: IndexInfo, root: Path) -> list[Path]:
    """Where an index's sources lie; relative ones are looked for in the project, else in the working directory."""
    return [root / source if (root / source).exists() else Path(source) for source in info.sources]
