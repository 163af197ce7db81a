"""Estimates of runs that were not started."""

from __future__ import annotations

import pytest

from tests.support.estimates import ONE, PRICE_IN, PRICE_OUT, TWO, both
from workbench.text import tokens


def test_calls_tokens_and_cost_are_told_per_arm_before_anything_is_known(filled):
    found = filled.estimate(**both(repeats=3, parameters={"max_tokens": 400}))

    assert found.planned == 36
    plain, careful = found.arms
    assert (plain.arm, plain.model, plain.calls.middle) == ("answer@1:one", ONE, 18)
    question = tokens.count("How long is item 1 lent?")
    assert plain.prompt_each.low < question + 4 < plain.prompt_each.high
    assert careful.prompt_each.middle > plain.prompt_each.middle
    assert (plain.completion_each.low, plain.completion_each.expected, plain.completion_each.high) == (1, None, 400)
    assert "between 1 and 400" in plain.completion_from
    low = 18 * (plain.prompt_each.low * PRICE_IN + PRICE_OUT)
    high = 18 * (plain.prompt_each.high * PRICE_IN + 400 * PRICE_OUT)
    assert (plain.cost_usd.low, plain.cost_usd.high) == (pytest.approx(low), pytest.approx(high))
    assert found.cost_usd.high == pytest.approx(plain.cost_usd.high + careful.cost_usd.high)


def test_nothing_is_asked_and_nothing_stored(filled, models):
    before = filled.estimates.revision()

    filled.estimate(**both())

    assert models.default.requests == []
    assert filled.runs.list() == []
    assert filled.estimates.revision() == before


def test_without_earlier_answers_the_pace_is_unknown_and_a_probe_is_offered(filled):
    found = filled.estimate(**both(parameters={"max_tokens": 400}))

    assert found.seconds is None
    assert found.pace_unknown == (ONE,)
    assert found.probe_helps
    assert any("A probe of a few rows tells" in note for note in found.notes())


def test_where_nothing_limits_an_answer_its_cost_is_unknown_and_the_reason_told(filled):
    found = filled.estimate(**both())

    assert found.arms[0].completion_each is None
    assert found.arms[0].cost_usd is None
    assert found.cost_usd is None
    assert "cost unknown" in found.headline()
    assert any("nothing says how long its answers may get" in note for note in found.notes())


def test_a_model_without_a_price_is_named_and_the_total_is_at_least_the_others(filled):
    found = filled.estimate(**both(models=[ONE, TWO], parameters={"max_tokens": 400}))

    assert found.unknown_prices == (TWO,)
    assert found.at_least
    assert found.headline().startswith("24 answers · at least $0.0")
    (note,) = [note for note in found.notes() if "price unknown" in note]
    assert note.startswith("two: price unknown, so the total is at least $0.0")


def test_embedded_readers_cost_nothing_and_need_no_probe(filled):
    found = filled.estimate(**both(models="offline/reader"))

    assert found.cost_usd.high == 0
    assert not found.at_least
    assert not found.probe_helps
    assert found.seconds is not None
    assert "costs nothing" in found.headline()


def test_an_estimate_shows_itself_as_its_words(filled):
    found = filled.estimate(**both(models="offline/reader"))

    assert repr(found).startswith("12 answers · costs nothing · ")
