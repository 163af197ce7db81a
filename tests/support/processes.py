"""Other Python processes at work on the same project."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PRELUDE = """
import asyncio, pathlib, sys, threading
from tests.support.completers import Scripted
from tests.support.projects import Models, open_project, right
from workbench.models import registry

directory = pathlib.Path(sys.argv[1])

class AnswersSome(Scripted):
    '''Answers so many requests; the next ones never.'''
    def __init__(self, most):
        super().__init__(right)
        self.most = most
    async def complete(self, request, on_token=None):
        if len(self.requests) >= self.most:
            await asyncio.Event().wait()
        return await super().complete(request)

def answering(most):
    models = Models()
    models.default = AnswersSome(most)
    registry.completer_for = models.completer_for

def say(*words):
    print(*words, flush=True)

def shown(job, done):
    '''Wait until the job shows so many as done, and say what it shows.'''
    while job.progress().done < done:
        threading.Event().wait(0.01)
    say(job.run, job.progress().done)
"""
"""What the code of such a process can use: `directory`, `open_project`, `answering`, `say`, `shown`."""


class Process:
    """One such process; what it prints is its side of the conversation."""

    def __init__(self, code: str, *arguments: object) -> None:
        self.popen = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + code, *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def says(self) -> str:
        """The next line it prints; what it died of when there is none."""
        line = self.popen.stdout.readline()
        if not line:
            raise AssertionError(f"the other process ended: {self.popen.communicate(timeout=30)[1]}")
        return line.strip()

    def ends(self) -> str:
        """Everything else it prints, once it ended well."""
        out, err = self.popen.communicate(timeout=60)
        assert self.popen.returncode == 0, err
        return out.strip()

    def kill(self) -> None:
        """As a power cut would: it has no say in it."""
        self.popen.kill()
        self.popen.communicate(timeout=30)


def until(condition, *, within_s=30):
    """Wait for what another thread or process does; the event only paces the looking."""
    pause = threading.Event()
    for _ in range(within_s * 100):
        if condition():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come about")
