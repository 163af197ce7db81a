"""Commands as processes of their own: how long they take, and what they compute."""

from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bare import LATENCY_S, LIMIT_S, TRIALS

BEST_OF = 3


@dataclass(frozen=True)
class Took:
    """What something took, in seconds."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Tool:
    """A command that asks the server some questions and scores the answers."""

    label: str
    begin: Callable[[int], Sequence[str]]
    """The command that asks so many questions: all of them, or one."""
    cwd: Path
    environ: Mapping[str, str]

    def measure(self) -> str:
        """The figures of a whole command, with and without what it takes to start and to end."""
        one, all_ = self._best(1), self._best(TRIALS)
        beyond_s = all_.wall_s - one.wall_s + LATENCY_S
        cpu_ms = 1000 * (all_.cpu_s - one.cpu_s) / (TRIALS - 1)
        return f"{all_.wall_s:5.1f} s, {against_limit(beyond_s)} beyond start-up, {cpu_ms:5.1f} ms CPU a call"

    def _best(self, count: int) -> Took:
        return min((self._once(count) for _ in range(BEST_OF)), key=lambda took: took.wall_s)

    def _once(self, count: int) -> Took:
        command = self.begin(count)
        before, started = _children_cpu_s(), time.perf_counter()
        ended = subprocess.run(
            command, check=False, cwd=self.cwd, env={**os.environ, **self.environ}, capture_output=True, text=True
        )
        took = Took(time.perf_counter() - started, _children_cpu_s() - before)
        if ended.returncode:
            raise RuntimeError(f"{self.label} failed: {ended.stdout[-2000:]}{ended.stderr[-2000:]}")
        return took


def against_limit(seconds: float) -> str:
    """Seconds, and how many times the physical limit they are."""
    return f"{seconds:5.1f} s = {seconds / LIMIT_S:5.2f} x the limit"


def _children_cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
