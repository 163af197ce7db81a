"""A real Dask scheduler and real workers: processes of their own, on addresses of their own on this machine.

with DaskCluster() as cluster:
    first = cluster.add_worker()
    wb.run(..., executor=cluster.executor)
    first.kill()
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
HOSTS = ("127.0.0.2", "127.0.0.3")
STARTED_S = 60
_SCHEDULER = re.compile(r"Scheduler at:\s*(\S+)")
_WORKER = re.compile(r"Start worker at:\s*(\S+)")
_JOINED = re.compile(r"Registered to:\s*(\S+)")


def hosts_missing() -> str:
    """Why there cannot be several machines on this one; empty where there can."""
    for host in HOSTS:
        with socket.socket() as probe:
            try:
                probe.bind((host, 0))
            except OSError as error:
                return f"{host} cannot be used here: {error}"
    return ""


class _Process:
    """A program of Dask's, its talk kept."""

    def __init__(self, module: str, *arguments: str, environ: dict[str, str]) -> None:
        self.said: list[str] = []
        self._new = threading.Condition()
        self.popen = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "16", **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def found(self, pattern: re.Pattern[str]) -> str:
        """The first group of the pattern in what it says, once it says it."""

        def said() -> str | None:
            return next((match.group(1) for line in self.said if (match := pattern.search(line))), None)

        with self._new:
            ended = self._new.wait_for(lambda: said() or self.popen.poll() is not None, STARTED_S)
            answer = said()
        assert answer, f"it did not start ({ended}): {''.join(self.said)}"
        return answer

    def kill(self) -> None:
        """As a power cut would: -9."""
        self.popen.kill()
        self.popen.wait(30)
        self._reading.join(30)
        self.popen.stderr.close()

    def _read(self) -> None:
        for line in self.popen.stderr:
            with self._new:
                self.said.append(line)
                self._new.notify_all()
        self.popen.wait()
        with self._new:
            self._new.notify_all()


class FarWorker(_Process):
    """One worker."""

    def __init__(self, scheduler: str, host: str, *options: str, environ: dict[str, str]) -> None:
        super().__init__(
            "distributed.cli.dask_worker",
            scheduler,
            *(
                "--no-nanny",
                "--host",
                host,
                "--nthreads",
                "4",
                "--no-dashboard",
                "--local-directory",
                environ["TMPDIR"],
            ),
            *options,
            environ=environ,
        )
        self.address = self.found(_WORKER)

    def join(self) -> Self:
        """Wait until the scheduler knows it."""
        self.found(_JOINED)
        return self


class DaskCluster:
    """A scheduler on 127.0.0.1 and its workers, from `with` to the end of the block."""

    def __init__(self, scratch: Path, *options: str, environ: dict[str, str] | None = None) -> None:
        """`environ` is added to that of all processes; `options` are given to each of them."""
        self.workers: list[FarWorker] = []
        self._environ = {"TMPDIR": str(scratch), **(environ or {})}
        self._options = options
        self._scheduler: _Process | None = None
        self.address = ""
        """As workers take it."""

    @property
    def executor(self) -> str:
        """As a run takes it."""
        return self.address.replace("tcp://", "dask://").replace("tls://", "dask+tls://")

    def add_worker(self, **environ: str) -> FarWorker:
        """Another worker, on the next of the machine's addresses."""
        host = HOSTS[len(self.workers) % len(HOSTS)]
        worker = FarWorker(self.address, host, *self._options, environ={**self._environ, **environ})
        self.workers.append(worker)
        return worker.join()

    def kill_scheduler(self) -> None:
        self._scheduler.kill()

    def __enter__(self) -> Self:
        self._scheduler = _Process(
            "distributed.cli.dask_scheduler",
            *("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"),
            *self._options,
            environ=self._environ,
        )
        self.address = self._scheduler.found(_SCHEDULER)
        return self

    def __exit__(self, *_: object) -> None:
        for process in (*self.workers, self._scheduler):
            process.kill()
