"""The copies of the store that are kept beside it."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FOLDER = "copies"
KEPT = 3
"""So many copies stay; older ones are removed when a new one is complete."""
RESTORE_IT = "Something was removed from the store: `workbench restore FILE` brings back an archive, or a kept copy."
"""The way out where rows are gone."""
_TIME = "%Y%m%dT%H%M%S.%fZ"
_TIME_LENGTH = 23


@dataclass(frozen=True)
class StoreCopy:
    """A copy of the store that was kept."""

    path: Path
    made_at: datetime
    """Naive UTC."""
    size: int
    """Bytes."""


def copies(path: Path) -> Sequence[StoreCopy]:
    """The copies kept of the store at `path`, the newest first."""
    found = []
    for file in (path.parent / FOLDER).glob(f"{path.stem}-*{path.suffix}"):
        with contextlib.suppress(ValueError, OSError):
            when = file.name.removeprefix(f"{path.stem}-")[:_TIME_LENGTH]
            found.append(StoreCopy(file, datetime.strptime(when, _TIME), file.stat().st_size))  # noqa: DTZ007 (UTC)
    return sorted(found, key=lambda copy: (copy.made_at, copy.path.name), reverse=True)


def copy_name(path: Path, why: str) -> Path:
    """Where a copy of now goes; `why` is part of its name, such as `before-m011_releasing`."""
    return path.parent / FOLDER / f"{path.stem}-{datetime.now(UTC).strftime(_TIME)}-{why}{path.suffix}"
