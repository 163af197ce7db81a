"""Checks of judges in the background, so that a page can be left and come back to."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import Protocol

from workbench.domain.lessons import LessonsVersion
from workbench.workspace.judges.lesson_checks import OnProgress, Outcome


class Check(Protocol):
    """Carries a check out."""

    def __call__(self, on_progress: OnProgress | None = None, stop: threading.Event | None = None) -> Outcome:
        """See `Teaching.check`."""
        ...


class LessonsJob:
    """A check that goes on, or has ended."""

    def __init__(self, kept: LessonsVersion, check: Check) -> None:
        """`kept` are the lessons that are checked."""
        self.kept = kept
        self._check = check
        self._stop = threading.Event()
        self._result: Future[Outcome] = Future()
        self._progress = (0, 0)

    @property
    def progress(self) -> tuple[int, int]:
        """Verdicts that are in, and all; both 0 before the first."""
        return self._progress

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        return self._result.done()

    @property
    def stopping(self) -> bool:
        """Whether it was told to stop and has not ended yet."""
        return self._stop.is_set() and not self.done

    def cancel(self) -> None:
        """Ask for no further verdict. Returns at once."""
        self._stop.set()

    def wait(self, timeout_s: float | None = None) -> Outcome:
        """What came of it. Raises what broke it off; TimeoutError when it takes longer."""
        return self._result.result(timeout_s)

    def start(self) -> None:
        """Begin. Called once."""
        threading.Thread(target=self._carry_out, name=f"workbench-check-{self.kept.judge}", daemon=True).start()

    def _carry_out(self) -> None:
        try:
            self._result.set_result(self._check(self._tell, self._stop))
        except BaseException as error:  # noqa: BLE001 (handed to whoever waits)
            self._result.set_exception(error)

    def _tell(self, done: int, wanted: int) -> None:
        self._progress = (done, wanted)


_lock = threading.Lock()
_jobs: dict[tuple[str, str], LessonsJob] = {}


def start(project: str, job: LessonsJob) -> LessonsJob:
    """Start a job; one of the same judge that still goes on is returned instead."""
    with _lock:
        present = _jobs.get((project, job.kept.judge))
        if present is not None and not present.done:
            return present
        _jobs[project, job.kept.judge] = job
        job.start()
    return job


def find(project: str, judge: str) -> LessonsJob | None:
    """This process's job of a judge, ended or not."""
    with _lock:
        return _jobs.get((project, judge))


def put_away(project: str, judge: str) -> None:
    """Forget a job that has ended."""
    with _lock:
        if (job := _jobs.get((project, judge))) is not None and job.done:
            del _jobs[project, judge]
