"""The open file, shared by the threads of this process and lent to other processes as soon as nobody uses it.

DuckDB lets one process open a file for writing, and then no other even for reading. So the file is open only while
there is work: the first thread that needs it opens it, threads count themselves in and out, and a thread of the lease
closes it when nobody came for a moment. Nothing is ever closed under another thread's query, for that would fail and
keep the lock.

Fairness between processes comes from a waiting line, an OS lock beside the file (`FILE.queue`). Whoever wants to open
the file holds that lock until it is open. The process that has the file open sees that somebody waits: it lets go
without its idle moment, or, when its threads overlap without end, holds newcomers back for a moment; and to come back
it joins the line itself.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from weakref import WeakValueDictionary

import duckdb

from workbench.store.faults import busy
from workbench.store.opening import Preparation, open_file
from workbench.store.waiting import somebody_waits

T = TypeVar("T")

IDLE_S = 0.3
"""How long the file stays open after its last use: opening costs about 40 ms, so work in quick succession shares it."""
LONGEST_S = 1.0
"""How long overlapping work may keep the file while another process waits."""
PATIENCE_S = 1.0
"""How long newcomers are held back for the sake of another process. Bounded: the thread they wait for may need them."""
GRACE_S = 1.0
"""How much beyond its own time a thread waits for another that is opening the file."""
TICK_S = 0.05
"""How often an open file's lease looks whether it is idle or wanted."""


class _ThreadState(threading.local):
    """What the lease knows of each thread."""

    depth = 0
    """How many units of work and holds the thread is inside of."""
    writes = False
    """Whether it is the writer thread, at work."""


