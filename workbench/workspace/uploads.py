"""Files that came through the browser, kept in the project so that an index can be built from them again.

What a browser says about a file is not to be trusted: names may lead elsewhere, be hidden, or stand twice. A folder
keeps its subfolders, because documents are known by their paths.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import InputError
from workbench.whole_files import unwritable, write_whole

FOLDER = "uploads"
LONGEST_NAME = 120
MOST_FILES = 5_000
MOST_BYTES = 1024 * 1024 * 1024
"""A browser hands files over in memory; larger collections are read where they lie."""
_DEEPEST = 20
_SET_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SEPARATORS = re.compile(r"[/\\]")
_DRIVE = re.compile(r"[A-Za-z]:")
# What file systems or shells give a meaning to.
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_NOT_FOR_NAMES = re.compile(r"[^A-Za-z0-9._-]+")
_UNFINISHED = "uploads-unfinished"
_BEFORE = "uploads-before"
"""Beside the folder of uploads: what each set was before it was last changed, so that the change can be undone."""


@dataclass(frozen=True)
class Kept:
    """Files that are in the project now."""

    folder: Path
    files: int
    left_out: tuple[tuple[str, str], ...] = ()
    """Files that were not kept, by the name the browser gave, each with the reason."""


def keep(state: Path, name: str, files: Sequence[tuple[str, bytes]], *, replace: bool = False) -> Kept:
    """Write files into the folder of this name, subfolders as their names say.

    A folder that all names begin with is the one that was chosen, and left away. A file that was there is replaced;
    with `replace`, the folder then holds these files alone. What the folder was before is kept aside: `take_back`.
    Raises InputError for a name that cannot be a folder's, for no usable file and for too many; then nothing is
    written, as when the disk is full.
    """
    if not _SET_NAME.fullmatch(name) or ".." in name:
        raise InputError(f"{name!r} cannot be a folder's name.", hint="Use letters, digits, '.', '-' and '_'.")
    _check_amount(files)
    named, left_out = _named(files)
    if not named:
        reasons = "; ".join(f"{given}: {reason}" for given, reason in left_out[:3])
        raise InputError("There is no file to keep.", hint=reasons or "Choose one or more files.")
    folder = state / FOLDER / name
    fresh = state / _UNFINISHED / name
    try:
        shutil.rmtree(fresh, ignore_errors=True)
        if folder.is_dir() and not replace:
            shutil.copytree(folder, fresh, copy_function=_same_file)
        for safe, data in named.items():
            write_whole(fresh / safe, data)
        _put_in_place(fresh, folder, state / _BEFORE / name)
    except OSError as error:
        raise unwritable(folder, error) from error
    finally:
        shutil.rmtree(fresh.parent, ignore_errors=True)
    return Kept(folder, len(named), tuple(left_out))


def is_kept(state: Path, name: str) -> bool:
    """Whether files are kept under this name already."""
    return bool(_SET_NAME.fullmatch(name)) and (state / FOLDER / name).is_dir()


def has_before(state: Path, name: str) -> bool:
    """Whether the files are kept that were there under this name before it was last changed."""
    return bool(_SET_NAME.fullmatch(name)) and (state / _BEFORE / name).is_dir()


def take_back(state: Path, name: str) -> None:
    """Exchange the files of this name for those of before. Raises InputError when there are none."""
    if not has_before(state, name):
        raise InputError(f"Nothing is kept that {name!r} was before.", hint="Bring the documents again.")
    folder, before, aside = state / FOLDER / name, state / _BEFORE / name, state / _UNFINISHED / name
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.parent.mkdir(exist_ok=True)
        before.rename(aside)
        _put_in_place(aside, folder, before)
    except OSError as error:
        raise unwritable(folder, error) from error


def proposed_name(given: Iterable[str]) -> str:
    """What to keep files as: the folder they were chosen in, made a usable name; `documents` where there is none."""
    common = _common_folder([_parts(name) for name in given]) or ""
    ascii_only = unicodedata.normalize("NFKD", common).encode("ascii", "ignore").decode()
    name = _NOT_FOR_NAMES.sub("-", ascii_only).strip("-._")[:100].replace("..", ".")
    return name if _SET_NAME.fullmatch(name) else "documents"


def _check_amount(files: Sequence[tuple[str, bytes]]) -> None:
    size = sum(len(data) for _, data in files)
    if len(files) <= MOST_FILES and size <= MOST_BYTES:
        return
    raise InputError(
        f"These are {len(files):,} files with {size / 2**20:,.0f} MB. Through the browser come at most {MOST_FILES:,} "
        f"files and {MOST_BYTES // 2**20:,} MB at once.",
        hint="Type the folder's path instead: its files are read where they lie.",
    )


def _named(files: Sequence[tuple[str, bytes]]) -> tuple[dict[str, bytes], list[tuple[str, str]]]:
    """Files by safe path, and those that cannot be kept with the reason."""
    paths = [_parts(given) for given, _ in files]
    skip = 1 if _common_folder(paths) else 0
    named: dict[str, bytes] = {}
    taken: dict[str, str] = {}
    left_out: list[tuple[str, str]] = []
    for (given, data), parts in zip(files, paths, strict=True):
        inside = [_safe(part) for part in parts[skip:]]
        path = "/".join(inside)
        reason = _refusal(inside, path, taken)
        if reason is not None:
            left_out.append((given, reason))
            continue
        named[path] = data
        for end in range(1, len(inside) + 1):
            above = "/".join(inside[:end])
            taken.setdefault(above.casefold(), "file" if end == len(inside) else "folder")
    return named, left_out


def _refusal(parts: Sequence[str], path: str, taken: dict[str, str]) -> str | None:
    """Why a file cannot be kept under this path, or None."""
    if not parts or not all(parts):
        return "its name cannot be used; rename the file"
    if any(part.startswith(".") for part in parts):
        return "hidden"
    if len(parts) > _DEEPEST:
        return f"lies more than {_DEEPEST} folders deep"
    folded = path.casefold()
    if folded in taken:
        return f"another {taken[folded]} is called {path!r}"
    above = ["/".join(parts[:end]).casefold() for end in range(1, len(parts))]
    if any(taken.get(folder) == "file" for folder in above):
        return "a file is called as the folder it lies in"
    return None


def _parts(given: str) -> list[str]:
    """The folders and the name in what a browser says, without those that lead elsewhere."""
    parts = _SEPARATORS.split(unicodedata.normalize("NFC", given))
    return [part for part in parts if part not in {"", ".", ".."} and not _DRIVE.fullmatch(part)]


def _common_folder(paths: Sequence[Sequence[str]]) -> str | None:
    """The folder that all files lie in; None when there is none."""
    first = {parts[0] if len(parts) > 1 else None for parts in paths}
    return first.pop() if len(first) == 1 else None


def _safe(part: str) -> str:
    """A folder's or a file's name without what a file system gives a meaning to, and not too long."""
    printable = "".join(char for char in part if unicodedata.category(char) not in {"Cc", "Cf", "Cs"})
    safe = _UNSAFE.sub("_", unicodedata.normalize("NFC", printable)).strip().rstrip(".")
    if len(safe) <= LONGEST_NAME:
        return safe
    stem, dot, ending = safe.rpartition(".")
    kept = stem[: max(1, LONGEST_NAME - len(dot + ending))] + dot + ending if dot else safe
    return kept[:LONGEST_NAME].strip()


def _put_in_place(fresh: Path, folder: Path, before: Path) -> None:
    """Make `fresh` the folder, and what it was what was before; nothing was, where there was no folder."""
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        before.parent.mkdir(parents=True, exist_ok=True)
        folder.rename(before)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh.rename(folder)


def _same_file(source: str, target: str) -> None:
    """The file under another name: none is ever written to, only put in the place of another. Else a copy."""
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copy2(source, target)
