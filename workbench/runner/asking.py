"""Asking again: one request, attempt by attempt, until there is an answer or no sense in asking."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count

from workbench.domain.model import Completion, CompletionRequest
from workbench.domain.protocols import OnToken
from workbench.runner.brake import Brake
from workbench.runner.lane import Attempt, Lane
from workbench.runner.retry import RetryPolicy


@dataclass(frozen=True)
class Numbered:
    """An attempt and its place among those at the same request."""

    attempt: Attempt
    number: int
    """From 1."""
    final: bool
    """Whether no further attempt is made."""


async def attempts(
    lane: Lane, request: CompletionRequest, *, timeout_s: float, retry: RetryPolicy, brake: Brake, made_before: int = 0
) -> AsyncIterator[Numbered]:
    """Every attempt at a request, the last one final, but for a run or lane that stops in between.

    `made_before` attempts count as made.
    """
    for number in count(made_before + 1):
        attempt = await lane.ask(request, timeout_s)
        if attempt is None:
            return
        error = attempt.result
        if isinstance(error, Completion):
            yield Numbered(attempt, number, final=True)
            return
        delay = retry.delay_s(error, number)
        if delay is None:
            lane.lost(error)
        elif error.retry_after_s is not None:
            lane.hold_back(delay, f"the provider asked for it ({error.message.rstrip('.')})")
        yield Numbered(attempt, number, final=delay is None)
        if delay is None:
            return
        if error.retry_after_s is None:
            await brake.sleep(delay)


@dataclass
class LaneCompleter:
    """A lane as a completer, for judges: it waits its turn, asks again, and remembers what was reserved.

    Use one for each verdict. When the run or the lane stops, the task that asks is cancelled: there is no verdict,
    and none is stored.
    """

    lane: Lane
    brake: Brake
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    reservations: list[str] = field(default_factory=list)
    """Reserved spend to let go of once the verdict is stored."""

    async def complete(self, request: CompletionRequest, on_token: OnToken | None = None) -> Completion:
        """Answer one request, with the policy's attempts. Raises the last error; text is not handed out in pieces."""
        del on_token
        asked = attempts(self.lane, request, timeout_s=request.timeout_s, retry=self.retry, brake=self.brake)
        async for made in asked:
            if made.attempt.reservation is not None:
                self.reservations.append(made.attempt.reservation)
            if isinstance(made.attempt.result, Completion):
                return made.attempt.result
            if made.final:
                raise made.attempt.result
        raise asyncio.CancelledError

    async def aclose(self) -> None:
        """The lane's completer belongs to the run."""
