"""Holding caps: money is set aside in the store before a call is sent, so that processes share one cap."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import fsum

from workbench.errors import StoreError
from workbench.store import spend
from workbench.store.session import Session
from workbench.store.spend import Marks, Reservation
from workbench.workspace.caps import Caps
from workbench.workspace.context import Context

ID_BYTES = 8
LINGER_S = 0.01
"""How long a reservation waits for others to share its transaction."""
SUM_DIGITS = 9
"""Sums of dollars are compared to a billionth: beyond that is only what binary fractions leave over."""
FREE = "free"
"""The reservation of a call that costs nothing; it is in no store."""


@dataclass(frozen=True)
class Standing:
    """What has been spent or set aside, against the caps in force, in US dollars."""

    caps: Caps
    run_usd: float
    month_usd: float

    def fits(self, usd: float) -> bool:
        """Whether so much more would stay within the caps."""
        return _within(self.run_usd + usd, self.caps.run_usd) and _within(self.month_usd + usd, self.caps.month_usd)

    def less(self, usd: float) -> Standing:
        """As it would be with so much given back."""
        return Standing(self.caps, self.run_usd - usd, self.month_usd - usd)


@dataclass
class _Asking:
    """Somebody who waits for a reservation."""

    model: str
    usd: float
    answer: asyncio.Future[str | None]


@dataclass(frozen=True)
class _Stored:
    """What the store holds that counts, as far as it was read, and what was written since."""

    month: datetime
    marks: Marks
    run_usd: float
    month_usd: float
    written_usd: float = 0.0
    """Set aside, less what was given back, in rows behind the marks."""

    def standing(self, caps: Caps) -> Standing:
        return Standing(caps, self.run_usd + self.written_usd, self.month_usd + self.written_usd)


@dataclass(frozen=True)
class _Granted:
    """The outcome of one transaction."""

    stored: _Stored
    reservations: Sequence[Reservation]
    """For the first of those who asked, in their order."""
    given_back: frozenset[str]


def open_budget(context: Context, caps: Caps, run: str | None) -> RunBudget | None:
    """The budget of one run in one process, or of calls outside a run; None when no cap is in force.

    Blocking: it reads what was spent before.
    """
    if not caps.in_force:
        return None
    month = month_of(context.clock.now())
    stored = context.read(lambda s: _read(s, _Stored(month, Marks(), 0.0, 0.0), run)[0])
    return RunBudget(context, caps, run, stored)


def month_of(moment: datetime) -> datetime:
    """When the calendar month of a moment began."""
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


class RunBudget:
    """Money that the calls of one run in one process may spend. See `Budget`; used on one event loop.

    Those who ask share transactions, and are served in the order in which they asked. Each transaction first reads
    what other processes stored, and never lets the rows of all processes together pass a cap.
    """

    def __init__(self, context: Context, caps: Caps, run: str | None, stored: _Stored) -> None:
        self._context = context
        self._caps = caps
        self._run = run
        self._stored = stored
        self._asking: deque[_Asking] = deque()
        self._under_way: dict[str, float] = {}
        # What settled calls did not cost of their reservations, while the store does not know it.
        self._refunds: dict[str, float] = {}
        self._changed = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    async def reserve(self, model: str, usd: float) -> str | None:
        """See `Budget.reserve`. Raises StoreError when the store fails."""
        if usd <= 0:
            return FREE
        asking = _Asking(model, usd, asyncio.get_running_loop().create_future())
        self._asking.append(asking)
        if self._serving is None or self._serving.done():
            self._serving = asyncio.create_task(self._serve())
        try:
            return await asking.answer
        except asyncio.CancelledError:
            if not asking.answer.cancelled() and (granted := asking.answer.result()) is not None:
                self.settle(granted, 0.0)
            self._changed.set()
            raise

    def settle(self, reservation: str, usd: float | None) -> None:
        """See `Budget.settle`."""
        reserved = self._under_way.pop(reservation, None)
        if reserved is not None and usd is not None:
            self._refunds[reservation] = reserved - usd
        self._changed.set()

    def standing(self) -> Standing:
        """What counts as spent now, for people. Safe to call from any thread."""
        return self._stored.standing(self._caps).less(fsum(list(self._refunds.values())))

    async def aclose(self) -> None:
        """Give back, for other processes to see, what settled calls did not cost. Call it when outcomes are stored."""
        for asking in self._asking:
            if not asking.answer.done():
                asking.answer.set_result(None)
        self._changed.set()
        if self._serving is not None:
            await self._serving
        refunds = {reservation: usd for reservation, usd in self._refunds.items() if usd > 0}
        if refunds:
            give_back = partial(spend.give_back, amounts=refunds, at=self._context.clock.now())
            # What cannot be given back stays counted, which breaks no cap.
            with suppress(StoreError):
                await asyncio.to_thread(self._context.write_patiently, give_back)

    async def _serve(self) -> None:
        """Answer those who ask, in turn, until nobody does."""
        try:
            while self._next() is not None:
                await asyncio.sleep(LINGER_S)
                await self._grant()
                await self._wait_for_refund()
        except Exception as error:  # noqa: BLE001 (raised where it is waited for)
            for asking in self._asking:
                if not asking.answer.done():
                    asking.answer.set_exception(error)

    def _next(self) -> _Asking | None:
        """The one whose turn it is; those who went away are forgotten."""
        while self._asking and self._asking[0].answer.done():
            self._asking.popleft()
        return self._asking[0] if self._asking else None

    async def _grant(self) -> None:
        """One transaction: set aside what fits, and tell those who asked for it."""
        waiting = [asking for asking in self._asking if not asking.answer.done()]
        asked = [(asking.model, asking.usd) for asking in waiting]
        transaction = partial(self._transaction, asked, dict(self._refunds))
        granted = await asyncio.to_thread(self._context.write_patiently, transaction)
        self._stored = granted.stored
        for known in granted.given_back:
            self._refunds.pop(known, None)
        for asking, reservation in zip(waiting, granted.reservations, strict=False):
            if asking.answer.done():  # whoever asked went away meanwhile
                self._refunds[reservation.id] = reservation.usd
            else:
                self._under_way[reservation.id] = reservation.usd
                asking.answer.set_result(reservation.id)

    async def _wait_for_refund(self) -> None:
        """While the first in line does not fit, wait for calls under way, or send it away when they cannot help."""
        while (first := self._next()) is not None:
            standing = self.standing()
            if standing.fits(first.usd):
                return
            if not standing.less(fsum(self._under_way.values())).fits(first.usd):
                self._asking.popleft().answer.set_result(None)
                continue
            self._changed.clear()
            await self._changed.wait()

    def _transaction(self, asked: Sequence[tuple[str, float]], refunds: Mapping[str, float], s: Session) -> _Granted:
        """Read on, and set aside what fits of what is asked, in order. Runs in a thread."""
        now = self._context.clock.now()
        stored = self._stored
        if stored.month != month_of(now):
            stored = _Stored(month_of(now), Marks(), 0.0, 0.0)
        stored, given_back = _read(s, stored, self._run)
        refunds = {reservation: usd for reservation, usd in refunds.items() if reservation not in given_back}
        # What the rows say, and what is true: the store does not know yet what settled calls did not cost.
        on_paper = stored.standing(self._caps)
        real = on_paper.less(fsum(refunds.values()))
        chosen: list[Reservation] = []
        total = 0.0
        for model, usd in asked:
            if not real.fits(total + usd):
                break
            total += usd
            chosen.append(Reservation(secrets.token_hex(ID_BYTES), self._run, model, usd, now))
        if not on_paper.fits(total):
            refunds = {reservation: usd for reservation, usd in refunds.items() if usd > 0}
            spend.give_back(s, refunds, now)
            given_back |= refunds.keys()
            total -= fsum(refunds.values())
        spend.add_reservations(s, chosen)
        stored = _Stored(stored.month, stored.marks, stored.run_usd, stored.month_usd, total)
        return _Granted(stored, chosen, given_back)


def _read(s: Session, stored: _Stored, run: str | None) -> tuple[_Stored, frozenset[str]]:
    """With the rows behind the marks, and the reservations that they gave something back of."""
    new = spend.read_on(s, stored.marks, run=run, month=stored.month)
    run_usd, month_usd = stored.run_usd + new.run_usd, stored.month_usd + new.month_usd
    return _Stored(stored.month, new.marks, run_usd, month_usd), new.given_back


def _within(usd: float, cap: float | None) -> bool:
    return cap is None or round(usd, SUM_DIGITS) <= cap
