"""What the tests of all processes of a session need and only read: made by the first of them, found by the others."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """The session's folder of this name, which `make` fills where no process has yet. Not to be changed."""
    base = factory.getbasetemp()
    # Each process has a folder of its own in the session's.
    session = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, finished = session / name, session / f"{name}.made"
    with FileLock(session / f"{name}.lock"):
        if not finished.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a process that died over it
            make(folder)
            finished.touch()
    return folder
