"""Opening the file: waiting in line while another process has it, and refusing what is not ours to open."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from workbench.store.config import CONFIG
from workbench.store.copying import keep_copy
from workbench.store.faults import busy, is_lock_conflict, translated
from workbench.store.migrations.applying import Due
from workbench.store.session import Session
from workbench.store.waiting import in_line, jitter


@dataclass(frozen=True)
class Preparation:
    """What is done with a freshly opened file before anybody else sees it."""

    due: Callable[[Session], Due | None]
    """What the file lacks; None when it is up to date. Raises for a file that is not ours, and leaves it as it is."""
    migrate: Callable[[Session], None]
    """Brings it up to date."""


def open_file(path: Path, preparation: Preparation, deadline: float) -> duckdb.DuckDBPyConnection:
    """A connection to the file, made and migrated if need be.

    Raises StoreBusyError when another process still has it at the `deadline` (monotonic seconds), StoreTooNewError for a
    newer schema or file format, and StoreError for a file that is no store.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        root = _connected(path, deadline)
        try:
            due = preparation.due(Session(root))
            if due is not None and not due.new:
                # A file cannot be copied while this process has it open. Should another migrate it in between, what is
                # copied is current, and there is nothing left to do.
                root.close()
                keep_copy(path, f"before-{due.first}", deadline)
                root = _connected(path, deadline)
            if due is not None:
                preparation.migrate(Session(root))
        except BaseException:
            root.close()
            raise
    except (duckdb.Error, OSError) as error:
        raise translated(error, path) from error
    return root


def _connected(path: Path, deadline: float) -> duckdb.DuckDBPyConnection:
    with in_line(path, deadline):
        root = _connected_in_line(path, deadline)
    # Closing would rewrite megabytes otherwise, up to a second for each lease; what is committed is durable
    # in the write-ahead log, and a checkpoint is made on request.
    Session(root).execute("PRAGMA disable_checkpoint_on_shutdown")
    return root


def _connected_in_line(path: Path, deadline: float) -> duckdb.DuckDBPyConnection:
    while True:
        try:
            return duckdb.connect(str(path), config=CONFIG)
        except duckdb.Error as error:
            if not is_lock_conflict(error):
                raise
            if time.monotonic() >= deadline:
                raise busy(path, error) from error
        time.sleep(jitter())
