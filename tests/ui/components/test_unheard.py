"""Choices made faster than a page is drawn, whose address the browser does not know yet."""

import pytest
from streamlit.testing.v1 import AppTest


def script():
    import streamlit as st

    from workbench.ui.components import address, unheard

    with unheard.drawing(st.session_state.get("page", "run")):
        address.pick_many("Models", ["a", "b"], "model")
        address.toggle("Replay", "replay", default=True)
        st.button("Start")
        if st.session_state.get("broken-off"):
            raise RuntimeError("broken off")  # not an end that the page came to, as when the next drawing begins
        st.stop()


@pytest.fixture
def at():
    return AppTest.from_function(script).run()


def choose_and_break_off(at):
    """Choose a model; the drawing that follows is broken off, and the browser does not hear of the new address."""
    at.session_state["broken-off"] = True
    at.multiselect(key="address-model").set_value(["b"]).run()
    assert at.exception
    at.session_state["broken-off"] = False
    at.query_params.clear()


def test_a_choice_whose_drawing_was_broken_off_is_kept_by_the_next(at):
    choose_and_break_off(at)
    at.button[0].click().run()

    assert at.multiselect(key="address-model").value == ["b"]
    assert at.query_params == {"model": "b"}


def test_two_choices_in_one_moment_are_both_kept(at):
    choose_and_break_off(at)
    at.toggle(key="address-replay").set_value(False).run()

    assert at.multiselect(key="address-model").value == ["b"]
    assert at.toggle(key="address-replay").value is False


def test_once_the_page_was_drawn_the_browsers_address_is_the_truth_again(at):
    at.multiselect(key="address-model").set_value(["b"]).run()
    at.query_params.clear()
    at.run()

    assert at.multiselect(key="address-model").value == []


def test_what_another_page_was_asked_for_stays_there(at):
    choose_and_break_off(at)
    at.session_state["page"] = "compare"
    at.run()

    assert at.multiselect(key="address-model").value == []
