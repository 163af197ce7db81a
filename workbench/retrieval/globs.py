"""Patterns over document names: what `include`, `exclude` and a retrieval filter mean by `handbook/*.md`."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePosixPath


def matches(name: str, pattern: str) -> bool:
    """Whether a document's name fits a pattern.

    `*` stands for any characters, slashes too; `?` for one; `[ab]` for one of these. A pattern fits a name as a whole,
    its last part (`*.md`, `README.md`), or a folder above it (`drafts`, `drafts/`). Case counts.
    """
    wanted = pattern.removeprefix("./").rstrip("/")
    # In other tools `**/a.md` means a.md at any depth, the top included.
    wanted = wanted.removeprefix("**/")
    path = PurePosixPath(name)
    candidates = [path, *path.parents[:-1]]
    return any(fnmatchcase(str(candidate), wanted) or fnmatchcase(candidate.name, wanted) for candidate in candidates)
