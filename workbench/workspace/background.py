"""The process's one event loop for everything that waits for providers, in a daemon thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_lock = threading.Lock()
_running: asyncio.AbstractEventLoop | None = None


def loop() -> asyncio.AbstractEventLoop:
    """The loop, started when first needed."""
    global _running  # noqa: PLW0603 (one per process is the point)
    with _lock:
        if _running is None or _running.is_closed():
            _running = asyncio.new_event_loop()
            threading.Thread(target=_running.run_forever, name="workbench-runs", daemon=True).start()
        return _running


def wait_for(work: Coroutine[Any, Any, T]) -> T:
    """Do something on the loop and wait for its result. Not to be called on that loop."""
    return asyncio.run_coroutine_threadsafe(work, loop()).result()


def take_away() -> asyncio.AbstractEventLoop | None:
    """The loop, if it runs, which the caller then stops; what comes later gets another."""
    global _running
    with _lock:
        taken, _running = _running, None
    return taken
