"""An estimate in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.stats.forecast import ZERO, Range, exactly
from workbench.workspace.estimates.estimate import ArmEstimate, Estimate, JudgeEstimate
from workbench.workspace.estimates.table import HEADS, estimate_html, estimate_rows
from workbench.workspace.runs.fitting import TooLong

ARM = ArmEstimate(
    arm="answer@1:mini",
    model="mini",
    planned=360,
    calls=exactly(360),
    prompt_each=Range(290.0, 300.0, 310.0),
    prompt_from="counted",
    completion_each=Range(50.0, 60.0, 70.0),
    completion_from="240 earlier answers of this version",
    cost_usd=Range(0.5, 0.6, 0.7),
    cost_unknown="",
    latency_ms=Range(900.0, 1_000.0, 1_100.0),
)
JUDGE = JudgeEstimate(
    "groundedness", "large", 720, exactly(720), Range(0.1, 0.15, 0.2), "80 earlier verdicts", "", exactly(2_000.0)
)
WHOLE = Estimate(
    arms=(ARM, replace(ARM, arm="answer@2:mini")),
    judges=(JUDGE,),
    cost_usd=Range(1.1, 1.35, 1.6),
    at_least=False,
    seconds=Range(243.0, 290.0, 341.0),
    pace_unknown=(),
    unknown_prices=(),
    too_long=(),
    at_once=(16,),
)


def test_totals_stand_in_one_line():
    assert WHOLE.headline() == "720 answers + 720 verdicts · $1.10 to $1.60 · 4 to 6 min at 16 at once"
    assert WHOLE.words() == [WHOLE.headline()]


def test_lanes_of_different_width_are_told():
    assert replace(WHOLE, at_once=(4, 16)).headline().endswith("at 4 to 16 at once")


def test_an_unknown_price_makes_the_total_at_least_what_is_known():
    found = replace(WHOLE, cost_usd=Range(0.4, 0.5, 0.6), at_least=True, unknown_prices=("claude-haiku",))

    assert "· at least $0.40 ·" in found.headline()
    assert found.notes() == [
        "claude-haiku: price unknown, so the total is at least $0.40. Give it a price in workbench.toml."
    ]


def test_where_nothing_is_known_of_the_cost_it_is_unknown_and_never_nothing():
    unknown = replace(WHOLE, cost_usd=None, at_least=True, unknown_prices=("mini",))
    free_judge = replace(WHOLE, cost_usd=ZERO, at_least=True, unknown_prices=("mini",))

    assert "cost unknown" in unknown.headline()
    assert "cost unknown" in free_judge.headline()
    assert unknown.notes() == ["mini: price unknown. Give it a price in workbench.toml."]


def test_a_run_without_cost_costs_nothing():
    assert "· costs nothing ·" in replace(WHOLE, cost_usd=ZERO).headline()


def test_an_unknown_pace_is_told_with_the_way_to_know_it():
    found = replace(WHOLE, seconds=None, pace_unknown=("mini", "large"))

    assert found.headline().endswith("time unknown")
    assert found.notes() == [
        "The pace of mini and large is not known yet, and so the time. A probe of a few rows tells."
    ]


@pytest.mark.parametrize(
    ("arm", "judge", "helps"),
    [
        (ARM, JUDGE, False),
        (replace(ARM, latency_ms=None), JUDGE, True),
        (replace(ARM, latency_ms=None, hosted=False), JUDGE, False),
        (replace(ARM, completion_each=Range(1.0, None, 400.0)), JUDGE, True),
        (replace(ARM, completion_each=None, calls=ZERO), JUDGE, False),
        (ARM, replace(JUDGE, latency_ms=None), True),
        (ARM, replace(JUDGE, model=None, latency_ms=None), False),
    ],
)
def test_a_probe_is_offered_where_it_would_tell_something(arm, judge, helps):
    assert replace(WHOLE, arms=(arm,), judges=(judge,)).probe_helps is helps


def test_rows_that_are_too_long_are_named_by_arm_the_certain_ones_first():
    rows = tuple(TooLong("answer@1:mini", f"q-{n}", 9_000 - n, 8_192, certain=False) for n in range(5))
    certain = TooLong("answer@2:mini", "q-9", 20_000, 8_192, certain=True)

    assert replace(WHOLE, too_long=(*rows, certain)).warnings() == [
        "q-9 does not fit answer@2:mini, which takes 8,192 tokens: q-9 would take about 20,000.",
        "q-0, q-1, q-2 and 2 more may not fit answer@1:mini, which takes 8,192 tokens: q-0 would take about 9,000.",
    ]


def test_the_table_has_a_row_for_each_arm_and_each_judge_that_has_a_model():
    silent = replace(JUDGE, judge="silent", model=None)

    table = estimate_rows(replace(WHOLE, judges=(JUDGE, silent)))

    assert [row[0] for row in table] == ["answer@1:mini", "answer@2:mini", "groundedness (large)"]
    assert table[0][1:] == (
        "360", "100,000 to 120,000", "18,000 to 26,000", "$0.50 to $0.70", "1.0 s", "240 earlier answers of this version"
    )  # fmt: skip
    assert {len(row) for row in table} == {len(HEADS)}


def test_what_is_not_known_is_called_so_in_the_table():
    unknown = replace(ARM, completion_each=None, cost_usd=None, latency_ms=None)

    assert estimate_rows(replace(WHOLE, arms=(unknown,), judges=()))[0][3:6] == ("unknown",) * 3


def test_names_from_files_are_no_markup_in_a_notebook():
    shown = estimate_html(replace(WHOLE, arms=(replace(ARM, arm="<img src=x onerror=alert(1)>"),)))

    assert "<img" not in shown
    assert "&lt;img" in shown
