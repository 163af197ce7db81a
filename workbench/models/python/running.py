"""Where code of the user's own runs: on an event loop in a thread of its own, and what blocks in further threads.

Whatever that code does, the workbench's own loop stays free. The loop outlives runs, so that connections which the
code keeps open stay usable. A thread or a loop that does not come back is left behind; how many may be is bounded.
"""

from __future__ import annotations

import asyncio
import inspect
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, ParamSpec, TypeVar

from workbench.errors import ProviderError

MOST_THREADS = 256
"""Threads that code of the user's own may keep busy, those left behind included."""
MOST_LOOPS = 8
"""Event loops that may be left behind, each in its thread."""
_ALIVE_S = 1.0
"""So long a loop may take to answer before it counts as blocked."""

P = ParamSpec("P")
T = TypeVar("T")
Take = Callable[[Any], None]
"""Called with each piece that a generator yields, in the thread that goes through it. Raising ends the generator."""

_threads = threading.BoundedSemaphore(MOST_THREADS)
_lock = threading.Lock()
_current: CodeLoop | None = None
_blocked: list[CodeLoop] = []


@dataclass(frozen=True)
class Ended:
    """What a call came to, and how long it took."""

    value: Any
    """What was returned; for a generator, the list of what it yielded."""
    raised: BaseException | None
    latency_ms: float
    ttft_ms: float | None
    """Until the first piece; None when there were no pieces."""
    streamed: bool
    """Whether it was a generator."""


class CodeLoop:
    """An event loop for code of the user's own, running in a daemon thread."""

    def __init__(self) -> None:
        self.left_behind = False
        """Whether it was given up because a call blocked it; what else it carried out is then cancelled."""
        started: Future[asyncio.AbstractEventLoop] = Future()
        self._end = asyncio.Event()
        self._thread = threading.Thread(
            target=lambda: asyncio.run(self._serve(started)), name="own-models", daemon=True
        )
        self._thread.start()
        self._loop = started.result()

    async def _serve(self, started: Future[asyncio.AbstractEventLoop]) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(_ThreadPerCall())
        started.set_result(loop)
        await self._end.wait()

    @property
    def alive(self) -> bool:
        """Whether its thread goes on."""
        return self._thread.is_alive()

    def start(self, call: Callable[[], Any], *, is_async: bool, take: Take) -> Future[Ended]:
        """Call it here when it `is_async`, else in a thread. Cancelling the future cancels what can be cancelled."""
        return asyncio.run_coroutine_threadsafe(_carried_out(call, take, is_async=is_async), self._loop)

    async def answers(self) -> bool:
        """Whether the loop still turns. Takes up to a second."""
        if not self.alive:
            return False
        there = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(asyncio.sleep(0), self._loop))
        done, _ = await asyncio.wait({there}, timeout=_ALIVE_S)
        there.cancel()
        return bool(done)

    def leave_behind(self) -> None:
        """Use another loop from now on. This one ends when it turns again."""
        global _current  # noqa: PLW0603 (one per process is the point)
        self.left_behind = True
        with _lock:
            if _current is self:
                _current = None
                _blocked.append(self)
        with suppress(RuntimeError):  # it has ended meanwhile
            self._loop.call_soon_threadsafe(self._end.set)


def current() -> CodeLoop:
    """The process's loop for code of the user's own, started when first needed.

    Raises ProviderError when too many were left behind.
    """
    global _current  # noqa: PLW0603 (one per process is the point)
    with _lock:
        if _current is None or not _current.alive:
            _blocked[:] = [loop for loop in _blocked if loop.alive]
            if len(_blocked) >= MOST_LOOPS:
                raise _too_many(f"{MOST_LOOPS} event loops")
            _current = CodeLoop()
        return _current


class _ThreadPerCall(ThreadPoolExecutor):
    """A daemon thread for each call: one that never ends holds up neither the next call nor the program's end."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Start the call. Raises ProviderError when too many threads are busy."""
        places = _threads
        if not places.acquire(blocking=False):
            raise _too_many(f"{MOST_THREADS} threads")
        future: Future[T] = Future()

        def work() -> None:
            try:
                if future.set_running_or_notify_cancel():
                    future.set_result(fn(*args, **kwargs))
            except BaseException as error:  # noqa: BLE001 (it belongs to whoever waits for the future)
                future.set_exception(error)
            finally:
                places.release()

        try:
            threading.Thread(target=work, name="own-models-call", daemon=True).start()
        except BaseException:
            places.release()
            raise
        return future


def _too_many(what: str) -> ProviderError:
    return ProviderError(
        f"{what} are still busy with code of your own models, most of them left behind by time-outs.",
        hint="Give that code time-outs of its own (it may ask for `timeout_s`), and start the workbench again.",
        sent=False,
    )


class _Pieces:
    """What a generator yields, handed on as it comes."""

    def __init__(self, take: Take) -> None:
        self._take = take
        self._all: list[Any] = []
        self.first_at: float | None = None
        self.streamed = False

    def of(self, pieces: Iterator[Any]) -> list[Any]:
        self.streamed = True
        try:
            for piece in pieces:
                self._add(piece)
        finally:
            if inspect.isgenerator(pieces):
                pieces.close()
        return self._all

    async def of_async(self, pieces: AsyncIterator[Any]) -> list[Any]:
        self.streamed = True
        try:
            async for piece in pieces:
                self._add(piece)
        finally:
            if inspect.isasyncgen(pieces):
                await pieces.aclose()
        return self._all

    def _add(self, piece: Any) -> None:
        if self.first_at is None:
            self.first_at = time.perf_counter()
        self._all.append(piece)
        self._take(piece)


async def _carried_out(call: Callable[[], Any], take: Take, *, is_async: bool) -> Ended:
    started = time.perf_counter()
    pieces = _Pieces(take)
    value, raised = None, None
    try:
        value = call() if is_async else await _in_thread(call, pieces)
        if inspect.isawaitable(value):
            value = await value
        if isinstance(value, AsyncIterator):
            value = await pieces.of_async(value)
        elif isinstance(value, Iterator):
            value = await _in_thread(partial(pieces.of, value), pieces)
    except asyncio.CancelledError:
        raise
    except BaseException as error:  # noqa: BLE001 (code of the user's own may raise anything, and must end no loop)
        raised = error
    ended = time.perf_counter()
    return Ended(
        value=value,
        raised=raised,
        latency_ms=(ended - started) * 1000,
        ttft_ms=None if pieces.first_at is None else (pieces.first_at - started) * 1000,
        streamed=pieces.streamed,
    )


async def _in_thread(call: Callable[[], Any], pieces: _Pieces) -> Any:
    """What the call returns; a generator is gone through in the same thread."""

    def work() -> tuple[Any, BaseException | None]:
        try:
            value = call()
            return (pieces.of(value) if isinstance(value, Iterator) else value), None
        except BaseException as error:  # noqa: BLE001 (some, such as StopIteration, cannot go through a future)
            return None, error

    value, raised = await asyncio.get_running_loop().run_in_executor(None, work)
    if raised is not None:
        raise raised
    return value
