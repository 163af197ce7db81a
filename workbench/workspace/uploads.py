"""Files that came through the browser, kept in the project so that an index can be built from them again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

from workbench.errors import InputError

FOLDER = "uploads"
LONGEST_NAME = 120
_SET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SEPARATORS = re.compile(r"[/\\]")
# What file systems or shells give a meaning to.
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')


def keep(state: Path, name: str, files: Sequence[tuple[str, bytes]]) -> Path:
    """Write files into the folder of this name; a file that was there is replaced. Returns the folder.

    A file's name is what the browser says, so only its last part is used. Raises InputError for names that cannot
    be used and for two files of one name; then nothing is written.
    """
    if not _SET_NAME.fullmatch(name) or ".." in name:
        raise InputError(f"{name!r} cannot be a folder's name.", hint="Use letters, digits, '.', '-' and '_'.")
    if not files:
        raise InputError("There is no file to keep.", hint="Choose one or more files.")
    named: dict[str, bytes] = {}
    for given, data in files:
        safe = file_name(given)
        if safe.casefold() in {known.casefold() for known in named}:
            raise InputError(f"Two files are called {safe!r}.", hint="Rename one of them.")
        named[safe] = data
    folder = state / FOLDER / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for safe, data in named.items():
            (folder / safe).write_bytes(data)
    except OSError as error:
        raise InputError(f"The files cannot be kept in {str(folder)!r}: {error.strerror or error}.") from error
    return folder


def file_name(given: str) -> str:
    """The last part of a given name, without what could lead elsewhere. Raises InputError when nothing is left."""
    last = _SEPARATORS.split(unicodedata.normalize("NFC", given))[-1]
    printable = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    safe = _UNSAFE.sub("_", printable).strip().lstrip(".")
    if not safe:
        raise InputError(f"{given!r} is no file name.", hint="Rename the file.")
    stem, dot, ending = safe.rpartition(".")
    if len(safe) > LONGEST_NAME:
        safe = stem[: LONGEST_NAME - len(dot + ending)] + dot + ending if dot else safe[:LONGEST_NAME]
    return safe[:LONGEST_NAME]
