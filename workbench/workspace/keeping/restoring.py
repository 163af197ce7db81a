"""A project out of an archive, or its store out of a copy that was kept."""

from __future__ import annotations

import filecmp
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.errors import InputError, IntegrityError, StoreError, StoreTooNewError
from workbench.settings import PROJECT_FILE, find_project, read_settings
from workbench.store.copying import require_store
from workbench.store.store import Store
from workbench.whole_files import unwritable
from workbench.workspace.context import STATE_DIRECTORY
from workbench.workspace.keeping import archive_file
from workbench.workspace.keeping.archive_file import ArchiveFile
from workbench.workspace.projects import STORE_FILE, ignore_state
from workbench.workspace.workbench import PROJECT_VARIABLE

_STAGING = ".restoring-"
_DUCKDB_MAGIC = b"DUCK"
_MAGIC_AT = 8


@dataclass(frozen=True)
class Restored:
    """What restoring did."""

    directory: Path
    store: bool
    """Whether the store was put in place; False when it was there already, the same."""
    old_store: Path | None
    """Where the store that was there before is kept now."""
    left: tuple[str, ...]
    """Files that were there already and differ: they stayed as they are."""


def target_folder(named: Path | None, environ: Mapping[str, str]) -> Path:
    """Where to restore to: the named folder, that of `WORKBENCH_PROJECT`, the project here, or the working directory."""
    start = Path(named or environ.get(PROJECT_VARIABLE) or ".").expanduser().resolve()
    return start if named else find_project(start) or start


def restore(file: Path, directory: Path, *, replace: bool = False) -> Restored:
    """Make a folder the project that an archive holds, or put a copy of a store back into its project.

    Everything is unpacked and proven beside the project first. Files that are there already stay; only a store is
    replaced, with `replace`, and is kept as a copy. Raises InputError for what is no archive and for a store that may
    not be replaced, IntegrityError for a damaged or hostile archive, and StoreError; then nothing was changed.
    """
    file, directory = file.expanduser().resolve(), directory.expanduser().resolve()
    store = Store(directory / STORE_FILE)
    state = directory / STATE_DIRECTORY
    is_copy = _is_duckdb(file)
    if is_copy and not (directory / PROJECT_FILE).is_file():
        raise InputError(
            f"{file} is a store, and {directory} is no project that it could belong to.",
            hint="Name the project: `workbench --project DIR restore FILE`.",
        )
    try:
        state.mkdir(parents=True, exist_ok=True)
        _clear(state)
        with tempfile.TemporaryDirectory(dir=state, prefix=_STAGING) as folder:
            staged = Path(folder)
            names: tuple[str, ...] = (archive_file.STORE,)
            if is_copy:
                shutil.copyfile(file, staged / archive_file.STORE)
            else:
                names = _unpack(file, staged)
            _require_readable(staged / archive_file.STORE, file)
            return _put_in_place(staged, names, directory, store, replace=replace)
    except OSError as error:
        raise unwritable(directory, error) from error
    finally:
        store.close()


def _unpack(file: Path, staged: Path) -> tuple[str, ...]:
    with archive_file.opened(file) as archive:
        _require_whole(archive)
        archive.require_room(staged)
        for name in archive.list.members:
            archive.extract(name, staged / name)
        read_settings(staged / archive_file.SETTINGS)
        return tuple(archive.list.members)


def _require_whole(archive: ArchiveFile) -> None:
    for name in (archive_file.STORE, archive_file.SETTINGS):
        if name not in archive.list.members:
            raise InputError(f"{archive.file} has no {name} in it.", hint="Take another archive.")


def _require_readable(store: Path, file: Path) -> None:
    """Raise where the store that came out of `file` cannot be used, before anything is changed for it."""
    try:
        require_store(store)
    except StoreTooNewError as error:
        raise StoreTooNewError(
            f"{file} was written by a newer version of this program. Nothing was restored.",
            hint="Update the program to restore it.",
        ) from error
    except StoreError as error:
        raise IntegrityError(
            f"{file} holds no store that can be read. Nothing was restored.", hint="Take another archive or copy."
        ) from error


def _put_in_place(staged: Path, names: Sequence[str], directory: Path, store: Store, *, replace: bool) -> Restored:
    """Documents first, then the store, and the settings last: until they are there, a new folder is no project."""
    new = staged / archive_file.STORE
    same = store.is_same_as(new)
    if store.path.exists() and not same and not replace:
        raise InputError(
            f"{directory} has a store already, and it is another one.",
            hint="Restore into another folder, or say --replace: the old store is then kept as a copy.",
        )
    left = [
        name for name in names if name.partition("/")[1] and not _add(staged / name, directory / STATE_DIRECTORY / name)
    ]
    old = None if same else store.replace_by(new)
    ignore_state(directory)
    if archive_file.SETTINGS in names and not _add(staged / archive_file.SETTINGS, directory / PROJECT_FILE):
        left.append(PROJECT_FILE)
    return Restored(directory, store=not same, old_store=old, left=tuple(left))


def _add(source: Path, target: Path) -> bool:
    """Put a file in place unless another one is there; whether it is there now."""
    if target.exists() or target.is_symlink():
        return target.is_file() and filecmp.cmp(source, target, shallow=False)
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)
    return True


def _clear(state: Path) -> None:
    """Remove what a restoring that was killed left behind."""
    for left in state.glob(f"{_STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)


def _is_duckdb(file: Path) -> bool:
    try:
        with file.open("rb") as read:
            return read.read(_MAGIC_AT + len(_DUCKDB_MAGIC))[_MAGIC_AT:] == _DUCKDB_MAGIC
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror or error}.") from error
