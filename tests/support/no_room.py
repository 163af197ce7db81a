"""A disk without room, and folders that may not be written to, also for root: for the thread that is inside."""

from __future__ import annotations

import ctypes
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CAPABILITY_VERSION = 0x20080522
_OVERRIDING = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH


@contextmanager
def full_disk(room: int = 0) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Nobody may make, change or remove anything in this folder and below."""
    modes = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    try:
        for path, mode in modes.items():
            path.chmod(mode & ~0o222)
        with _rights_of_anybody():
            if os.access(folder, os.W_OK, effective_ids=True):
                pytest.skip("this system lets nobody take the right to write away")
            yield
    finally:
        for path, mode in modes.items():
            path.chmod(mode)


@contextmanager
def _rights_of_anybody() -> Iterator[None]:
    """Without root's right to pass over permissions; threads that are started inside lack it as well."""
    if os.geteuid() != 0 or not hasattr(ctypes.CDLL(None), "capset"):
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, sets)
    effective = sets[0]
    try:
        sets[0] = effective & ~_OVERRIDING
        libc.capset(header, sets)
        yield
    finally:
        sets[0] = effective
        libc.capset(header, sets)