class Lease:
    """The one connection of this process to the file at `path`. Use `lease_of`; all methods are thread-safe."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="workbench-writer")
        self._changed = threading.Condition()
        self._root: duckdb.DuckDBPyConnection | None = None
        self._keeper: threading.Thread | None = None
        self._users = 0
        self._cursors = 0
        self._opening = False
        self._broken = False
        self._let_go = False
        self._holding_back = False
        self._opened_at = 0.0
        self._idle_since = 0.0
        self._thread = _ThreadState()

    @property
    def is_open(self) -> bool:
        """Whether this process holds the file at the moment."""
        with self._changed:
            return self._root is not None

    @contextlib.contextmanager
    def held(self, preparation: Preparation, timeout_s: float) -> Iterator[None]:
        """Keep the file open. `preparation` sees a freshly opened file before anybody else does.

        Raises StoreBusyError when another process keeps the file for longer than `timeout_s`.
        """
        self._enter(preparation, timeout_s, cursors=0)
        try:
            with self.inside():
                yield
        finally:
            self._leave(cursors=0)

    def borrow(self, preparation: Preparation, timeout_s: float) -> duckdb.DuckDBPyConnection:
        """A cursor of one's own, for any one thread; the file stays open until it is given back."""
        root = self._enter(preparation, timeout_s, cursors=1)
        try:
            return root.cursor()
        except BaseException:
            self._leave(cursors=1)
            raise

    def give_back(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """End a cursor's use. What it did not commit is rolled back."""
        cursor.close()
        self._leave(cursors=1)

    def submit(self, work: Callable[[duckdb.DuckDBPyConnection], T], cursor: duckdb.DuckDBPyConnection) -> Future[T]:
        """Have the file's one writer thread do some work with a borrowed cursor, after what was submitted before."""
        return self._writer.submit(self._write, work, cursor)

    @property
    def in_writer_thread(self) -> bool:
        """Whether the caller runs in the writer thread: it would wait for itself."""
        return self._thread.writes

    @contextlib.contextmanager
    def inside(self) -> Iterator[None]:
        """Mark this thread as one that others may wait for, so that it is never held back."""
        self._thread.depth += 1
        try:
            yield
        finally:
            self._thread.depth -= 1

    def mark_broken(self) -> None:
        """After a fatal error: open the file anew for the next unit of work, once the running ones have ended."""
        with self._changed:
            self._broken = True

    def release(self) -> None:
        """Close the file now, or, when a thread uses it, as soon as no thread does."""
        with self._changed:
            self._let_go = self._root is not None
            if self._users == 0:
                self._shut()

    @contextlib.contextmanager
    def kept_closed(self, timeout_s: float) -> Iterator[None]:
        """Keep the file closed in this process, for work on the file itself; other threads wait meanwhile.

        Raises StoreBusyError when a thread uses it for longer than `timeout_s`.
        """
        deadline = time.monotonic() + timeout_s
        with self._changed:
            while self._users or self._opening:
                now = time.monotonic()
                if now >= deadline:
                    raise busy(self.path)
                self._changed.wait(deadline - now)
            self._shut()
            self._opening = True
        try:
            yield
        finally:
            with self._changed:
                self._opening = False
                self._changed.notify_all()

    def _write(self, work: Callable[[duckdb.DuckDBPyConnection], T], cursor: duckdb.DuckDBPyConnection) -> T:
        self._thread.writes = True
        try:
            return work(cursor)
        finally:
            self._thread.writes = False

    def _enter(self, preparation: Preparation, timeout_s: float, *, cursors: int) -> duckdb.DuckDBPyConnection:
        """Count this thread in, opening the file if need be. From here to `_leave` it is not closed."""
        deadline = time.monotonic() + timeout_s
        with self._changed:
            root = self._wait_until_open(deadline)
            if root is not None:
                self._count_in(cursors)
                return root
            self._opening = True
        try:
            root = open_file(self.path, preparation, deadline)
        finally:
            with self._changed:
                self._opening = False
                if root is not None:
                    self._count_in(cursors)
                    self._adopt(root)
                self._changed.notify_all()
        return root

    def _count_in(self, cursors: int) -> None:
        self._users += 1
        self._cursors += cursors

    def _wait_until_open(self, deadline: float) -> duckdb.DuckDBPyConnection | None:
        """The connection, once this thread may use it; None when this thread is to open the file."""
        patient_until = min(deadline, time.monotonic() + PATIENCE_S)
        while True:
            now = time.monotonic()
            if self._opening or (self._broken and self._cursors):
                # The thread that is opening gives up first, and the next one then learns who holds the file.
                last = deadline + GRACE_S if self._opening else deadline
                if now >= last:
                    raise busy(self.path)
                self._changed.wait(last - now)
            elif self._broken:
                self._shut()
            elif self._root is None:
                return None
            elif self._holding_back and not self._thread.depth and now < patient_until:
                self._changed.wait(patient_until - now)
            else:
                return self._root

    def _leave(self, *, cursors: int) -> None:
        with self._changed:
            self._cursors -= cursors
            self._users -= 1
            if self._users == 0:
                self._idle_since = time.monotonic()
            if self._users == 0 or (self._broken and self._cursors == 0):
                self._changed.notify_all()

    def _adopt(self, root: duckdb.DuckDBPyConnection) -> None:
        self._root = root
        self._opened_at = time.monotonic()
        if self._keeper is None:
            self._keeper = threading.Thread(target=self._keep, name="workbench-lease", daemon=True)
            self._keeper.start()

    def _keep(self) -> None:
        """The lease's own thread, alive while the file is open: closes it when idle, or wanted by another process."""
        with self._changed:
            while self._root is not None or self._opening:
                now = time.monotonic()
                if self._root is None:
                    pass
                elif self._users == 0:
                    if self._let_go or now - self._idle_since >= IDLE_S or somebody_waits(self.path):
                        self._shut()
                        continue
                elif now - self._opened_at >= LONGEST_S and not self._holding_back:
                    self._holding_back = somebody_waits(self.path)
                self._changed.wait(TICK_S)
            self._keeper = None

    def _shut(self) -> None:
        root, self._root = self._root, None
        self._broken = self._let_go = self._holding_back = False
        self._changed.notify_all()
        if root is not None:
            # A broken instance may complain once more; its committed rows are in the file.
            with contextlib.suppress(duckdb.Error):
                root.close()


_leases: WeakValueDictionary[Path, Lease] = WeakValueDictionary()
_leases_lock = threading.Lock()


def lease_of(path: Path) -> Lease:
    """The lease of this process on a file; the same one for every spelling of its path."""
    resolved = path.resolve()
    with _leases_lock:
        lease = _leases.get(resolved)
        if lease is None:
            lease = _leases[resolved] = Lease(resolved)
        return lease


@atexit.register
def _release_all() -> None:
    """Close while the interpreter is whole, rather than in a thread of a dying one."""
    with _leases_lock:
        leases = list(_leases.values())
    for lease in leases:
        lease.release()
