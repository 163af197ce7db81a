"""How long the calls of a run take, lane by lane."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.domain.model import Limits
from workbench.stats.forecast import Range, exactly
from workbench.workspace.estimates.run_time import STARTING_S, LanePlan, Work, lane_seconds, run_seconds

SECOND = Work(calls=exactly(160), ms=exactly(1_000.0), slowest_ms=1_000.0)
LANE = LanePlan((SECOND,), at_once=16, limits=Limits(), machine=None)


def test_calls_are_shared_among_those_made_at_once():
    found = lane_seconds(LANE)

    assert 10 <= found.middle <= 11
    assert found.low == pytest.approx(10 / 1.25)
    assert found.high == pytest.approx((10 + 15 / 16) * 1.25)


def test_fewer_calls_than_places_take_as_long_as_one():
    few = lane_seconds(replace(LANE, works=(replace(SECOND, calls=exactly(3)),)))

    assert few.low == pytest.approx(1 / 1.25)
    assert few.high == pytest.approx((1 + 2 / 3) * 1.25)


def test_lanes_of_hosted_models_go_on_side_by_side():
    slow = replace(LANE, at_once=4)

    assert run_seconds([LANE, slow]) == run_seconds([slow])


def test_models_that_share_a_machine_take_turns():
    here = replace(LANE, machine="http://127.0.0.1:11434")
    elsewhere = replace(LANE, machine="http://127.0.0.1:11435")

    together = run_seconds([here, here]).expected - STARTING_S.expected

    assert together == pytest.approx(2 * lane_seconds(here).expected)
    assert run_seconds([here, elsewhere]) == run_seconds([here])


def test_more_calls_at_once_make_a_machine_no_faster_than_it_was_measured():
    measured = replace(SECOND, machine_ms=500.0)

    found = lane_seconds(LanePlan((measured,), at_once=64, limits=Limits(), machine="here"))

    assert found.expected == pytest.approx(80.0)
    assert found.high >= 80.0


def test_requests_per_minute_hold_calls_back():
    found = lane_seconds(replace(LANE, limits=Limits(requests_per_minute=60)))

    assert 160 <= found.expected <= 180


def test_tokens_per_minute_hold_calls_back():
    long = replace(SECOND, tokens=Range(500.0, 1_000.0, 2_000.0))

    found = lane_seconds(replace(LANE, works=(long,), limits=Limits(tokens_per_minute=20_000)))

    assert found.low < 480 < found.expected < 960 <= found.high


def test_arms_and_judges_on_one_model_share_its_lane():
    both = lane_seconds(replace(LANE, works=(SECOND, SECOND)))

    assert both.middle == pytest.approx(2 * lane_seconds(LANE).middle, rel=0.1)


def test_a_run_that_replays_everything_takes_a_moment():
    nothing = replace(LANE, works=(replace(SECOND, calls=exactly(0)),))

    assert run_seconds([nothing]) == run_seconds([]) == STARTING_S
