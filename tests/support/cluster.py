"""A real Dask scheduler and real workers: processes of their own, on addresses of their own on this machine.

with DaskCluster() as cluster:
    first = cluster.add_worker()
    wb.run(..., executor=cluster.executor)
    first.kill()
"""

from __future__ import annotations

import importlib
import multiprocessing
import os
import re
import signal
import socket
import threading
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from pathlib import Path

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


# Each process would need seconds to import what it works with. So one process imports it, and is copied for each of them.
_COPIES = multiprocessing.get_context("forkserver")
_COPIES.set_forkserver_preload(["tests.support.far_imports"])


class _Process:
    """A program of Dask's, its talk kept."""

    def __init__(self, module: str, *arguments: str, environ: dict[str, str]) -> None:
        self.said: list[str] = []
        self._new = threading.Condition()
        self._talk, its_end = _COPIES.Pipe(duplex=False)
        kept = {"DASK_DISTRIBUTED__ADMIN__LOW_LEVEL_LOG_LENGTH": "16"}
        self.popen = _COPIES.Process(
            target=_carry_out, args=(module, arguments, {**os.environ, **kept, **environ}, its_end), daemon=True
        )
        self.popen.start()
        its_end.close()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def found(self, pattern: re.Pattern[str]) -> str:
        """The first group of the pattern in what it says, once it says it."""

        def said() -> str | None:
            return next((match.group(1) for line in self.said if (match := pattern.search(line))), None)

        with self._new:
            ended = self._new.wait_for(lambda: said() or not self.popen.is_alive(), STARTED_S)
            answer = said()
        assert answer, f"it did not start ({ended}): {''.join(self.said)}"
        return answer

    def kill(self) -> None:
        """As a power cut would: -9."""
        self.popen.kill()
        self.popen.join(30)
        self._reading.join(30)

    def _read(self) -> None:
        with os.fdopen(os.dup(self._talk.fileno()), encoding="utf-8", errors="replace") as lines:
            for line in lines:
                with self._new:
                    self.said.append(line)
                    self._new.notify_all()
        self._talk.close()
        with self._new:
            self._new.notify_all()


def _carry_out(module: str, arguments: tuple[str, ...], environ: dict[str, str], talk: Connection) -> None:
    """In the process: be one of Dask's programs, as from a command line."""
    os.environ.clear()
    os.environ.update(environ)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    os.dup2(talk.fileno(), 2)
    talk.close()
    import dask

    dask.config.refresh()
    importlib.import_module(module).main(list(arguments))


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
