"""The store: units of work on one DuckDB file that app, notebook, command line and CI share."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import duckdb

from workbench.domain.protocols import Clock
from workbench.errors import StoreDamagedError
from workbench.store.copying import copy_file, put_in_place, same_file
from workbench.store.faults import is_fatal, translated
from workbench.store.kept_copies import StoreCopy, copies
from workbench.store.lease import lease_of
from workbench.store.migrations import applying
from workbench.store.opening import Preparation
from workbench.store.session import Session

T = TypeVar("T")

BUSY_TIMEOUT_S = 10.0


class Store:
    """The facts of one project. Any thread may use it; several Stores of one path share the open file.

    The file is opened, and migrated, by the first unit of work, and let go a moment after the last, so that other
    processes can have it. Units of work are functions that take a `Session`; results of DuckDB never leave them.
    """

    def __init__(self, path: Path, *, clock: Clock | None = None, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        """`clock` dates the migrations; `busy_timeout_s` is how long to wait while another process has the file."""
        self._lease = lease_of(path)
        self._clock = clock
        self._busy_timeout_s = busy_timeout_s
        self._preparation = Preparation(due=applying.due, migrate=self._migrate)

    @property
    def path(self) -> Path:
        """The file, absolute."""
        return self._lease.path

    def read(self, fn: Callable[[Session], T]) -> T:
        """What `fn` returns. It sees one moment of the store throughout and cannot write.

        Raises StoreBusyError when another process does not let go in time, StoreError when file or disk fail.
        """
        return self._carry_out(self._borrow(), fn, read_only=True)

    def write(self, fn: Callable[[Session], T]) -> T:
        """What `fn` returns, after everything it wrote is on disk; when it raises, nothing was written.

        `fn` runs in the file's single writer thread, one at a time. Errors are those of `read`.
        """
        return self._in_writer_thread(lambda cursor: self._carry_out(cursor, fn, read_only=False))

    @contextlib.contextmanager
    def lease(self) -> Iterator[None]:
        """Keep the file open for several units of work, such as one rerun of a page. Other processes wait meanwhile."""
        with self._lease.held(self._preparation, self._busy_timeout_s):
            yield

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file, which makes the next opening faster. Worth it after a run."""
        self._in_writer_thread(self._checkpoint)

    def copy_to(self, target: Path) -> None:
        """Write one moment of the store into a file of its own, which any later program can open.

        Raises StoreBusyError when another process or thread does not let go in time, StoreError for a damaged store and
        a full disk; then there is no such file.
        """
        self.checkpoint()
        with self._lease.kept_closed(self._busy_timeout_s):
            copy_file(self.path, target, time.monotonic() + self._busy_timeout_s)

    def is_same_as(self, file: Path) -> bool:
        """Whether the store is, byte for byte, this file, and nothing was written since."""
        with self._lease.kept_closed(self._busy_timeout_s):
            return same_file(self.path, file)

    def replace_by(self, new: Path) -> Path | None:
        """Put another store's file in the place of this one, and return where the old one is kept, if there was one.

        `new` is a file that `require_store` accepts. Raises StoreBusyError when another process or thread does not let go.
        """
        damaged = False
        if self.path.exists():
            try:
                self.checkpoint()
            except StoreDamagedError:
                damaged = True
        with self._lease.kept_closed(self._busy_timeout_s):
            deadline = time.monotonic() + self._busy_timeout_s
            return put_in_place(self.path, new, "before-restoring", deadline, damaged=damaged)

    def copies(self) -> Sequence[StoreCopy]:
        """The copies that were kept of it, the newest first."""
        return copies(self.path)

    def close(self) -> None:
        """Let go of the file now, or as soon as no thread uses it. A later unit of work opens it again."""
        self._lease.release()

    def _borrow(self) -> duckdb.DuckDBPyConnection:
        return self._lease.borrow(self._preparation, self._busy_timeout_s)

    def _in_writer_thread(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        if self._lease.in_writer_thread:
            raise RuntimeError("a write is under way in this thread already: use its Session")
        cursor = self._borrow()
        try:
            done = self._lease.submit(work, cursor)
        except BaseException:
            self._lease.give_back(cursor)
            raise
        return done.result()

    def _carry_out(self, cursor: duckdb.DuckDBPyConnection, fn: Callable[[Session], T], *, read_only: bool) -> T:
        """Run a unit of work in a transaction and give its cursor back."""
        session = Session(cursor)
        with self._giving_back(cursor), session.transaction(read_only=read_only):
            return fn(session)

    def _checkpoint(self, cursor: duckdb.DuckDBPyConnection) -> None:
        with self._giving_back(cursor):
            Session(cursor).execute("CHECKPOINT")

    @contextlib.contextmanager
    def _giving_back(self, cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
        try:
            with self._lease.inside():
                yield
        except duckdb.Error as error:
            if is_fatal(error):
                self._lease.mark_broken()
            raise translated(error, self.path) from error
        finally:
            self._lease.give_back(cursor)

    def _migrate(self, session: Session) -> None:
        now = self._clock.now() if self._clock is not None else datetime.now(UTC).replace(tzinfo=None)
        applying.apply(session, at=now)
