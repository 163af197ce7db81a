"""Models for tests of what is built on them: scripted, counting, and holdable."""

from __future__ import annotations

import asyncio

from workbench.domain.model import Completion, Usage


def an_answer(text="An answer.", **fields):
    return Completion(
        text=text,
        model="scripted",
        finish_reason=fields.pop("finish_reason", "stop"),
        usage=fields.pop("usage", Usage(10, 5)),
        latency_ms=1.0,
        ttft_ms=0.5,
        **fields,
    )


class Scripted:
    """Answers by a function of the request, or raises what it returns; keeps count."""

    def __init__(self, answer=lambda request: an_answer(request.messages[-1].content)):
        self.answer = answer
        self.requests = []
        self.at_once = 0
        self.most_at_once = 0
        self.closed = False

    async def complete(self, request, on_token=None):
        self.requests.append(request)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            result = self.answer(request)
            if isinstance(result, BaseException):
                raise result
            return result
        finally:
            self.at_once -= 1

    async def aclose(self):
        self.closed = True


class Holding(Scripted):
    """Answers nothing until `release` is set."""

    def __init__(self):
        super().__init__()
        self.release = asyncio.Event()
        self.asked = asyncio.Event()

    async def complete(self, request, on_token=None):
        self.asked.set()
        await self.release.wait()
        return await super().complete(request, on_token)


class Held(Scripted):
    """Answers the first `free` requests; the others when let go."""

    def __init__(self, free, answer):
        super().__init__(answer)
        self.free = free
        self._gate = asyncio.Event()
        self._loop = None

    async def complete(self, request, on_token=None):
        self._loop = asyncio.get_running_loop()
        held = len(self.requests) >= self.free
        answer = await super().complete(request)
        if held:
            await self._gate.wait()
        return answer

    def let_go(self):
        self._loop.call_soon_threadsafe(self._gate.set)
