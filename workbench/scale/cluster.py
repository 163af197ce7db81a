"""A Dask cluster: who works there, functions called on workers, tasks given to one of them, and messages from them.

Which worker does what, and what happens when one dies, is decided by the caller: Dask knows nothing of budgets and
limits, so it must not repeat a task by itself. A task is therefore bound to its worker and lost with it.

Functions and what they take and return are pickled. Whoever reaches a scheduler can have code executed by its workers
and its clients.
"""

from __future__ import annotations

import asyncio
import logging
import pickle
import secrets
import zlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from typing import Any, TypeVar

from workbench.errors import UnavailableError, WorkbenchError, WorkerLostError

T = TypeVar("T")

CONNECT_S = 5.0
CLOSE_S = 2.0
LOOK_S = 2.0
"""How often it is looked who works there; most changes are told by the scheduler at once."""
KEPT_MESSAGES = 16
"""For developers, Dask keeps the last thousand messages of each connection. Those with requests are large; the scheduler
keeps them all the same, so they are packed."""
_SCHEMES = {"dask": "tcp", "dask+tls": "tls"}
_EVENTS = "all"


class Cluster:
    """A connection to a scheduler, on one event loop."""

    def __init__(self, client: Any, address: str) -> None:
        self.address = address
        self.workers: dict[str, int] = {}
        """How many tasks each worker works on at once, by its address."""
        self.changed = asyncio.Event()
        """Set when workers may have come or gone. Whoever looked clears it."""
        self._client = client
        self._gone: dict[str, asyncio.Event] = {}
        self._topics: list[str] = []
        self._looking: asyncio.Task[None] | None = None
        self._look_now = asyncio.Event()

    @classmethod
    async def connect(cls, address: str) -> Cluster:
        """Connect to `dask://HOST:PORT` or, with certificates from Dask's own configuration, `dask+tls://HOST:PORT`.

        Raises UnavailableError when Dask is not installed or no scheduler answers.
        """
        distributed, dask = _dask()
        scheme, _, place = address.partition("://")
        url = f"{_SCHEMES[scheme]}://{place}"
        client: Any = None
        try:
            with dask.config.set({"distributed.admin.low-level-log-length": KEPT_MESSAGES}):
                client = distributed.Client(
                    url, asynchronous=True, set_as_default=False, timeout=CONNECT_S, name="workbench"
                )
                async with asyncio.timeout(CONNECT_S + CLOSE_S):
                    await client
            cluster = cls(client, address)
            cluster._subscribe(_EVENTS, cluster._take_event)
            await cluster._look()
        except (OSError, RuntimeError, TypeError, ValueError, MemoryError) as error:
            if client is not None:
                await _quietly(client.close())
            raise _unreachable(address, scheme, error) from error
        cluster._looking = asyncio.create_task(cluster._keep_looking())
        return cluster

    @property
    def lost(self) -> bool:
        """Whether the scheduler is gone: nothing more will come of it."""
        return bool(self._client.status != "running")

    def has(self, worker: str) -> bool:
        """Whether a worker is there, for all that is known."""
        return worker in self._gone

    def require(self) -> None:
        """Raise UnavailableError when the scheduler is gone."""
        if self.lost:
            raise self._gone_error()

    def listen(self, topic: str, take: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Have messages that workers send by `send` handed over, each with its sender."""
        self._subscribe(topic, lambda event: take(event[1]["worker"], event[1]["message"]))

    async def call(
        self, function: Callable[..., T | Awaitable[T]], *given: Any, workers: Sequence[str], within_s: float
    ) -> dict[str, T | Exception]:
        """Call a function on some workers at once, beside their tasks: what it returned or raised, by worker.

        A worker that does not answer in time is not in it.
        """

        async def one(worker: str) -> tuple[str, T | Exception] | None:
            with suppress(TimeoutError):
                async with asyncio.timeout(within_s):
                    returned = await self._client.run(function, *given, workers=[worker], on_error="return")
                    return worker, returned[worker]
            return None

        try:
            answers = await asyncio.gather(*map(one, workers))
        except OSError as error:
            raise self._gone_error() from error
        return dict(answer for answer in answers if answer is not None)

    async def carry_out(self, worker: str, function: Callable[[Any], Awaitable[T]], given: Any, *, name: str) -> T:
        """Have one worker carry out a task. Raises WorkerLostError when it died, or was gone before it could begin."""
        packed = await asyncio.to_thread(_pack, given)
        self.require()
        gone = self._gone.get(worker)
        if gone is None:
            raise WorkerLostError(f"The worker {worker} is gone.", began=False)
        key = f"{name}-{secrets.token_hex(8)}"
        future = self._client.submit(
            _unpacked, function, packed, key=key, workers=[worker], allow_other_workers=False, pure=False
        )
        leaving = asyncio.create_task(gone.wait())
        coming: asyncio.Future[T] = asyncio.ensure_future(future.result())
        either: set[asyncio.Future[Any]] = {leaving, coming}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            return self._result(coming, worker)
        finally:
            leaving.cancel()
            coming.cancel()
            future.release()

    async def aclose(self) -> None:
        """Disconnect. Tasks that were not fetched are forgotten."""
        if self._looking is not None:
            self._looking.cancel()
        if not self.lost:
            for topic in self._topics:
                self._client.unsubscribe_topic(topic)
        await _quietly(self._client.close())

    def _gone_error(self) -> UnavailableError:
        return UnavailableError(
            f"The Dask scheduler at {self.address} is gone.",
            hint="Start it again; `workbench resume RUN` asks what is missing.",
        )

    def _result(self, coming: asyncio.Future[T], worker: str) -> T:
        """What came of a task, which is lost when nothing did."""
        from distributed import KilledWorker

        if not coming.done():
            raise WorkerLostError(f"The worker {worker} died.")
        try:
            return coming.result()
        except (KilledWorker, CancelledError) as error:
            self.require()
            raise WorkerLostError(f"The worker {worker} died.") from error
        except WorkbenchError:
            raise
        except Exception as error:
            raise UnavailableError(f"The worker {worker} failed with {type(error).__name__}: {error}") from error

    def _subscribe(self, topic: str, take: Callable[[tuple[float, Any]], None]) -> None:
        self._client.subscribe_topic(topic, take)
        self._topics.append(topic)

    async def _keep_looking(self) -> None:
        while not self.lost:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    await self._look_now.wait()
            self._look_now.clear()
            with suppress(OSError):
                await self._look()
        self.changed.set()

    async def _look(self) -> None:
        """Learn who works there."""
        scheduler = self._client.scheduler
        if scheduler is None:
            return
        known = (await scheduler.identity(n_workers=-1))["workers"]
        running = {name: worker["nthreads"] for name, worker in known.items() if worker["status"] == "running"}
        for worker in self._gone.keys() - known.keys():
            self._gone.pop(worker).set()
        for worker in known.keys() - self._gone.keys():
            self._gone[worker] = asyncio.Event()
        if running != self.workers:
            self.workers = running
            self.changed.set()

    def _take_event(self, event: tuple[float, Any]) -> None:
        """Something happened at the scheduler. A worker that is gone is lost at once."""
        told = event[1]
        if not isinstance(told, Mapping) or told.get("action") not in {"add-worker", "remove-worker"}:
            return
        if told["action"] == "remove-worker" and (gone := self._gone.pop(told["worker"], None)) is not None:
            gone.set()
        self._look_now.set()


def _pack(given: object) -> bytes:
    return zlib.compress(pickle.dumps(given), level=1)


async def _unpacked(function: Callable[[Any], Awaitable[T]], packed: bytes) -> T:
    """On the worker: call a function with what was packed for it."""
    return await function(await asyncio.to_thread(_unpack, packed))


def _unpack(packed: bytes) -> Any:
    return pickle.loads(zlib.decompress(packed))  # noqa: S301 (Dask itself unpickles what comes the same way)


def send(topic: str, message: Mapping[str, Any]) -> None:
    """From within a worker's task: a small message to the clients that listen to a topic."""
    from distributed import get_worker

    worker = get_worker()
    worker.log_event(topic, {"worker": worker.address, "message": message})


def _dask() -> tuple[Any, Any]:
    try:
        import dask
        import distributed
    except ImportError as error:
        raise UnavailableError(
            "Dask is not installed, which runs on several machines need.",
            hint="`pip install 'prompt-workbench[scale]'`, in the same version as on the workers.",
        ) from error
    # What it has to say is raised here as errors, in words of this program.
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
    return distributed, dask


def _unreachable(address: str, scheme: str, error: Exception) -> UnavailableError:
    """Why there is no connection, and what would help."""
    if isinstance(error, OSError) and scheme == "dask":
        _, _, place = address.partition("://")
        hint = (
            f"Start it with `dask scheduler`, and on each machine `dask worker {place}`. With TLS: dask+tls://{place}."
        )
        return UnavailableError(f"No Dask scheduler answers at {address}.", hint=hint)
    hint = "Certificates come from Dask's configuration: distributed.comm.tls, or DASK_DISTRIBUTED__COMM__TLS__CA_FILE."
    return UnavailableError(f"No connection to the Dask scheduler at {address}: {error}.", hint=hint)


async def _quietly(closing: Awaitable[object]) -> None:
    """Close what may be broken already."""
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(CLOSE_S):
            await closing
