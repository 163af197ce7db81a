"""Checks of judges in the background."""

from __future__ import annotations

import threading
from concurrent import futures
from typing import Protocol

from workbench.domain.lessons import LessonsVersion
from workbench.workspace.job_book import JobBook
from workbench.workspace.judges.lesson_checks import OnProgress, Outcome

SHUTDOWN_S = 5.0


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
        self._result: futures.Future[Outcome] = futures.Future()
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

    def join(self, timeout_s: float) -> None:
        """Wait until it has ended, well or not, but no longer than this."""
        futures.wait([self._result], timeout_s)

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


under_way: JobBook[LessonsJob] = JobBook()
"""This process's checks, by project and judge."""


def shut_down() -> None:
    """Stop what goes on, and wait a moment, so that what verdicts in flight cost is kept."""
    for job in under_way.shut_down():
        job.join(SHUTDOWN_S)
