"""Opening the file: waiting in line while another process has it, and refusing what is not ours to open."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from workbench.store.faults import busy, is_lock_conflict, translated
from workbench.store.session import Session

Prepare = Callable[[Session], None]
"""Looks at a freshly opened file and migrates it, or raises and leaves it as it is."""

# Nothing but the store's own file is ever read or written, and nothing is fetched.
_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "enable_external_access": False,
}


def open_file(path: Path, prepare: Prepare, deadline: float) -> duckdb.DuckDBPyConnection:
    """A connection to the file, made and migrated if need be.

    Raises StoreBusyError when another process still has it at the `deadline` (monotonic seconds), StoreTooNewError for a newer
    schema or file format, and StoreError for a file that is no store.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _in_line(path, deadline):
            root = _connected(path, deadline)
        try:
            # Closing would rewrite megabytes otherwise, up to a second for each lease; what is committed is durable
            # in the write-ahead log, and a checkpoint is made on request.
            Session(root).execute("PRAGMA disable_checkpoint_on_shutdown")
            prepare(Session(root))
        except BaseException:
            root.close()
            raise
    except (duckdb.Error, OSError) as error:
        raise translated(error, path) from error
    return root


def somebody_waits(path: Path) -> bool:
    """Whether another process stands in line for the file."""
    line = FileLock(_line_file(path))
    try:
        line.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:
        # The folder was removed under us; whoever comes next will make it anew.
        return False
    line.release()
    return False


@contextlib.contextmanager
def _in_line(path: Path, deadline: float) -> Iterator[None]:
    """Hold the first place in line. At the deadline the file is tried all the same, to learn who holds it."""
    line = FileLock(_line_file(path))
    with contextlib.suppress(Timeout):
        line.acquire(timeout=max(0.0, deadline - time.monotonic()), poll_interval=_jitter())
    try:
        yield
    finally:
        line.release()


def _connected(path: Path, deadline: float) -> duckdb.DuckDBPyConnection:
    while True:
        try:
            return duckdb.connect(str(path), config=_CONFIG)
        except duckdb.Error as error:
            if not is_lock_conflict(error):
                raise
            if time.monotonic() >= deadline:
                raise busy(path, error) from error
        time.sleep(_jitter())


def _line_file(path: Path) -> Path:
    return path.with_name(path.name + ".queue")


def _jitter() -> float:
    """Seconds between two attempts, different each time so that waiting processes do not march in step."""
    return random.uniform(0.01, 0.03)  # noqa: S311  (spreading load, not keeping a secret)
