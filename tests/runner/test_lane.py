"""What a lane says of itself while its calls wait."""

import asyncio
import math

from tests.support.completers import Scripted
from workbench.domain.model import CompletionRequest
from workbench.domain.prompt import Message
from workbench.runner.brake import Brake
from workbench.runner.lane import Lane, Spend

REQUEST = CompletionRequest((Message("user", "Can I repay early?"),))


class HandClock:
    """A clock that a test moves."""

    def __init__(self):
        self.seconds = 0.0

    def monotonic(self):
        return self.seconds

    def now(self):
        return None


class Purse:
    """A budget whose money comes when a test says so."""

    def __init__(self):
        self.refilled = asyncio.Event()
        self.asked = asyncio.Event()

    async def reserve(self, model, usd):
        self.asked.set()
        await self.refilled.wait()
        return "reserved"

    def settle(self, reservation, usd):
        pass


def test_a_lane_whose_calls_wait_for_money_says_so():
    async def said():
        clock, purse = HandClock(), Purse()
        spend = Spend(purse, lambda request: 1.0, lambda completion: 0.1)
        lane = Lane("one", Scripted(), 1, clock=clock, brake=Brake(), spend=spend)
        call = asyncio.create_task(lane.ask(REQUEST, 5.0))
        await purse.asked.wait()
        at_first = lane.waiting()
        clock.seconds = 5.0
        later = lane.waiting()
        purse.refilled.set()
        await call
        return at_first, later, lane.waiting()

    at_first, later, in_the_end = asyncio.run(said())

    assert at_first == in_the_end == (0.0, "")
    assert later == (math.inf, "what is left of the budget is set aside for calls under way")
