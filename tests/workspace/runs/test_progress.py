"""How far a run is, told from the lanes of its models."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.workspace.runs.progress import LaneProgress, seconds_left


def lane(model, planned, done, **fields):
    return LaneProgress(model, planned, done, fields.pop("failed", 0), **fields)


def left(elapsed_s, *now, before=()):
    return seconds_left(elapsed_s, now, before)


def test_before_the_first_answer_nobody_knows_how_long_it_takes():
    assert left(5.0, lane("one", 100, 0)) is None


def test_the_slowest_lane_tells_the_time():
    assert left(60.0, lane("fast", 360, 360), lane("slow", 360, 60)) == pytest.approx(300)


def test_replayed_answers_and_those_of_an_earlier_process_tell_nothing_of_the_pace():
    now = lane("one", 100, 60, cached=40)
    assert left(10.0, now) == pytest.approx(10 / 20 * 40)
    assert left(10.0, now, before=[lane("one", 100, 10)]) == pytest.approx(10 / 10 * 40)


def test_lanes_that_take_turns_share_a_pace():
    first, second = lane("big", 10, 10, server="here"), lane("small", 10, 0, server="here")
    assert left(30.0, first, second) == pytest.approx(30)


def test_a_lane_that_stopped_waits_for_a_person_and_does_not_count():
    assert left(10.0, lane("down", 50, 5, state="paused"), lane("up", 50, 25)) == pytest.approx(10)


def test_a_lane_without_an_answer_is_guessed_from_the_others():
    assert left(10.0, lane("up", 20, 20), lane("late", 20, 0)) == pytest.approx(10)


@given(st.floats(0, 1e6), st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50)), min_size=1))
def test_it_is_never_negative_and_nothing_once_all_is_done(elapsed_s, counts):
    now = [lane(str(n), planned=sum(parts), done=parts[0], failed=parts[1]) for n, parts in enumerate(counts)]
    told = seconds_left(elapsed_s, now, ())

    assert told is None or told >= 0
    if told is not None and all(one.missing == 0 for one in now):
        assert told == 0
