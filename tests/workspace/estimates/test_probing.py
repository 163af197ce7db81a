"""A few rows asked first, as a run of its own, so that the rest can be estimated."""

from __future__ import annotations

import pytest

from tests.support.estimates import PRICE_IN, PRICE_OUT, both
from workbench.errors import InputError
from workbench.workspace.runs.planning import RunOptions


def test_a_probe_asks_each_arm_a_few_rows_and_its_answers_are_not_paid_twice(filled, models):
    options = RunOptions(**both(repeats=2))

    probe = filled.probe(options, rows=4)

    assert len(models.default.requests) == 8
    assert probe.summary.done == 8
    assert probe.summary.cost_usd == pytest.approx(8 * (10 * PRICE_IN + 5 * PRICE_OUT))
    found = filled.estimates.of_plan(filled.runs.plan(options))
    assert found.replayed == 8
    assert found.arms[0].completion_from == "4 earlier answers of this version"
    assert not found.probe_helps
    filled.probe(options, rows=4)
    assert len(models.default.requests) == 8


def test_a_larger_probe_asks_the_rows_of_a_smaller_one_and_more(filled, models):
    options = RunOptions(**both())
    filled.probe(options, rows=2)
    asked = len(models.default.requests)

    filled.probe(options, rows=3)

    assert len(models.default.requests) == asked + 2


def test_a_probe_of_no_rows_is_refused(filled):
    with pytest.raises(InputError, match="at least 1 row"):
        filled.probe(RunOptions(**both()), rows=0)
