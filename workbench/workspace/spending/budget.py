"""Holding caps: money is set aside in the store before a call is sent, so that processes share one cap."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from math import fsum

from workbench.errors import StoreError
from workbench.store import spend
from workbench.store.session import Session
from workbench.store.spend import Marks, Reading, Reservation
from workbench.workspace.context import Context
from workbench.workspace.spending.caps import Caps, alert

ID_BYTES = 8
LINGER_S = 0.02
"""How long a reservation waits for others to share its transaction: each costs some milliseconds of computing."""
READ_EVERY_S = 1.0
"""How often all of the ledger is read on. In between only what others reserve is, which is never too little."""
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

    def alerts(self) -> dict[str, str]:
        """What to point out, by the cap that it is about: `run` or `month`."""
        caps = self.caps
        told = {
            "run": alert("run", self.run_usd, caps.run_usd, caps.alert_at),
            "month": alert("month", self.month_usd, caps.month_usd, caps.alert_at),
        }
        return {which: text for which, text in told.items() if text is not None}

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
    """What counts by the rows of the store, as far as they were read, and by those written since."""

    month: datetime
    marks: Marks = field(default_factory=Marks)
    run_usd: float = 0.0
    month_usd: float = 0.0
    written_usd: float = 0.0
    """Set aside, less what was given back, in rows behind the marks."""
    given_back: frozenset[str] = frozenset()
    """Of which own reservations the rows say so, that were read or written last."""

    def standing(self, caps: Caps) -> Standing:
        return Standing(caps, self.run_usd + self.written_usd, self.month_usd + self.written_usd)

    def read_on(self, s: Session, run: str | None, own: Collection[str] = ()) -> _Stored:
        """With the rows behind the marks."""
        return self._with(spend.read_on(s, self.marks, run=run, month=self.month, own=own))

    def read_on_reserved(self, s: Session, run: str | None) -> _Stored:
        """With the reservations behind the marks: what counts then is too much rather than too little."""
        return self._with(spend.read_on_reserved(s, self.marks, run=run, month=self.month))

    def _with(self, new: Reading) -> _Stored:
        run_usd, month_usd = self.run_usd + new.run_usd, self.month_usd + new.month_usd
        return _Stored(self.month, new.marks, run_usd, month_usd, given_back=new.given_back)

    def wrote(self, usd: float, given_back: Iterable[str]) -> _Stored:
        """After so much more was set aside than given back."""
        return replace(self, written_usd=usd, given_back=self.given_back.union(given_back))


def open_budget(context: Context, caps: Caps, run: str | None) -> RunBudget | None:
    """The budget of one run in one process, or of calls outside a run; None when no cap is in force.

    Blocking: it reads what was spent before.
    """
    return RunBudget.opened(context, caps, run) if caps.in_force else None


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
        self._read_at_s = context.clock.monotonic()
        self._changed = asyncio.Event()
        self._serving: asyncio.Task[None] | None = None

    @classmethod
    def opened(cls, context: Context, caps: Caps, run: str | None) -> RunBudget:
        """With what was spent before. Blocking."""
        month = month_of(context.clock.now())
        return cls(context, caps, run, context.read(lambda s: _Stored(month).read_on(s, run)))

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
        self._stored, reservations = await asyncio.to_thread(self._context.write_patiently, transaction)
        for known in self._stored.given_back:
            self._refunds.pop(known, None)
        for asking, reservation in zip(waiting, reservations, strict=False):
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

    def _transaction(
        self, asked: Sequence[tuple[str, float]], refunds: Mapping[str, float], s: Session
    ) -> tuple[_Stored, Sequence[Reservation]]:
        """Set aside what fits of what is asked, in order. Runs in a thread."""
        now = self._context.clock.now()
        stored = self._read_on(s, sum(usd for _, usd in asked), month_of(now), refunds)
        refunds = {reservation: usd for reservation, usd in refunds.items() if reservation not in stored.given_back}
        # What the rows say, and what is true: the store does not know yet what settled calls did not cost.
        on_paper = stored.standing(self._caps)
        real = on_paper.less(fsum(refunds.values()))
        chosen: list[Reservation] = []
        total = 0.0
        for model, usd in asked:
            if not real.fits(total + usd):
                break
            total += usd
            chosen.append(Reservation(_new_id(now), self._run, model, usd, now))
        returned: Mapping[str, float] = {}
        if not on_paper.fits(total):
            returned = {reservation: usd for reservation, usd in refunds.items() if usd > 0}
            spend.give_back(s, returned, now)
        spend.add_reservations(s, chosen)
        return stored.wrote(total - fsum(returned.values()), returned), chosen

    def _read_on(self, s: Session, usd: float, month: datetime, own: Collection[str]) -> _Stored:
        """What counts now: all of it when it matters or a while has passed, else at least what others reserved."""
        stored = self._stored if self._stored.month == month else _Stored(month)
        now_s = self._context.clock.monotonic()
        if stored is self._stored and now_s - self._read_at_s < READ_EVERY_S:
            at_most = stored.read_on_reserved(s, self._run)
            if at_most.standing(self._caps).fits(usd):
                return at_most
        self._read_at_s = now_s
        return stored.read_on(s, self._run, own)


def _new_id(now: datetime) -> str:
    """Ids that grow with time: the store finds the newest among a million without reading the others."""
    return f"{int(now.replace(tzinfo=UTC).timestamp()):08x}{secrets.token_hex(ID_BYTES)}"


def _within(usd: float, cap: float | None) -> bool:
    return cap is None or round(usd, SUM_DIGITS) <= cap
