"""A lane: all calls to one model, how hard it may be asked, and why it waits or stopped."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from workbench.ceiling import asked_answer_tokens
from workbench.domain.model import Completion, CompletionRequest, Limits
from workbench.domain.protocols import Budget, Clock, Completer
from workbench.errors import (
    AuthenticationError,
    ContentFilteredError,
    ContextTooLongError,
    ModelTimeoutError,
    OverloadedError,
    ProviderError,
    RateLimitedError,
    UnknownModelError,
    WorkbenchError,
)
from workbench.runner.brake import Brake
from workbench.runner.concurrency import AdaptiveLimit
from workbench.runner.pace import Pace
from workbench.text import tokens

TIMEOUT_SLACK_S = 5.0
"""A completer keeps the time-out itself; this is the net under one that does not."""
PAUSE_AFTER = 5
"""So many trials in a row lost to the same error, and the lane pauses: the next ones would be lost the same way."""
RESERVING_S = 1.0
"""Setting money aside takes a moment of every call; what takes longer waits for money to be given back."""
SET_ASIDE = "what is left of the budget is set aside for calls under way"
_CLOSING = (AuthenticationError, UnknownModelError)
"""After one of these every further call to that model would fail the same way."""
_PUSHED_BACK = (RateLimitedError, OverloadedError)
_ABOUT_ONE_ROW = (ContextTooLongError, ContentFilteredError)
"""Errors that say something of the row asked, and nothing of the provider."""

LaneState = Literal["open", "paused", "closed"]


@dataclass(frozen=True)
class Attempt:
    """One call that was made."""

    result: Completion | ProviderError
    started_at: datetime
    """Naive UTC."""
    elapsed_ms: float
    reservation: str | None
    """The reserved spend to let go of once the outcome is stored; None where there is none, or where it is kept."""
    cold_start: bool


@dataclass(frozen=True)
class Spend:
    """What calls of a lane may spend, and how it is computed."""

    budget: Budget
    most_usd: Callable[[CompletionRequest], float]
    """The most that a request can cost, in US dollars. Raises UnavailableError where there is no bound."""
    cost_usd: Callable[[Completion], float | None]
    """What an answer did cost; None when unknown."""


class Lane:
    """The calls to one model. Judges and arms that ask the same model share its lane, and so its limits."""

    def __init__(
        self,
        model: str,
        completer: Completer,
        concurrency: int,
        *,
        clock: Clock,
        brake: Brake,
        limits: Limits | None = None,
        spend: Spend | None = None,
        local: bool = False,
        server: str | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`local`: the first call may load the model; it goes alone and says nothing about the model's pace.

        `pace` is that of earlier lanes of the model, where limits per minute hold beyond one lane. `server` names the
        machine that lanes take turns on, because it would swap models; None where there is no such machine.
        """
        self.model = model
        self.completer = completer
        self.server = server
        self.slots = AdaptiveLimit(concurrency)
        self.stopped_by: ProviderError | None = None
        self.state: LaneState = "open"
        self._clock = clock
        self._brake = brake
        self._pace = pace or Pace.of(limits or Limits(), clock)
        self._spend = spend
        self._cold = local
        self._loading: asyncio.Lock | None = asyncio.Lock() if local else None
        self._held_until = 0.0
        self._held_for = ""
        self._paced_until = 0.0
        self._paced_for = ""
        self._same_error = ""
        self._same_errors = 0
        self._reserving_since: list[float] = []

    @property
    def stopped(self) -> bool:
        """Whether it takes no further call: for now, or for good."""
        return self.state != "open"

    @property
    def in_flight(self) -> int:
        """Calls under way."""
        return self.slots.in_flight

    @property
    def at_once(self) -> int:
        """Calls that may be under way at the moment; fewer than configured after the provider pushed back."""
        return self.slots.now

    def waiting(self) -> tuple[float, str]:
        """How many seconds it still waits, infinite where nobody can tell, and for what; (0, "") while it goes on."""
        now = self._clock.monotonic()
        waits = ((self._held_until - now, self._held_for), (self._paced_until - now, self._paced_for))
        left, reason = max(waits)
        if left > 0:
            return left, reason
        without_money = now - min(self._reserving_since, default=now)
        return (math.inf, SET_ASIDE) if without_money >= RESERVING_S else (0.0, "")

    def go_on(self) -> None:
        """Take calls again after a pause."""
        self.state, self.stopped_by = "open", None
        self._same_error, self._same_errors = "", 0

    def change_limits(self, concurrency: int, limits: Limits) -> None:
        """Go on with other limits of the same kinds: those who share the model have come or gone."""
        self.slots.change(concurrency)
        self._pace.change(limits)

    def join_late(self) -> None:
        """Begin slowly: others have used the limits per minute until now."""
        self._pace.drain()

    def hold_back(self, seconds: float, reason: str) -> None:
        """Send nothing for a while: one answer with Retry-After holds back the whole lane."""
        until = self._clock.monotonic() + seconds
        if until > self._held_until:
            self._held_until, self._held_for = until, reason

    def lost(self, error: ProviderError) -> None:
        """A trial ended without an answer. A row of the same error pauses the lane; some close it at once."""
        if isinstance(error, _CLOSING):
            self.state, self.stopped_by = "closed", error
            return
        if isinstance(error, _ABOUT_ONE_ROW):
            return
        same = type(error).__name__ if error.retryable else f"{type(error).__name__} {error.message}"
        self._same_errors = self._same_errors + 1 if same == self._same_error else 1
        self._same_error = same
        if self._same_errors >= PAUSE_AFTER and self.state == "open":
            self.state, self.stopped_by = "paused", error

    async def ask(self, request: CompletionRequest, timeout_s: float) -> Attempt | None:
        """Wait for a turn, then ask once. None when the run or the lane stopped before the call was sent."""
        round_ = await self.slots.acquire()
        try:
            if self._loading is not None:
                async with self._loading:
                    if self._loading is not None:
                        attempt = await self._send(request, timeout_s, round_)
                        self._loading = None
                        return attempt
            return await self._send(request, timeout_s, round_)
        finally:
            self.slots.release()

    async def _send(self, request: CompletionRequest, timeout_s: float, round_: int) -> Attempt | None:
        size = about_tokens(request) if self._pace.tokens is not None else 0.0
        if not await self._turn(size):
            return None
        started_at, started = self._clock.now(), self._clock.monotonic()
        reservation, cold = None, self._cold
        try:
            if self._spend is not None:
                reservation = await self._reserve(self._spend, request)
                if self._brake.pulled or self.stopped:
                    self._pace.give_back(size)
                    self._settle(reservation, 0.0)
                    return None
            started_at, started = self._clock.now(), self._clock.monotonic()
            result: Completion | ProviderError = await self._complete(request, timeout_s)
        except ProviderError as error:
            result = error
        except asyncio.CancelledError:
            self._settle(reservation, None)  # it was sent, and may be charged for
            raise
        elapsed_ms = (self._clock.monotonic() - started) * 1000
        self._learn(result, round_, size)
        cost = self._cost(result)
        self._settle(reservation, cost)
        return Attempt(result, started_at, elapsed_ms, None if cost is None else reservation, cold)

    async def _reserve(self, spend: Spend, request: CompletionRequest) -> str | None:
        """Set aside the most that a call can cost. Where that does not fit, no call of the run starts any more."""
        try:
            most = spend.most_usd(request)
        except WorkbenchError as error:
            raise ProviderError(error.message, hint=error.hint, sent=False) from error
        if most <= 0:
            return None
        since = self._clock.monotonic()
        self._reserving_since.append(since)
        try:
            reservation = await spend.budget.reserve(self.model, most)
        finally:
            self._reserving_since.remove(since)
        if reservation is None:
            self._brake.pull("budget")
        return reservation

    async def _turn(self, size: float) -> bool:
        """Wait until the lane's limits and its provider allow a call; False when the run or the lane stopped."""
        seconds, reason = self._pace.take(size)
        if seconds > 0:
            self._paced_until, self._paced_for = self._clock.monotonic() + seconds, reason
            await self._brake.sleep(seconds)
        while not (self._brake.pulled or self.stopped):
            left = self._held_until - self._clock.monotonic()
            if left <= 0:
                return True
            await self._brake.sleep(left)
        self._pace.give_back(size)
        return False

    async def _complete(self, request: CompletionRequest, timeout_s: float) -> Completion:
        try:
            async with asyncio.timeout(timeout_s + TIMEOUT_SLACK_S):
                return await self.completer.complete(request)
        except TimeoutError as error:
            raise ModelTimeoutError(f"{self.model} gave no answer within {timeout_s:g} s.") from error
        except ProviderError:
            raise
        except WorkbenchError as error:
            raise ProviderError(error.message, hint=error.hint, sent=False) from error
        except Exception as error:  # a model may be anyone's code: one trial fails, never the run
            raise ProviderError(f"{self.model} failed with {type(error).__name__}: {error}") from error

    def _learn(self, result: Completion | ProviderError, round_: int, size: float) -> None:
        if isinstance(result, Completion):
            usage = result.usage
            used = None if usage.prompt_tokens is None else usage.prompt_tokens + (usage.completion_tokens or 0)
            self._pace.correct(size, used)
            self.slots.answered()
            self._cold = False
            self._same_error, self._same_errors = "", 0
        elif isinstance(result, _PUSHED_BACK):
            self.slots.pushed_back(round_)

    def _cost(self, result: Completion | ProviderError) -> float | None:
        """What a call cost; None where the provider may have charged for it and nobody knows how much."""
        if self._spend is None:
            return None
        if isinstance(result, Completion):
            return self._spend.cost_usd(result)
        return None if result.may_cost else 0.0

    def _settle(self, reservation: str | None, usd: float | None) -> None:
        if self._spend is not None and reservation is not None:
            self._spend.budget.settle(reservation, usd)


def about_tokens(request: CompletionRequest) -> float:
    """About how many tokens a call takes of a limit per minute: its prompt and the longest answer it asks for."""
    prompt = sum(tokens.count(message.content) for message in request.messages)
    return float(prompt + (asked_answer_tokens(request.parameters) or 0))
