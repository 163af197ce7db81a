"""The counts of a run as a line of facts, each with the list that it leads to."""

from dataclasses import replace

import pytest

from tests.workspace.comparison.test_findings import NEW, OLD, a_comparison
from workbench.domain.run import RunSummary, SettledAt
from workbench.workspace.comparison.integrity import integrity
from workbench.workspace.judges.judged import Judged

SUMMARY = RunSummary("r1", 10, 10, 0, 0, 0.0, 1.0, None)


def told(comparison, summary=SUMMARY):
    return [fact.text for fact in integrity(comparison, "correct", summary)]


def with_counts(comparison, *, failed=(0, 0), replayed=(0, 0), unscored=(0, 0)):
    arms = [
        replace(
            arm,
            failed=failed[n],
            replayed=replayed[n],
            metrics={"correct": replace(arm.metrics["correct"], unscored=unscored[n])},
        )
        for n, arm in enumerate(comparison.arms)
    ]
    return replace(comparison, arms=arms)


def test_a_whole_run_says_so_and_leads_nowhere():
    facts = integrity(a_comparison([1] * 5, [1] * 5), "correct", SUMMARY)

    assert [fact.text for fact in facts] == [
        "5 examples x 1",
        "10 of 10 answers done",
        "0 failed",
        "0 answers unscored",
    ]
    assert {fact.mark for fact in facts} == {None}


def test_failures_that_differ_are_told_by_arm_and_lead_to_that_arm():
    comparison = with_counts(a_comparison([1] * 5, [1] * 5), failed=(0, 2))

    facts = [fact for fact in integrity(comparison, "correct", SUMMARY) if fact.mark is not None]

    assert [(fact.text, fact.mark, fact.arm) for fact in facts] == [("2 failed in v2", "failed", NEW)]


def test_failures_that_are_as_many_in_both_arms_are_one_number():
    comparison = with_counts(a_comparison([1] * 5, [1] * 5), failed=(2, 2))

    assert "4 failed" in told(comparison)


def test_answers_without_a_score_and_those_of_earlier_runs_are_counted():
    said = told(with_counts(a_comparison([1] * 5, [1] * 5), unscored=(1, 0), replayed=(3, 3)))

    assert {"1 answer unscored in v1", "6 replayed"} <= set(said)


def test_scores_by_an_older_version_are_counted_for_the_chosen_score_alone():
    comparison = replace(
        a_comparison([1] * 5, [1] * 5),
        judged=[Judged("correct", is_judge=False, left_out=2), Judged("other", is_judge=False, left_out=7)],
    )

    assert [text for text in told(comparison) if "older" in text] == ["2 scored by an older version"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"settled_at": SettledAt(1, 2)}, "stopped early, after 2 of 5 examples"),
        ({"stopped_by": "budget"}, "stopped at the budget"),
        ({"done": 7, "failed": 1}, "2 not asked yet"),
    ],
)
def test_a_run_that_is_not_whole_says_what_ended_it(changed, said):
    assert told(a_comparison([1] * 5, [1] * 5), replace(SUMMARY, **changed))[-1] == said


def test_the_baseline_is_named_like_the_other_arms():
    comparison = with_counts(a_comparison([1] * 5, [1] * 5), failed=(1, 0))

    assert [fact.arm for fact in integrity(comparison, "correct", SUMMARY) if fact.mark] == [OLD]
