"""The loop: take a cell, find its sources, ask, retry, hand the outcome out.

It knows protocols only. Who stores an outcome, and where models come from, is not its business.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from workbench.domain.model import Completion, CompletionRequest
from workbench.domain.protocols import Clock, Completer, Retriever
from workbench.domain.run import Cell, Outcome, TrialFailure, TrialOutput
from workbench.errors import AuthenticationError, ModelTimeoutError, ProviderError, UnknownModelError, WorkbenchError
from workbench.pricing import cost_usd
from workbench.runner.requests import Sources, build_request, find_sources, request_key, retrieval_key
from workbench.runner.retry import RetryPolicy

CANCEL_GRACE_S = 1.5
"""How long answers in flight may still arrive after a cancel. Paid answers are worth a moment."""
TIMEOUT_SLACK_S = 5.0
"""A completer keeps the time-out itself; this is the net under one that does not."""
OUTCOMES_IN_HAND = 256
"""Outcomes waiting to be taken. Full, it holds the workers back, so that memory stays flat."""

SOURCES_IN_HAND = 512
"""Searches remembered: arms of one example stand next to each other, so a few suffice."""

LANE_CLOSING = (AuthenticationError, UnknownModelError)
"""After one of these every further call to that model would fail the same way."""


@dataclass
class Lane:
    """The calls to one model: how many at once, and why it stopped, if it did."""

    model: str
    completer: Completer
    concurrency: int
    waiting_until: float | None = None
    """Clock's monotonic time until which a provider's Retry-After holds the lane back."""
    waiting_for: str = ""
    closed_by: ProviderError | None = None


@dataclass
class Engine:
    """Carries out cells. One engine serves one run."""

    run: str
    lanes: Mapping[str, Lane]
    """By model alias."""
    retrievers: Mapping[str, Retriever]
    """By index fingerprint."""
    clock: Clock
    timeout_s: float
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    _sources: dict[str, asyncio.Future[Sources]] = field(default_factory=dict)

    def cancel(self) -> None:
        """Start no further call. Call it on the engine's event loop."""
        self._stop.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._stop.is_set()

    async def outcomes(self, cells: Iterable[Cell]) -> AsyncGenerator[Outcome, None]:
        """Carry out the cells and yield each outcome as it comes, in no particular order."""
        by_lane: dict[str, list[Cell]] = {alias: [] for alias in self.lanes}
        for cell in cells:
            by_lane[cell.arm.model.alias].append(cell)
        ready: asyncio.Queue[Outcome | None] = asyncio.Queue(OUTCOMES_IN_HAND)
        workers = [
            asyncio.create_task(self._work(self.lanes[alias], queue, ready))
            for alias, lane_cells in by_lane.items()
            for queue in [iter(lane_cells)]
            for _ in range(min(self.lanes[alias].concurrency, len(lane_cells)))
        ]
        closer = asyncio.create_task(self._close(workers, ready))
        try:
            while (outcome := await ready.get()) is not None:
                yield outcome
            for worker in workers:
                if not worker.cancelled():
                    worker.result()
        finally:
            for task in (*workers, closer):
                task.cancel()
            await asyncio.gather(*workers, closer, return_exceptions=True)

    async def _close(self, workers: list[asyncio.Task[None]], ready: asyncio.Queue[Outcome | None]) -> None:
        """End the stream when all workers have; after a cancel, give answers in flight a moment."""
        stopped = asyncio.create_task(self._stop.wait())
        working = set(workers)
        while working and not stopped.done():
            done, _ = await asyncio.wait({*working, stopped}, return_when=asyncio.FIRST_COMPLETED)
            working -= done
        stopped.cancel()
        if working:
            _, late = await asyncio.wait(working, timeout=CANCEL_GRACE_S)
            for worker in late:
                worker.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        await ready.put(None)

    async def _work(self, lane: Lane, queue: Iterator[Cell], ready: asyncio.Queue[Outcome | None]) -> None:
        for cell in queue:
            if self.cancelled or lane.closed_by is not None:
                return
            async for outcome in self._attempts(lane, cell):
                await ready.put(outcome)

    async def _attempts(self, lane: Lane, cell: Cell) -> AsyncIterator[Outcome]:
        """Ask until there is an answer or no sense in asking. Each attempt ends as an output or a failure."""
        try:
            sources = await self._find(cell)
            request = build_request(cell, sources, timeout_s=self.timeout_s)
        except WorkbenchError as error:
            yield self._failure(cell, error, attempt=1, final=True, started_at=self.clock.now(), elapsed_ms=0.0)
            return
        attempt = 0
        while True:
            attempt += 1
            await self._wait_for(lane)
            if self.cancelled:
                return
            started_at, started = self.clock.now(), self.clock.monotonic()
            try:
                completion = await self._ask(lane, request)
            except ProviderError as error:
                delay = self.retry.delay_s(error, attempt)
                if isinstance(error, LANE_CLOSING):
                    lane.closed_by = error
                elapsed_ms = (self.clock.monotonic() - started) * 1000
                yield self._failure(
                    cell, error, attempt=attempt, final=delay is None, started_at=started_at, elapsed_ms=elapsed_ms
                )
                if delay is None:
                    return
                if error.retry_after_s is not None:
                    lane.waiting_until = max(lane.waiting_until or 0.0, self.clock.monotonic() + delay)
                    lane.waiting_for = error.message
                else:
                    await self._sleep_unless_stopped(delay)
            else:
                yield self._output(
                    cell=cell,
                    request=request,
                    sources=sources,
                    completion=completion,
                    attempts=attempt,
                    started_at=started_at,
                )
                return

    async def _ask(self, lane: Lane, request: CompletionRequest) -> Completion:
        try:
            async with asyncio.timeout(self.timeout_s + TIMEOUT_SLACK_S):
                return await lane.completer.complete(request)
        except TimeoutError as error:
            raise ModelTimeoutError(f"{lane.model} gave no answer within {self.timeout_s:g} s.") from error
        except WorkbenchError:
            raise
        except Exception as error:  # a model may be anyone's code: one trial fails, never the run
            raise ProviderError(f"{lane.model} failed with {type(error).__name__}: {error}") from error

    async def _wait_for(self, lane: Lane) -> None:
        """Hold back while a provider's Retry-After lasts; one answer with it holds back the whole lane."""
        while lane.waiting_until is not None and not self.cancelled:
            left = lane.waiting_until - self.clock.monotonic()
            if left <= 0:
                lane.waiting_until, lane.waiting_for = None, ""
                return
            await self._sleep_unless_stopped(left)

    async def _sleep_unless_stopped(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    async def _find(self, cell: Cell) -> Sources:
        """The cell's sources; cells that ask the same of the same index share one search."""
        key = f"{cell.arm.index_fingerprint} {retrieval_key(cell.arm.retrieval, cell.example)}"
        search = self._sources.get(key)
        if search is None:
            fingerprint = cell.arm.index_fingerprint
            retriever = self.retrievers.get(fingerprint) if fingerprint is not None else None
            search = asyncio.ensure_future(asyncio.to_thread(find_sources, cell.arm.retrieval, cell.example, retriever))
            self._sources[key] = search
            if len(self._sources) > SOURCES_IN_HAND:
                del self._sources[next(iter(self._sources))]
        return await asyncio.shield(search)

    def _output(
        self,
        *,
        cell: Cell,
        request: CompletionRequest,
        sources: Sources,
        completion: Completion,
        attempts: int,
        started_at: datetime,
    ) -> TrialOutput:
        return TrialOutput(
            trial_id=cell.trial_id(self.run),
            run=self.run,
            arm=cell.arm.label,
            example_id=cell.example.id,
            repeat=cell.repeat,
            cell_hash=cell.hash,
            request_key=request_key(cell, request),
            completion=completion,
            retrieved=sources.chunks,
            retrieval_ms=sources.retrieval_ms,
            cost_usd=cost_usd(completion.usage, cell.arm.price),
            spent_usd=cost_usd(completion.usage, cell.arm.price),
            price=cell.arm.price,
            attempts=attempts,
            started_at=started_at,
        )

    def _failure(
        self, cell: Cell, error: WorkbenchError, *, attempt: int, final: bool, started_at: datetime, elapsed_ms: float
    ) -> TrialFailure:
        return TrialFailure(
            trial_id=cell.trial_id(self.run),
            run=self.run,
            arm=cell.arm.label,
            example_id=cell.example.id,
            repeat=cell.repeat,
            cell_hash=cell.hash,
            error=type(error).__name__,
            message=str(error),
            retryable=isinstance(error, ProviderError) and error.retryable,
            final=final,
            attempt=attempt,
            started_at=started_at,
            elapsed_ms=elapsed_ms,
        )
