"""From cells to requests, a block at a time: sources found, template filled, earlier answers looked up."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from workbench.domain.index import RetrievedChunk
from workbench.domain.model import CompletionRequest
from workbench.domain.protocols import AnswerCache, Retriever, ShownChunks
from workbench.domain.run import Cell, ChunksOf, Replayed
from workbench.errors import CancelledError, UnavailableError, WorkbenchError
from workbench.runner.context_window import refuse_too_long
from workbench.runner.requests import Sources, build_request, find_sources, request_key, retrieval_key

SEARCHES_AT_ONCE = 4
"""Threads of their own: a store that is slow for a moment must not hold up searches, nor they the store."""
SOURCES_IN_HAND = 512
"""Searches remembered: arms of one example stand next to each other, so a few suffice."""
FIRST_BLOCK = 8
LARGEST_BLOCK = 128
"""The first call waits for a small block; later ones are prepared while calls are under way."""

Lent = Mapping[tuple[str, int], tuple[RetrievedChunk, ...]]
"""By example and repeat, the chunks that an earlier run's arm was shown."""


@dataclass(frozen=True)
class Prepared:
    """A cell with what is sent for it."""

    cell: Cell
    sources: Sources
    request: CompletionRequest
    request_key: str


@dataclass(frozen=True)
class Unprepared:
    """A cell that cannot be asked, and why."""

    cell: Cell
    error: WorkbenchError


@dataclass(frozen=True)
class Block:
    """What became of some cells."""

    to_ask: Sequence[Prepared]
    replayed: Sequence[tuple[Prepared, Replayed]]
    failed: Sequence[Unprepared]


class Preparer:
    """Prepares the cells of one run. Used on one event loop; close it at the end."""

    def __init__(
        self,
        retrievers: Mapping[str, Retriever],
        *,
        timeout_s: float,
        caches: Mapping[str, AnswerCache] | None = None,
        lenders: Mapping[ChunksOf, ShownChunks] | None = None,
    ) -> None:
        """`retrievers` by index fingerprint; `caches` by model alias: without one, a model is asked everything anew.

        `lenders` have the chunks of arms that borrow them.
        """
        self._retrievers = retrievers
        self._lenders = lenders or {}
        self._timeout_s = timeout_s
        self._caches = caches or {}
        self._threads = ThreadPoolExecutor(SEARCHES_AT_ONCE, thread_name_prefix="workbench-prepare")
        self._searches: dict[str, Future[Sources]] = {}

    async def prepare(self, cells: Sequence[Cell]) -> Block:
        """Find sources, fill templates, look up earlier answers; all off the event loop."""
        searches, borrowing = [self._search(cell) for cell in cells], self._borrow(cells)
        await asyncio.gather(*map(asyncio.wrap_future, searches), return_exceptions=True)
        lent = {chunks: await asyncio.wrap_future(future) for chunks, future in borrowing.items()}
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._build, cells, searches, lent)

    def close(self) -> None:
        """Start nothing further. Searches under way end by themselves."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _borrow(self, cells: Sequence[Cell]) -> Mapping[ChunksOf, Future[Lent]]:
        """What the cells are shown again: one question to the store for each arm that lends to them."""
        asked: dict[ChunksOf, list[tuple[str, int]]] = {}
        for cell in cells:
            chunks = _borrowed(cell)
            if chunks is not None:
                asked.setdefault(chunks, []).append((cell.example.id, cell.repeat))
        return {chunks: self._threads.submit(self._lenders[chunks].find, places) for chunks, places in asked.items()}

    def _search(self, cell: Cell) -> Future[Sources]:
        """The cell's sources; cells that ask the same of the same index share one search."""
        arm = cell.arm
        if _borrowed(cell) is not None or (arm.retrieval is None and cell.example.context is None):
            return _NOTHING_TO_SEARCH
        key = f"{arm.index_fingerprint} {retrieval_key(arm.retrieval, cell.example)}"
        search = self._searches.get(key)
        if search is None:
            retriever = None if arm.index_fingerprint is None else self._retrievers.get(arm.index_fingerprint)
            search = self._threads.submit(find_sources, arm.retrieval, cell.example, retriever)
            self._searches[key] = search
            if len(self._searches) > SOURCES_IN_HAND:
                del self._searches[next(iter(self._searches))]
        return search

    def _build(
        self, cells: Sequence[Cell], searches: Sequence[Future[Sources]], lent: Mapping[ChunksOf, Lent]
    ) -> Block:
        ready: list[Prepared] = []
        failed: list[Unprepared] = []
        for cell, search in zip(cells, searches, strict=True):
            chunks = _borrowed(cell)
            try:
                sources = search.result() if chunks is None else _shown_again(cell, chunks, lent[chunks])
                request = build_request(cell, sources, timeout_s=self._timeout_s)
                refuse_too_long(cell.arm.model, request)
            except CancelledError:
                continue  # the run stopped while its sources were looked for: a resume asks for it
            except WorkbenchError as error:
                failed.append(Unprepared(cell, error))
            else:
                ready.append(Prepared(cell, sources, request, request_key(cell, request)))
        found = self._replays(ready)
        to_ask = [prepared for prepared in ready if prepared.request_key not in found]
        replayed = [(prepared, found[prepared.request_key]) for prepared in ready if prepared.request_key in found]
        return Block(to_ask, replayed, failed)

    def _replays(self, ready: Sequence[Prepared]) -> dict[str, Replayed]:
        """Earlier answers to these requests, by request key."""
        found: dict[str, Replayed] = {}
        for alias, cache in self._caches.items():
            keys = [prepared.request_key for prepared in ready if prepared.cell.arm.model.alias == alias]
            if keys:
                found |= cache.find(keys)
        return found


