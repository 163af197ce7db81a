"""Scores: a value or a reason, the newest of each metric."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.score import Score, Scored, Unscored
from workbench.errors import NotFoundError
from workbench.store import scores, trials

NOON = datetime.fromisoformat("2026-01-02T12:00:00")


def correct(trial_id="t1", value=1.0, **fields) -> Score:
    return replace(Score(trial_id, "correct", "1", Scored(value, "said so"), NOON, 0.25), **fields)


def test_any_score_is_read_as_it_was_stored(undone, values_of, answer):
    @settings(max_examples=30)
    @given(st.lists(values_of(Score), max_size=4, unique_by=lambda score: score.metric))
    def check(drawn):
        given_scores = [replace(score, trial_id="t1") for score in drawn]
        with undone() as s:
            trials.append(s, [answer("t1", "r1")])
            scores.append(s, given_scores)
            stored = scores.of_trials(s, ["t1"]).get("t1", [])
            assert {score.metric: score for score in stored} == {score.metric: score for score in given_scores}
            assert len(stored) == len(given_scores)

    check()


def test_the_frame_says_what_was_scored_and_why_not(session, answer):
    trials.append(
        session, [answer("t1", "r1", example_id="q2"), answer("t2", "r1", example_id="q1"), answer("t3", "r2")]
    )
    scores.append(
        session,
        [
            correct("t1"),
            correct("t2", result=Unscored("unreadable verdict", raw="maybe?"), cost_usd=None),
            correct("t1", metric="brief", metric_version="2", result=Scored(0.0), cost_usd=None),
            correct("t3"),
        ],
    )
    frame = scores.frame(session, "r1")
    assert list(frame.columns) == [
        "trial_id",
        "arm",
        "example_id",
        "repeat",
        "metric",
        "metric_version",
        "value",
        "unscored",
        "reason",
        "cost_usd",
        "model",
        "stale",
    ]
    assert frame[["metric", "example_id", "trial_id", "metric_version"]].values.tolist() == [
        ["brief", "q2", "t1", "2"],
        ["correct", "q1", "t2", "1"],
        ["correct", "q2", "t1", "1"],
    ]
    assert frame["value"].dtype == "float64"
    assert frame["value"].isna().tolist() == [False, True, False]
    assert frame.loc[0, "value"] == 0.0
    assert frame["unscored"].isna().tolist() == [True, False, True]
    assert frame.loc[1, "unscored"] == "unreadable verdict"
    assert frame["reason"].isna().tolist() == [False, True, False]
    assert frame.loc[2, "reason"] == "said so"
    assert frame["cost_usd"].isna().tolist() == [True, True, False]


def test_the_newest_score_counts_and_the_earlier_stay(session, answer):
    trials.append(session, [answer("t1", "r1")])
    later = correct(value=0.0, created_at=NOON + timedelta(seconds=1))
    scores.append(session, [later])
    scores.append(session, [correct(value=1.0)])
    assert scores.of_trials(session, ["t1"])["t1"] == [later]
    scores.append(session, [replace(later, result=Scored(0.5))])
    assert scores.of_trials(session, ["t1"])["t1"][0].result == Scored(0.5)
    assert list(scores.frame(session, "r1")["value"]) == [0.5]
    assert session.row("SELECT count(*) FROM scores") == (3,)


def test_scores_of_several_trials_are_read_at_once(session, answer):
    trials.append(session, [answer("t1", "r1"), answer("t2", "r1"), answer("t3", "r1")])
    given_scores = [correct("t1"), correct("t1", metric="a"), correct("t3")]
    scores.append(session, given_scores)
    assert scores.of_trials(session, ["t3", "t1", "t2"]) == {
        "t1": [given_scores[1], given_scores[0]],
        "t3": [given_scores[2]],
    }
    assert scores.of_trials(session, []) == {}


def test_a_score_of_a_trial_without_an_answer_is_refused(session, failure):
    trials.append(session, [failure("t1", "r1", final=True)])
    with pytest.raises(NotFoundError, match="t1"):
        scores.append(session, [correct()])
    assert session.row("SELECT count(*) FROM scores") == (0,)


def test_nan_is_refused_rather_than_averaged(session, answer):
    trials.append(session, [answer("t1", "r1")])
    with pytest.raises(ValueError, match="nan is no value"):
        scores.append(session, [correct(value=float("nan"))])


def test_no_scores_at_all_are_an_empty_frame(session):
    scores.append(session, [])
    assert scores.frame(session, "r1").empty


def test_scores_of_an_older_version_are_told_from_those_of_the_newest_in_the_run(session, answer):
    trials.append(session, [answer("t1", "r1", example_id="q1"), answer("t2", "r1", example_id="q2")])
    scores.append(session, [correct("t1"), correct("t2"), correct("t1", metric="brief"), correct("t2", metric="brief")])
    assert not scores.frame(session, "r1")["stale"].any()

    scores.append(session, [correct("t1", metric_version="2", created_at=NOON + timedelta(hours=1))])

    frame = scores.frame(session, "r1")
    assert list(frame.loc[frame["stale"], ["trial_id", "metric"]].itertuples(index=False)) == [("t2", "correct")]
