"""What the browser sends to the Review page may be anything."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.review import Criterion, Judgement, Span
from workbench.ui.review.screen.messages import Message, Preferred, Verdicted, Withdrawn, read_message

PRESS = {
    "action": "say",
    "number": 7,
    "item": "i-1",
    "verdict": "fail",
    "note": "wrong year",
    "tags": ["old figures", " old figures ", ""],
    "spans": [{"start": 3, "end": 9, "label": "wrong"}, {"start": 4, "end": 4}, "x"],
    "criteria": {"Is it short?": True, "Does it cite?": None, "Odd": "yes"},
    "correction": " In 2023. ",
    "seconds": 3.5,
}


def read(**change):
    message = read_message({"said": [{**PRESS, **change}], "show": "i-2"})
    return message.said[0] if message.said else None


def test_everything_typed_travels_with_the_verdict():
    assert read() == Verdicted(
        7,
        "i-1",
        Judgement(
            verdict="fail",
            note="wrong year",
            seconds=3.5,
            criteria=(Criterion("Is it short?", True), Criterion("Does it cite?", None)),
            tags=("old figures",),
            spans=(Span(3, 9, "wrong"),),
            correction="In 2023.",
        ),
    )


def test_a_choice_between_two_and_an_undo_are_read():
    assert read(verdict="both fine") == Preferred(7, "i-1", "both fine", "wrong year", 3.5)
    assert read(action="withdraw") == Withdrawn(7, "i-1")


def test_what_was_said_first_is_stored_first():
    message = read_message({"said": [{**PRESS, "number": 9}, {**PRESS, "number": 8}], "show": None})

    assert [said.number for said in message.said] == [8, 9]


@pytest.mark.parametrize(
    "change",
    [{"verdict": "approve"}, {"item": 3}, {"item": " "}, {"number": "7"}, {"number": True}, {"number": -1}],
)
def test_a_press_that_is_not_readable_is_left_out(change):
    assert read(**change) is None


@pytest.mark.parametrize("seconds", [None, -1, 0, 10**9, "3", float("nan"), True])
def test_an_impossible_time_on_the_screen_is_unknown(seconds):
    assert read(seconds=seconds).judgement.seconds is None


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*PRESS, "said", "show", "start", "end", "label"]), inner, max_size=6)
    ),
    max_leaves=20,
)


@given(ANYTHING, st.sampled_from(list(PRESS)))
@settings(max_examples=100, deadline=None)
def test_nothing_that_a_browser_sends_breaks_the_reading(value, name):
    for message in (value, {"said": value, "show": value}, {"said": [{**PRESS, name: value}], "show": value}):
        assert read_message(message) is None or isinstance(read_message(message), Message)
