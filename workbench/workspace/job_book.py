"""Background jobs of this process, found again by what they are about, so that a page can be left and come back to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent import futures
from typing import Generic, Protocol, TypeVar

SHUTDOWN_S = 5.0
"""How long the end of the process waits for each job to keep what it has."""

OnProgress = Callable[[int, int], None]
"""Takes how much is done, and how much there is."""

T = TypeVar("T")


class BackgroundJob(Protocol):
    """Work that goes on in a thread of its own."""

    @property
    def done(self) -> bool:
        """Whether it has ended, well or not."""
        ...

    def start(self) -> None:
        """Begin. Called once."""
        ...

    def cancel(self) -> None:
        """Stop soon. Returns at once."""
        ...


J = TypeVar("J", bound=BackgroundJob)


class JobBook(Generic[J]):
    """The jobs of one kind, by project and by what each is about."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._jobs: dict[tuple[str, str], J] = {}

    def start(self, project: str, about: str, job: J) -> J:
        """Start a job; one about the same that still goes on is returned instead."""
        with self._lock:
            present = self._jobs.get((project, about))
            if present is not None and not present.done:
                return present
            self._jobs[project, about] = job
            job.start()
        return job

    def find(self, project: str, about: str) -> J | None:
        """This process's job about something, ended or not."""
        with self._lock:
            return self._jobs.get((project, about))

    def put_away(self, project: str, about: str) -> None:
        """Forget a job that has ended."""
        with self._lock:
            if (job := self._jobs.get((project, about))) is not None and job.done:
                del self._jobs[project, about]

    def shut_down(self) -> list[J]:
        """Stop what goes on, and return it, to be waited for; all is forgotten."""
        with self._lock:
            jobs = [job for job in self._jobs.values() if not job.done]
            self._jobs.clear()
        for job in jobs:
            job.cancel()
        return jobs


class CountedJob(Generic[T]):
    """Work in a thread of its own that goes on, or has ended."""

    def __init__(self, name: str, work: Callable[[OnProgress, threading.Event], T]) -> None:
        """`name` is the thread's. The work tells how far it is, and raises CancelledError once the event is set."""
        self._name = name
        self._work = work
        self._stop = threading.Event()
        self._result: futures.Future[T] = futures.Future()
        self._progress = (0, 0)

    @property
    def progress(self) -> tuple[int, int]:
        """How much is done, and how much there is; both 0 before the first."""
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
        """Ask for nothing further. Returns at once."""
        self._stop.set()

    def wait(self, timeout_s: float | None = None) -> T:
        """What came of it. Raises what broke it off; TimeoutError when it takes longer."""
        return self._result.result(timeout_s)

    def join(self, timeout_s: float) -> None:
        """Wait until it has ended, well or not, but no longer than this."""
        futures.wait([self._result], timeout_s)

    def start(self) -> None:
        """Begin. Called once."""
        threading.Thread(target=self._carry_out, name=self._name, daemon=True).start()

    def _carry_out(self) -> None:
        try:
            self._result.set_result(self._work(self._tell, self._stop))
        except BaseException as error:  # noqa: BLE001 (handed to whoever waits)
            self._result.set_exception(error)

    def _tell(self, done: int, wanted: int) -> None:
        self._progress = (done, wanted)


def end(jobs: list[CountedJob[T]]) -> None:
    """Wait a moment for jobs that were told to stop, so that what they have and what it cost is kept."""
    for job in jobs:
        job.join(SHUTDOWN_S)