class Supply:
    """A lane's cells, prepared ahead of the calls. Used on one event loop."""

    def __init__(
        self, cells: Iterable[Cell], prepare: Callable[[Sequence[Cell]], Awaitable[Sequence[Prepared]]]
    ) -> None:
        """`prepare` returns those of some cells that have to be asked, and takes care of the others."""
        self._cells: Iterator[Cell] = iter(cells)
        self._prepare = prepare
        self._ready: deque[Prepared] = deque()
        self._block = FIRST_BLOCK
        self._refilling: asyncio.Task[None] | None = None
        self._exhausted = False
        self._defect: Exception | None = None

    async def next(self) -> Prepared | None:
        """The next request to send; None when there is none left."""
        while True:
            if len(self._ready) <= self._block // 2 and self._refilling is None and not self._exhausted:
                self._refilling = asyncio.create_task(self._refill())
            if self._ready:
                return self._ready.popleft()
            if self._refilling is None:
                return None
            await asyncio.shield(self._refilling)
            if self._defect is not None:
                raise self._defect

    @property
    def at_hand(self) -> int:
        """How many requests can be had without waiting."""
        return len(self._ready)

    def put_back(self, prepared: Prepared) -> None:
        """Hand back a request that was not sent, to be the next one."""
        self._ready.appendleft(prepared)

    def close(self) -> None:
        """Stop preparing."""
        if self._refilling is not None:
            self._refilling.cancel()

    async def _refill(self) -> None:
        try:
            cells = list(islice(self._cells, self._block))
            self._block = min(LARGEST_BLOCK, 2 * self._block)
            self._exhausted = not cells
            if cells:
                self._ready.extend(await self._prepare(cells))
        except Exception as defect:  # noqa: BLE001 (whoever waits for the next request must see it)
            self._defect = defect
        finally:
            self._refilling = None


def _borrowed(cell: Cell) -> ChunksOf | None:
    """Whose chunks it is shown again; a row's own context comes before them."""
    return None if cell.example.context is not None else cell.arm.borrowed


def _shown_again(cell: Cell, chunks: ChunksOf, lent: Lent) -> Sources:
    found = lent.get((cell.example.id, cell.repeat))
    if found is None:
        raise UnavailableError(
            f"It is not known which sources to show: in run {chunks.run}, {chunks.arm} has no answer to "
            f"{cell.example.id}, repeat {cell.repeat}.",
            hint=f"`workbench resume {chunks.run} --retry-failed` asks for it; then resume this run in the same way.",
        )
    return Sources(found, None)


_NOTHING_TO_SEARCH: Future[Sources] = Future()
_NOTHING_TO_SEARCH.set_result(Sources((), None))
