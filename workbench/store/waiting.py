"""The waiting line of processes that want the file: an OS lock beside it."""

from __future__ import annotations

import contextlib
import random
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout


def somebody_waits(path: Path) -> bool:
    """Whether another process stands in line for the file."""
    line = FileLock(_line_file(path))
    try:
        line.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:
        # The folder was removed under us; whoever comes next will make it anew.
        return False
    line.release()
    return False


@contextlib.contextmanager
def in_line(path: Path, deadline: float) -> Iterator[None]:
    """Hold the first place in line. At the deadline the file is tried all the same, to learn who holds it."""
    line = FileLock(_line_file(path))
    with contextlib.suppress(Timeout):
        line.acquire(timeout=max(0.0, deadline - time.monotonic()), poll_interval=jitter())
    try:
        yield
    finally:
        line.release()


def jitter() -> float:
    """Seconds between two attempts, different each time so that waiting processes do not march in step."""
    return random.uniform(0.01, 0.03)  # noqa: S311  (spreading load, not keeping a secret)


def _line_file(path: Path) -> Path:
    return path.with_name(path.name + ".queue")
