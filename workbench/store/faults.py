"""What DuckDB and the disk report, in words of our own."""

from __future__ import annotations

import contextlib
import errno
import re
from pathlib import Path
from shlex import quote

import duckdb

from workbench.errors import StoreBusyError, StoreDamagedError, StoreError, StoreTooNewError
from workbench.store.kept_copies import copies

_LOCK_CONFLICT = ("Could not set lock on file", "used by another process")
_DISK_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
_FORBIDDEN = ("Permission denied", "Read-only file system", "Operation not permitted")
_UNREADABLE = (
    "not a valid DuckDB database file",
    "Corrupt database file",
    "Could not read enough bytes",
    "Failure while replaying WAL",
)
_NEWER_FORMAT = "created with a newer version of DuckDB"
_HOLDER = re.compile(r"\(PID (\d+)\)")
_LONGEST_COMMAND = 100


def is_lock_conflict(error: duckdb.Error) -> bool:
    """Whether another process has the file open: the only error at which asking again soon can help."""
    return any(words in str(error) for words in _LOCK_CONFLICT)


def is_fatal(error: duckdb.Error) -> bool:
    """Whether DuckDB refuses everything further until the file is opened anew."""
    return isinstance(error, duckdb.FatalException | duckdb.InternalException)


def busy(path: Path, error: duckdb.Error | None = None) -> StoreBusyError:
    """The error for a file that was not free in time, naming the process that DuckDB's message names."""
    found = _HOLDER.search(str(error))
    holder = "another process" if found is None else process_named(int(found[1]))
    return StoreBusyError(
        f"{path} is in use by {holder} and was not free in time.",
        hint="Try again when that process is done, or end it.",
    )


def process_named(pid: int) -> str:
    """A process as a person finds it: its number, and its command where the system shows it."""
    command = _command_line(pid)
    return f"process {pid}" + (f" ({command})" if command else "")


def translated(error: duckdb.Error | OSError, path: Path) -> StoreError:
    """The store's own error for what DuckDB or the operating system said about the file at `path`."""
    text = str(error)
    if isinstance(error, OSError):
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return _disk_full(path)
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return _may_not(path)
        return StoreError(
            f"{path} cannot be opened: {error.strerror or text}.",
            hint="Check the disk and the folder's permissions; `workbench doctor` says more.",
        )
    if any(words in text for words in _DISK_FULL):
        return _disk_full(path)
    if any(words in text for words in _FORBIDDEN):
        return _may_not(path)
    if _NEWER_FORMAT in text:
        return StoreTooNewError(
            f"{path} was written by a newer version of this program. It was not touched.",
            hint="Update the program to open it.",
        )
    if any(words in text for words in _UNREADABLE):
        return StoreDamagedError(
            f"{path} is damaged or no store at all: DuckDB cannot read it. It was not touched.",
            hint=_way_back(path),
        )
    first_line = text.partition("\n")[0]
    if is_fatal(error):
        return StoreError(f"{path} failed: {first_line}", hint="Nothing of this step was stored. Try it again.")
    return StoreError(f"{path} failed: {first_line}", hint="`workbench doctor` says whether the store is whole.")


def _way_back(path: Path) -> str:
    kept = copies(path)
    if not kept:
        return "Restore it from an archive, `workbench restore FILE`, or move it away to start an empty store."
    newest = kept[0]
    return (
        f"A copy of {newest.made_at:%Y-%m-%d %H:%M} UTC was kept; `workbench restore {quote(str(newest.path))} --replace` "
        "puts it back and keeps the damaged file beside it. A newer archive is better."
    )


def _may_not(path: Path) -> StoreError:
    return StoreError(
        f"{path} may not be written to, and the store needs that even to be read.",
        hint=f"Give yourself the right to write in {path.parent}, or copy the project to where you have it.",
    )


def _disk_full(path: Path) -> StoreError:
    return StoreError(
        f"The disk is full: {path} could not be written. What was stored before is safe.",
        hint="Free some space and try again.",
    )


def _command_line(pid: int) -> str:
    """The process's command, where the system shows it; empty elsewhere."""
    with contextlib.suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
        command = " ".join(words).strip()
        return command if len(command) <= _LONGEST_COMMAND else command[:_LONGEST_COMMAND] + "..."
    return ""
