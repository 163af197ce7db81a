"""Indexes being built in the background, so that a page only looks on and a closed browser changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal

from workbench.domain.index import IndexInfo
from workbench.errors import CancelledError

Stage = Literal["reading", "embedding", "writing"]
Build = Callable[["OnProgress", threading.Event], IndexInfo]
"""Builds, tells how far it is, and stops once the event is set."""

OnProgress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""


class Building:
    """One build, in a thread of its own."""

    def __init__(self, name: str, build: Build) -> None:
        self.name = name
        self._stop = threading.Event()
        self._build = build
        self._steps = (0, 0)
        self._result: Future[IndexInfo] = Future()

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1. Cheap; from any thread."""
        done, total = self._steps
        return done / total if total else 0.0

    @property
    def stage(self) -> Stage:
        """What is being done: documents read and cut, chunks embedded, or chunks written."""
        done, total = self._steps
        if not total:
            return "reading"
        return "embedding" if done < total // 2 else "writing"

    @property
    def chunks(self) -> tuple[int, int]:
        """How many chunks have been through this stage, and how many there are; (0, 0) while documents are read."""
        done, total = self._steps
        chunks = total // 2
        if not chunks or done == total:
            return chunks, chunks
        return done % chunks, chunks

    def cancel(self) -> None:
        """Put nothing in place and keep what was embedded. Returns at once; `wait` for the end."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether it ended because it was cancelled."""
        return self.done and isinstance(self._result.exception(), CancelledError)

    @property
    def stopping(self) -> bool:
        """Whether it was cancelled and has not ended yet: what is in flight is waited for."""
        return self._stop.is_set() and not self.done

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._result.done()

    def wait(self, timeout_s: float | None = None) -> IndexInfo:
        """The built index. Raises what ended the build, and TimeoutError when it takes longer."""
        return self._result.result(timeout_s)

    def start(self) -> None:
        """Begin. Called once."""
        threading.Thread(target=self._carry_out, name=f"workbench-index-{self.name}", daemon=True).start()

    def _carry_out(self) -> None:
        def report(done: int, total: int) -> None:
            self._steps = (done, total)

        try:
            info = self._build(report, self._stop)
        except BaseException as error:  # noqa: BLE001 (handed to whoever waits)
            self._result.set_exception(error)
        else:
            self._result.set_result(info)


_lock = threading.Lock()
_builds: dict[tuple[str, str], Building] = {}


def start(project: str, name: str, build: Build) -> Building:
    """Build in the background; a build of the same name that still goes on is returned instead."""
    with _lock:
        present = _builds.get((project, name))
        if present is not None and not present.done:
            return present
        building = _builds[project, name] = Building(name, build)
        building.start()
    return building


def find(project: str, name: str) -> Building | None:
    """This process's newest build of an index, ended or not, unless it was put away."""
    with _lock:
        return _builds.get((project, name))


def put_away(project: str, name: str) -> None:
    """Forget a build whose end was seen."""
    with _lock:
        present = _builds.get((project, name))
        if present is not None and present.done:
            del _builds[project, name]
