"""What verdicts on pairs come to."""

from __future__ import annotations

from datetime import datetime

import pytest

from workbench.store.pair_verdicts import StoredPairVerdict
from workbench.workspace.judges.preferences import preferences

NOON = datetime.fromisoformat("2026-01-02T12:00:00")


def told(said, swapped, example="q-1", *, first="a", second="b", model="m", repeat=1, cost_usd=0.5):
    return StoredPairVerdict(
        "r1", "tone", "v", first, second, example, repeat, model, said, swapped, "", "", NOON, cost_usd, 9.0
    )


def found(*verdicts, arms=("a", "b"), clusters=None):
    return preferences("r1", "tone v1", arms, verdicts, clusters or {})


def test_repeats_and_jurors_of_a_row_are_averaged_before_rows_are_counted():
    one_row = [told("second", "second", model=model, repeat=repeat) for model in ("m", "n") for repeat in (1, 2)]
    others = [told("first", "first", f"q-{n}") for n in range(2, 7)]
    (pair,) = found(*one_row, *others).pairs
    assert (pair.result.n, pair.result.wins, pair.result.losses) == (6, 1, 5)
    assert (pair.counts.second, pair.counts.first) == (4, 5)


def test_ties_and_what_the_order_decided_are_no_evidence_for_either():
    verdicts = [told("tie", "tie", f"t-{n}") for n in range(10)] + [
        told("first", "second", f"o-{n}") for n in range(10)
    ]
    (pair,) = found(*verdicts).pairs
    assert (pair.result.difference, pair.result.p_value) == (0.0, 1.0)
    assert pair.result.verdict not in {"better", "worse"}


def test_without_a_half_rows_are_compared_as_pass_or_fail():
    verdicts = [told("second", "second", f"w-{n}") for n in range(11)] + [told("first", "first", "l")]
    (pair,) = found(*verdicts, *[told("tie", "tie", f"t-{n}") for n in range(8)]).pairs
    assert pair.result.p_value == pytest.approx(0.003418, abs=1e-6)  # mid-p of 11 against 1
    assert pair.sentence.startswith("b is better than a by 50 points on rows won by tone v1")


def test_a_row_without_a_readable_verdict_has_no_part():
    (pair,) = found(told(None, "first"), told("first", "first", "q-2")).pairs
    assert (pair.result.n, pair.counts.unreadable) == (1, 1)
    (silent,) = found(told(None, None)).pairs
    assert silent.result.n == 0
    assert (
        found(told(None, None)).sentences[-1] == "No pair has a verdict that can be read in both orders (1 unreadable)."
    )


def test_three_arms_are_ranked_unless_one_never_lost():
    cycle = [("a", "b"), ("b", "c")]
    verdicts = [told("second", "second", f"{n}", first=one, second=two) for one, two in cycle for n in range(3)]
    verdicts += [told("first", "first", "x", first=one, second=two) for one, two in cycle]
    ranked = found(*verdicts, arms=("a", "b", "c"))
    assert ranked.strengths["c"].estimate > ranked.strengths["b"].estimate > ranked.strengths["a"].estimate == 0
    never_lost = found(told("second", "second", first="b", second="c"), arms=("a", "b", "c"))
    assert never_lost.strengths == {}
    assert "never won or never lost" in never_lost.unranked


def test_a_cost_that_is_partly_unknown_is_unknown():
    assert found(told("tie", "tie"), told("tie", "tie", "q-2")).cost_usd == 1.0
    assert found(told("tie", "tie"), told("tie", "tie", "q-2", cost_usd=None)).cost_usd is None
