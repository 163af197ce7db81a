"""What stands out is told, with what it is held against; what is not known is never held against anything."""

from __future__ import annotations

from datetime import date, timedelta

from workbench.workspace.spending.unusual import ArmCost, DaySpend, dear_arms, unusual_days

FIRST = date.fromisoformat("2026-11-01")


def days(*spent, unknown=()) -> list[DaySpend]:
    return [DaySpend(FIRST + timedelta(days=n), usd, int(n in unknown)) for n, usd in enumerate(spent)]


def told(*spent, **fields) -> list[str]:
    return unusual_days(days(*spent, **fields), FIRST)


def test_a_day_beyond_half_again_of_the_median_before_it_is_told():
    assert told(1.0, 3.0, 2.0, 3.2) == ["04 Nov: $3.20, 1.6 times the usual $2.00 (the median of 3 days before)."]
    assert told(1.0, 3.0, 2.0, 3.0) == []


def test_with_fewer_than_three_days_before_it_no_day_is_unusual():
    assert told(1.0, 1.0, 99.0) == []
    assert told(1.0, 0.0, 1.0, 99.0) == []


def test_only_the_four_weeks_before_a_day_count():
    assert told(*[9.0] * 3, *[0.0] * 25, 2.0, 2.0, 2.0, 4.0) == [
        "02 Dec: $4.00, 2.0 times the usual $2.00 (the median of 3 days before)."
    ]


def test_a_day_of_partly_unknown_cost_is_no_measure_for_others_but_may_stand_out_itself():
    assert told(1.0, 1.0, 1.0, 2.0, unknown=(0,)) == []
    assert told(1.0, 1.0, 1.0, 2.0, unknown=(3,)) == [
        "04 Nov: at least $2.00, 2.0 times the usual $1.00 (the median of 3 days before)."
    ]


def test_days_are_told_newest_first_and_none_before_the_time_shown():
    spent = days(1.0, 1.0, 1.0, 2.0, 1.0, 5.0)
    assert [line[:6] for line in unusual_days(spent, FIRST)] == ["06 Nov", "04 Nov"]
    assert [line[:6] for line in unusual_days(spent, FIRST + timedelta(days=4))] == ["06 Nov"]


RUNS = [("r2", ("a@1:m", "a@2:m", "a@3:m")), ("r1", ("a@1:m", "a@2:m"))]


def test_an_arm_beyond_half_again_of_its_runs_baseline_is_told():
    costs = [
        ArmCost("r1", "a@1:m", 0.02),
        ArmCost("r1", "a@2:m", 0.05),
        ArmCost("r2", "a@1:m", 0.02),
        ArmCost("r2", "a@2:m", 0.03),
        ArmCost("r2", "a@3:m", 0.031, unknown=2),
    ]
    assert dear_arms(costs, RUNS) == [
        "Run r2: an answer of a@3:m costs, as far as is known, $0.031, 1.6 times the $0.02 of the baseline a@1:m.",
        "Run r1: an answer of a@2:m costs $0.05, 2.5 times the $0.02 of the baseline a@1:m.",
    ]


def test_beside_a_free_baseline_whatever_costs_is_told():
    costs = [ArmCost("r1", "a@1:m", 0.0), ArmCost("r1", "a@2:m", 0.05)]
    assert dear_arms(costs, RUNS) == [
        "Run r1: an answer of a@2:m costs $0.05, those of the baseline a@1:m cost nothing."
    ]
    assert dear_arms([costs[0], ArmCost("r1", "a@2:m", 0.0)], RUNS) == []


def test_a_baseline_that_is_not_wholly_known_is_none():
    dear = ArmCost("r1", "a@2:m", 9.0)
    assert dear_arms([dear], RUNS) == []
    assert dear_arms([ArmCost("r1", "a@1:m", 1.0, unknown=1), dear], RUNS) == []
