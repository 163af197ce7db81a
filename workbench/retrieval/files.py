"""Finding the files to index: what lies under the given paths, and why a file there is not taken."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from workbench.errors import InputError

Skipped = tuple[str, str]
"""A file's name and the reason why it is not read."""


@dataclass(frozen=True)
class FoundFile:
    """A file to read."""

    name: str
    """Relative to the folder it was found under, with forward slashes."""
    path: Path


def find(paths: Sequence[Path], wanted: Callable[[str], bool]) -> tuple[tuple[FoundFile, ...], tuple[Skipped, ...]]:
    """All regular files under the paths that `wanted` takes by name, sorted by name; and those that cannot be read.

    Hidden files and folders are passed over. A file reached by several paths is found once, under its first name.
    Raises InputError for a path that is not there and for two different files of one name.
    """
    found: dict[Path, FoundFile] = {}
    skipped: list[Skipped] = []
    for path in paths:
        if path.is_dir():
            files, reasons = _walk(path, wanted)
            skipped.extend(reasons)
        elif path.exists():
            files = [FoundFile(path.name, path)] if wanted(path.name) else []
        else:
            raise InputError(f"There is no file or folder {str(path)!r}.", hint="Check the path.")
        for file in files:
            found.setdefault(file.path.resolve(), file)
    files = sorted(found.values(), key=lambda file: file.name)
    for first, second in pairwise(files):
        if first.name == second.name:
            raise InputError(
                f"Two files are called {first.name!r}: {str(first.path)!r} and {str(second.path)!r}.",
                hint="Give one folder that holds both, so that their names differ.",
            )
    return tuple(files), tuple(sorted(set(skipped)))


def _walk(root: Path, wanted: Callable[[str], bool]) -> tuple[list[FoundFile], list[Skipped]]:
    found: list[FoundFile] = []
    skipped: list[Skipped] = []
    home = root.resolve()
    folders = [(root, "")]
    while folders:
        folder, prefix = folders.pop()
        try:
            with os.scandir(folder) as entries:
                inside = list(entries)
        except OSError as error:
            skipped.append((prefix or ".", f"the folder cannot be read: {error.strerror}"))
            continue
        for entry in inside:
            if entry.name.startswith("."):
                continue
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append((Path(entry.path), f"{name}/"))
            elif wanted(name):
                reason = _refusal(entry, home)
                if reason is None:
                    found.append(FoundFile(name, Path(entry.path)))
                else:
                    skipped.append((_printable(name), reason))
    return found, skipped


def _refusal(entry: os.DirEntry[str], home: Path) -> str | None:
    """Why a directory entry is not a file to read, or None."""
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in entry.path):
        return "the name holds characters that cannot be shown; rename the file"
    if entry.is_symlink():
        try:
            target = Path(entry.path).resolve(strict=True)
        except (OSError, RuntimeError):
            return "a link that leads nowhere"
        if not target.is_relative_to(home):
            return "a link that leaves the folder"
        if any(part.startswith(".") for part in target.relative_to(home).parts):
            return "a link to a hidden file"
        if target.is_dir():
            return "a link to a folder; the files in it are read where they lie"
    return None if entry.is_file() else "not a regular file"


def _printable(name: str) -> str:
    return name if name.isprintable() else name.encode("unicode_escape", "backslashreplace").decode("ascii")
