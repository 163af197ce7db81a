"""What requests to one embedding model share."""

from __future__ import annotations

import asyncio

import pytest

from workbench.domain.clock import SystemClock
from workbench.domain.model import Limits, ModelSpec
from workbench.errors import UnavailableError
from workbench.workspace.knowledge.embedding_desks import CONCURRENCY, desk_of

ENVIRON = {"OPENAI_API_KEY": "k"}
MODEL = ModelSpec("mine", "openai/tiny", limits=Limits(concurrency=2, requests_per_minute=60))
CLOCK = SystemClock()


def test_requests_at_the_same_time_share_all_and_later_ones_the_limits():
    async def used():
        async with desk_of(MODEL, ENVIRON, CLOCK) as one, desk_of(MODEL, ENVIRON, CLOCK) as other:
            assert one is other
        async with desk_of(MODEL, ENVIRON, CLOCK) as later:
            assert (later.pace, later.slots) == (one.pace, one.slots)
            assert later.completer is not one.completer

    asyncio.run(used())


def test_other_models_limits_and_keys_have_their_own():
    async def used():
        other_model = ModelSpec("mine", "openai/other", limits=MODEL.limits)
        async with (
            desk_of(MODEL, ENVIRON, CLOCK) as one,
            desk_of(other_model, ENVIRON, CLOCK) as other,
            desk_of(MODEL, dict(ENVIRON), CLOCK) as elsewhere,
        ):
            assert one.pace is not other.pace
            assert one.completer is not elsewhere.completer
            assert one.pace is elsewhere.pace

    asyncio.run(used())


@pytest.mark.parametrize(
    ("model", "most"),
    [
        (MODEL, 2),
        (ModelSpec("mine", "openai/tiny"), CONCURRENCY),
        (ModelSpec("mine", "lm_studio/tiny", api_base="http://127.0.0.1:1234/v1"), 1),
    ],
)
def test_how_many_requests_may_be_under_way(model, most):
    async def used():
        async with desk_of(model, ENVIRON, CLOCK) as desk:
            return desk.slots.most

    assert asyncio.run(used()) == most


def test_a_missing_key_is_what_is_needed_first():
    async def used():
        async with desk_of(MODEL, {}, CLOCK):
            pass

    with pytest.raises(UnavailableError, match="OPENAI_API_KEY is not set"):
        asyncio.run(used())
