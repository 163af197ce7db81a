"""Runs in the background: one event loop in one daemon thread, shared by the app, notebooks and the command line.

A page that is reloaded, a second tab or a closed browser changes nothing: they only look at the jobs here.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import wait as wait_for_all
from contextlib import suppress
from dataclasses import dataclass

from workbench.domain.run import RunSummary, StopReason
from workbench.errors import StoreError, WorkbenchError
from workbench.workspace import background
from workbench.workspace.runs.execution import Execution
from workbench.workspace.runs.progress import Progress, ended

POLL_S = 0.2
"""How often whoever watches a run is told how far it is."""
SHUTDOWN_S = 5.0
"""How long the runs of a process that ends are waited for, all together."""
INTERRUPT_S = 30.0
"""How long an interrupted caller waits for what is in flight to be stored: longer than a busy store is waited for."""


@dataclass(frozen=True)
class _Work:
    """What a job is to do; see `Job`."""

    execution: Execution
    finish: Callable[[Progress, StopReason | None], RunSummary]
    release: Callable[[], None]


class Job:
    """A run being carried out by this process."""

    def __init__(
        self,
        run: str,
        execution: Execution,
        *,
        finish: Callable[[Progress, StopReason | None], RunSummary],
        release: Callable[[], None],
    ) -> None:
        """`finish` stores the end and returns the counts; `release` lets go of the run, however it ended."""
        self.run = run
        self._work: _Work | None = _Work(execution, finish, release)
        self._progress = execution.progress
        self._last: Progress | None = None
        self._future: Future[RunSummary] | None = None

    def progress(self) -> Progress:
        """How far it is. Cheap; from any thread."""
        return self._progress()

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._last is not None

    def cancel(self) -> None:
        """Start no further call and keep all results. Returns at once; `wait` for the end."""
        work = self._work
        if work is not None:
            background.loop().call_soon_threadsafe(work.execution.cancel)

    def go_on(self, model: str) -> None:
        """Let the paused lane of a model take calls again. Returns at once."""
        work = self._work
        if work is not None:
            background.loop().call_soon_threadsafe(work.execution.go_on, model)

    def wait(self, timeout_s: float | None = None) -> RunSummary:
        """The final counts. Raises TimeoutError when it takes longer, and what broke the run off when it did."""
        if self._future is None:
            raise RuntimeError("the job was not started")
        return self._future.result(timeout_s)

    def watch(self, on_progress: Callable[[Progress], None] | None, *, every_s: float = POLL_S) -> RunSummary:
        """Wait for the end, telling how far it is. An interrupt cancels the run, waits for its end, and goes on."""
        try:
            while True:
                if on_progress is not None:
                    on_progress(self.progress())
                try:
                    summary = self.wait(every_s)
                except TimeoutError:
                    if not self.done:
                        continue
                    # It ended just now, or it is a time-out that broke it off.
                    summary = self.wait()
                if on_progress is not None:
                    on_progress(self.progress())
                return summary
        except KeyboardInterrupt:
            self.cancel()
            with suppress(TimeoutError):
                self.wait(INTERRUPT_S)
            raise

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._work is None or self._future is not None:
            raise RuntimeError("the job was started before")
        self._future = asyncio.run_coroutine_threadsafe(self._carry_out(self._work), loop)

    async def _carry_out(self, work: _Work) -> RunSummary:
        execution = work.execution
        try:
            status, stopped_by = await execution.carry_out()
            progress = ended(execution.progress(), status)
            summary = await asyncio.to_thread(work.finish, progress, stopped_by)
        except BaseException as error:
            message = str(error) if isinstance(error, WorkbenchError) else f"{type(error).__name__}: {error}"
            self._end(ended(execution.progress(), "interrupted", error=message))
            raise
        else:
            self._end(progress)
            return summary
        finally:
            work.release()

    def _end(self, last: Progress) -> None:
        """Keep the last word alone: jobs are remembered for as long as the process lives, and plans are large."""
        self._progress = lambda: last
        self._work = None
        self._last = last


_lock = threading.Lock()
_jobs: dict[tuple[str, str], Job] = {}


def start(project: str, job: Job) -> Job:
    """Start a job. A finished job of the same run makes room for the new one."""
    loop = background.loop()
    with _lock:
        present = _jobs.get((project, job.run))
        if present is not None and not present.done:
            raise StoreError(
                f"The run {job.run} is already being carried out here.",
                hint=f"Wait for it, or `workbench cancel {job.run}`.",
            )
        _jobs[project, job.run] = job
        job._begin(loop)  # noqa: SLF001 (same module)
    return job


def find(project: str, run: str) -> Job | None:
    """This process's job of a run, finished or not."""
    with _lock:
        return _jobs.get((project, run))


def running(project: str) -> list[Job]:
    """The jobs of a project that go on in this process."""
    with _lock:
        return [job for (owner, _), job in _jobs.items() if owner == project and not job.done]


def shut_down() -> None:
    """Cancel what goes on, wait a moment for answers in flight to be stored, and stop the loop."""
    with _lock:
        jobs = [job for job in _jobs.values() if not job.done]
        _jobs.clear()
    for job in jobs:
        job.cancel()
    loop = background.take_away()
    wait_for_all([job._future for job in jobs if job._future is not None], SHUTDOWN_S)  # noqa: SLF001
    if loop is not None:
        loop.call_soon_threadsafe(loop.stop)
