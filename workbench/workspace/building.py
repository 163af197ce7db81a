"""Indexes being built in the background, so that a page only looks on and a closed browser changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from workbench.domain.index import IndexInfo

OnProgress = Callable[[int, int], None]
"""Called with the steps done and the steps in all."""


class Building:
    """One build, in a thread of its own."""

    def __init__(self, name: str, build: Callable[[OnProgress], IndexInfo]) -> None:
        self.name = name
        self._build = build
        self._steps = (0, 0)
        self._result: Future[IndexInfo] = Future()

    @property
    def share(self) -> float:
        """How much of it is done, from 0 to 1. Cheap; from any thread."""
        done, total = self._steps
        return done / total if total else 0.0

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
            info = self._build(report)
        except BaseException as error:  # noqa: BLE001 (handed to whoever waits)
            self._result.set_exception(error)
        else:
            self._result.set_result(info)


_lock = threading.Lock()
_builds: dict[tuple[str, str], Building] = {}


def start(project: str, name: str, build: Callable[[OnProgress], IndexInfo]) -> Building:
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
