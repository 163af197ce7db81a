"""A model that is code of the user's own, behind the same protocol as every other."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path
from typing import Any

from workbench.domain.model import Completion, CompletionRequest, ModelSpec
from workbench.domain.protocols import OnToken
from workbench.errors import ModelTimeoutError, ProviderError
from workbench.models.python import running
from workbench.models.python.answers import check_piece, joined, read
from workbench.models.python.calling import caller_of
from workbench.models.python.failures import translate
from workbench.models.python.running import CodeLoop, Ended
from workbench.own_code.target import find, parse


class PythonCompleter:
    """A function or a LangChain Runnable. It is asked once: retries are the runner's business.

    Making one imports the module. Raises InputError where the name leads nowhere, and UnavailableError where the
    module cannot be imported.
    """

    def __init__(self, spec: ModelSpec, environ: Mapping[str, str], root: Path | None = None) -> None:
        """`root` is the project's folder, from which modules may be imported as well."""
        found = find(parse(spec.model), root)
        self._name = spec.model
        self._caller = caller_of(found.value, spec.model)
        self._file = found.file
        self._root = root
        self._environ = environ

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Call it and wait for the whole answer, at most `request.timeout_s` seconds.

        `on_token` gets the pieces that a generator yields. Raises a ProviderError.
        """
        ended = await self._call(request, on_token)
        if ended.raised is not None:
            raise translate(
                ended.raised, name=self._name, environ=self._environ, root=self._root, file=self._file
            ) from ended.raised
        answer = read(joined(ended.value) if ended.streamed else ended.value)
        return Completion(
            text=answer.text,
            model=answer.model or self._name,
            finish_reason=answer.finish_reason,
            usage=answer.usage,
            latency_ms=ended.latency_ms,
            ttft_ms=ended.ttft_ms,
            tool_calls=answer.tool_calls,
            notes=(*self._caller.not_passed(request), *answer.notes),
            sources=answer.sources,
            cost_usd=answer.cost_usd,
        )

    async def aclose(self) -> None:
        """Nothing to release: what the code keeps open is its own business."""

    async def _call(self, request: CompletionRequest, on_token: OnToken | None) -> Ended:
        code = running.current()
        pieces = _Handover()
        future = code.start(lambda: self._caller.call(request), is_async=self._caller.is_async, take=pieces.put)
        future.add_done_callback(pieces.end)
        try:
            async with asyncio.timeout(request.timeout_s) as limit:
                while (piece := await pieces.next()) is not None:
                    if on_token is not None:
                        on_token(piece)
        except TimeoutError as error:
            if not limit.expired():
                raise
            future.cancel()
            raise await self._late(code, request.timeout_s) from error
        finally:
            pieces.given_up = True
            future.cancel()
        if future.cancelled() and code.left_behind:
            raise ModelTimeoutError(
                f"{self._name} was cut off: another call blocked the event loop of both.",
                hint="Await what takes time, or write a plain function.",
            )
        if future.cancelled():
            raise ProviderError(f"{self._name} cancelled itself.", hint="Something in it raised CancelledError.")
        return future.result()

    async def _late(self, code: CodeLoop, timeout_s: float) -> ModelTimeoutError:
        if not self._caller.is_async:
            hint = "Its thread could not be stopped and was left behind: it may ask for `timeout_s`."
        elif await code.answers():
            hint = "The call was cancelled. Allow more time, or make it faster."
        else:
            code.leave_behind()
            hint = "It blocks its event loop, which was left behind: await what takes time, or write a plain function."
        return ModelTimeoutError(f"{self._name} gave no complete answer in {timeout_s:g} s.", hint=hint)


class _Handover:
    """Pieces of text on their way from the thread that makes them to the loop that waits for them."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.given_up = False
        """Set when nobody waits any more; a generator then ends at its next piece."""

    def put(self, piece: Any) -> None:
        """Hand on what a generator yielded. From any thread."""
        text = check_piece(piece)
        if self.given_up:
            raise GeneratorExit
        if text:
            self._loop.call_soon_threadsafe(self._queue.put_nowait, text)

    def end(self, _: Future[Ended]) -> None:
        """No further pieces. From any thread."""
        with suppress(RuntimeError):  # the loop that waited is closed
            self._loop.call_soon_threadsafe(self._queue.put_nowait, None)

    async def next(self) -> str | None:
        """The next piece; None after the last."""
        return await self._queue.get()
