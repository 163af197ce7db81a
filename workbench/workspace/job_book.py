"""Background jobs of this process, found again by what they are about, so that a page can be left and come back to."""

from __future__ import annotations

import threading
from typing import Generic, Protocol, TypeVar


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
