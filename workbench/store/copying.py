"""Copies of the store's file: one moment of it, in one file, taken while no process has it open for writing.

DuckDB's lock belongs to the process, and goes when the process closes any handle of the file. So a file is copied only
while this process does not have it open, and through the one handle that holds the lock against the others.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import duckdb

from workbench.store.config import CONFIG
from workbench.store.faults import busy, translated
from workbench.store.kept_copies import KEPT, copies, copy_name
from workbench.store.migrations.applying import due
from workbench.store.session import Session
from workbench.store.waiting import in_line, jitter

if sys.platform != "win32":
    import fcntl

DAMAGED = ".damaged"
"""How the name of a damaged store ends that was put aside."""
_BLOCK = 2**20
_UNFINISHED = ".unfinished"


def keep_copy(path: Path, why: str, deadline: float) -> None:
    """Copy the store beside itself and remove the oldest copies beyond those that stay. Errors are `copy_file`'s."""
    target = copy_name(path, why)
    copy_file(path, target, deadline)
    _prune(path, target)


def copy_file(path: Path, target: Path, deadline: float) -> None:
    """Copy the store at `path`, which this process must not have open, into the one file `target`.

    What stands in its write-ahead log is folded in. Raises StoreBusyError when another process has the store open at the
    `deadline` (monotonic seconds), and StoreError when it is damaged or the disk is full; then there is no `target`.
    """
    beside = target.with_name(target.name + _UNFINISHED)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with in_line(path, deadline), _kept_from_writers(path, deadline) as source:
            _copy(source, beside)
            with contextlib.suppress(FileNotFoundError):
                _copy_file(_log(path), _log(beside))
        fold_in(beside)
        beside.replace(target)
    except (OSError, duckdb.Error) as error:
        raise translated(error, target if isinstance(error, OSError) else path) from error
    finally:
        for left in (beside, _log(beside)):
            left.unlink(missing_ok=True)


def put_in_place(path: Path, new: Path, why: str, deadline: float, *, damaged: bool) -> Path | None:
    """Put the file `new` where the store is, which this process must not have open, and keep the old one as a copy.

    Returns where the old one is kept; None when there was none. `damaged` says that it cannot be read: then its log is
    kept beside it, and it is not among the copies that are offered. Raises StoreBusyError when another process has the
    store open or wrote to it just now, and StoreError when the disk fails. The store is the old one or the new one at
    every moment.
    """
    aside = copy_name(path, why)
    if damaged:
        aside = aside.with_suffix(DAMAGED)
    beside = aside.with_name(aside.name + _UNFINISHED)
    try:
        with in_line(path, deadline):
            if not path.exists():
                new.replace(path)
                return None
            aside.parent.mkdir(parents=True, exist_ok=True)
            with _kept_from_writers(path, deadline) as source:
                log = _log(path)
                if log.exists() and not damaged:
                    if log.stat().st_size:
                        raise busy(path)
                    log.unlink()
                _copy(source, beside)
                if log.exists():
                    _copy_file(log, _log(beside))
                    _log(beside).replace(_log(aside))
                beside.replace(aside)
                log.unlink(missing_ok=True)
                new.replace(path)
    except OSError as error:
        raise translated(error, path) from error
    finally:
        for left in (beside, _log(beside)):
            left.unlink(missing_ok=True)
    _prune(path, aside)
    return aside


def same_file(path: Path, other: Path) -> bool:
    """Whether the store at `path`, which this process must not have open, is this very file with an empty log."""
    log = _log(path)
    written = log.exists() and log.stat().st_size
    return path.exists() and not written and filecmp.cmp(other, path, shallow=False)


def require_store(path: Path) -> None:
    """Raise StoreError for a file that is no store, or a damaged one, StoreTooNewError for one of a newer program."""
    try:
        with duckdb.connect(str(path), read_only=True, config=CONFIG) as connection:
            due(Session(connection))
    except duckdb.Error as error:
        raise translated(error, path) from error


def fold_in(path: Path) -> None:
    """Move a file's write-ahead log into it, which also shows that it can be read. The file is nobody else's."""
    with duckdb.connect(str(path), config=CONFIG) as connection:
        connection.execute("CHECKPOINT").fetchall()


@contextlib.contextmanager
def _kept_from_writers(path: Path, deadline: float) -> Iterator[IO[bytes]]:
    """The file, open to be read, while no process can open it for writing."""
    with path.open("rb") as file:
        while not _shared_lock(file):
            if time.monotonic() >= deadline:
                raise busy(path)
            time.sleep(jitter())
        yield file


def _shared_lock(file: IO[bytes]) -> bool:
    """Lock the file as a reading DuckDB does; False while another process writes. On Windows an open file is locked."""
    if sys.platform != "win32":
        try:
            fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
    return True


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as written:
        shutil.copyfileobj(source, written, _BLOCK)
        written.flush()
        os.fsync(written.fileno())


def _prune(path: Path, newest: Path) -> None:
    """Remove the oldest copies beyond those that stay, the newest among them whatever the clock says."""
    for old in sorted(copies(path), key=lambda copy: copy.path != newest)[KEPT:]:
        old.path.unlink(missing_ok=True)


def _copy_file(source: Path, target: Path) -> None:
    with source.open("rb") as read:
        _copy(read, target)


def _log(path: Path) -> Path:
    return path.with_name(path.name + ".wal")
