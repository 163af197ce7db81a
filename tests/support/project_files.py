"""Folders as they lie on the disk, for tests that nothing was left behind or changed."""

from __future__ import annotations

from pathlib import Path


def tree(directory: Path, *, without: tuple[str, ...] = (".queue", ".wal")) -> dict[str, bytes]:
    """Every file below a folder by its path; lock files and logs, which come and go, are left out."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file() and not path.name.endswith(without)
    }
