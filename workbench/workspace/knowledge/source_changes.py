"""Whether the files that an index was built from are still the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench.domain.index import IndexInfo
from workbench.errors import InputError
from workbench.hashing import content_hash
from workbench.store import indexes
from workbench.workspace.context import Context
from workbench.workspace.knowledge import source_facts

if TYPE_CHECKING:
    from workbench.retrieval.file_facts import DocumentFact

_MOST_READ_IN_PASSING = 20 * 2**20
"""Bytes. More takes longer than looking at a project should."""


@dataclass(frozen=True)
class SourceChanges:
    """Documents by name."""

    added: Sequence[str]
    changed: Sequence[str]
    removed: Sequence[str]

    @property
    def any(self) -> bool:
        """Whether building again would give another index."""
        return bool(self.count)

    @property
    def count(self) -> int:
        """How many documents are new, changed or gone."""
        return len(self.added) + len(self.changed) + len(self.removed)


def changes(context: Context, info: IndexInfo) -> SourceChanges:
    """How the files differ from what the index was built from; files that are as they were are not read.

    Raises InputError when the files are gone.
    """
    from workbench.retrieval.documents import outline

    known = source_facts.known(context.state, info)
    now = outline(source_paths(info, context.root), info.reading, known)
    if now.facts != known:
        source_facts.keep(context.state, info, now.facts)
    return _compare(context.read(lambda s: indexes.document_hashes(s, info.fingerprint)), now.documents)


def stale(context: Context, infos: Sequence[IndexInfo]) -> list[tuple[IndexInfo, SourceChanges]]:
    """The indexes whose files have changed. Those whose files are gone, or too much to read now, are left out."""
    from workbench.retrieval.documents import unread_bytes

    found = []
    for info in infos:
        known = source_facts.known(context.state, info)
        try:
            if unread_bytes(source_paths(info, context.root), info.reading, known) > _MOST_READ_IN_PASSING:
                continue
            difference = changes(context, info)
        except InputError:
            continue
        if difference.any:
            found.append((info, difference))
    return found


def _compare(before: Sequence[tuple[str, str, Mapping[str, object]]], now: Mapping[str, DocumentFact]) -> SourceChanges:
    old = {name: (text, content_hash(metadata)) for name, text, metadata in before}
    new = {name: (fact.text, fact.metadata) for name, fact in now.items()}
    return SourceChanges(
        added=sorted(new.keys() - old.keys()),
        changed=sorted(name for name in old.keys() & new.keys() if old[name] != new[name]),
        removed=sorted(old.keys() - new.keys()),
    )


def recorded(paths: Sequence[Path], root: Path) -> tuple[str, ...]:
    """How sources are kept with an index: within the project relative to it, else in full."""
    full = (path.absolute() for path in paths)
    return tuple(path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path) for path in full)


def source_paths(info: IndexInfo, root: Path) -> list[Path]:
    """Where an index's sources lie; relative ones are looked for in the project, else in the working directory.

    Raises InputError when they are not known.
    """
    if not info.sources:
        raise InputError(
            f"It is not known which files {info.name!r} was built from.", hint="Build it from a folder or files."
        )
    return [root / source if (root / source).exists() else Path(source) for source in info.sources]
