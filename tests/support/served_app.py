"""The app as people start it: a process of its own that serves one project."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import tempfile
import threading
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.support.browser import free_port

PROGRAM = (sys.executable, "-c", "from workbench.cli.main import main; main()")
START_S = 60
RETRY_S = 0.1
STOP_S = 20
PERSON = "ann"
"""Who sits before it in tests that care."""


class ServedApp:
    """The server of one project, always at the same address, from `with` to the end of the block."""

    def __init__(
        self,
        project: Path,
        *,
        program: Sequence[str] = PROGRAM,
        environment: Mapping[str, str] = os.environ,
        **variables: str,
    ) -> None:
        """`program` is what is started, in `environment` with the `variables` in addition."""
        self.project = project
        self._program = program
        self._port = free_port()
        self._environment = {**environment, **variables}
        self._log = tempfile.TemporaryFile("w+")  # noqa: SIM115 (closed at the end of the block)
        self._process: subprocess.Popen[str] | None = None

    @property
    def address(self) -> str:
        """What a person types into the browser, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def said(self) -> str:
        """Everything it wrote to its terminal, in all its lives."""
        self._log.flush()
        self._log.seek(0)
        said = self._log.read()
        self._log.seek(0, os.SEEK_END)
        return said

    def start(self) -> None:
        """Start it, and wait until it answers."""
        arguments = ["--project", str(self.project), "app", "--no-browser", "--port", str(self._port)]
        self._process = subprocess.Popen(
            [*self._program, *arguments],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            env=self._environment,
            text=True,
        )
        pause = threading.Event()
        for _ in range(int(START_S / RETRY_S)):
            if self._answers():
                return
            assert self._process.poll() is None, self.said
            pause.wait(RETRY_S)
        raise AssertionError(f"the app does not answer: {self.said}")

    def kill(self) -> None:
        """End it as a power cut would: it has no say in it."""
        assert self._process is not None
        self._process.kill()
        self._process.wait(timeout=STOP_S)

    def stop(self) -> None:
        """End it as Ctrl-C does, for good."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(timeout=STOP_S)
        finally:
            self.kill()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._log.close()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/_stcore/health", timeout=5) as answer:
                return answer.read() == b"ok"
        except (OSError, http.client.HTTPException):
            return False


@contextmanager
def served(project: Path) -> Iterator[str]:
    """Serve a project and give the app's address."""
    with ServedApp(project) as app:
        yield app.address
