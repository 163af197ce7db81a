"""A run's plan comes back whole, and its counts come from its rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings

from workbench.domain.imported import Imported
from workbench.domain.run import RunPlan, RunSummary
from workbench.errors import InputError, IntegrityError, NotFoundError
from workbench.store import runs, trials

NOON = datetime.fromisoformat("2026-01-02T12:00:00")


def add(s, run, plan, created_at=NOON):
    runs.add(s, run=run, plan=plan, created_at=created_at, created_by="ada")


def test_any_plan_is_read_as_it_was_stored(undone, values_of):
    # Few repeats: the cells of a plan with a million are of no interest here.
    @settings(max_examples=30)
    @given(values_of(RunPlan).map(lambda plan: replace(plan, repeats=abs(plan.repeats) % 3)))
    def check(plan):
        with undone() as s:
            add(s, "r1", plan)
            assert runs.plan(s, "r1") == plan
            assert [cell.hash for cell in runs.plan(s, "r1").cells()] == [cell.hash for cell in plan.cells()]

    check()


def test_a_run_is_listed_with_what_was_planned(session, plan):
    add(session, "r1", plan)
    info = runs.info(session, "r1")
    assert (info.id, info.dataset, info.dataset_version, info.repeats) == ("r1", "golden", 1, 2)
    assert info.arms == tuple(arm.label for arm in plan.arms)
    assert (info.planned, info.created_at, info.created_by) == (plan.size, NOON, "ada")
    assert (info.metrics, info.judges) == (plan.metrics, plan.judges)


def test_an_imported_run_names_its_tool_and_is_found_by_the_digest_of_its_files(session, plan):
    assert runs.imported_as(session, "sha256:1") is None
    imported = replace(plan, imported=Imported("promptfoo", ("results.json",)))
    runs.add(session, run="r1", plan=imported, created_at=NOON, created_by="ada", digest="sha256:1")
    add(session, "r2", plan)
    assert runs.imported_as(session, "sha256:1") == "r1"
    assert [info.imported_from for info in runs.latest(session)] == [None, "promptfoo"]
    assert runs.plan(session, "r1").imported == imported.imported


def test_the_newest_runs_come_first(session, plan):
    for number in range(4):
        add(session, f"r{number}", plan, NOON + timedelta(minutes=number % 3))
    assert [info.id for info in runs.latest(session)] == ["r2", "r1", "r3", "r0"]
    assert [info.id for info in runs.latest(session, limit=1)] == ["r2"]


def test_a_run_is_found_by_the_beginning_of_its_id(session, plan):
    for run in ("20260102-ab", "20260102-cd", "2026"):
        add(session, run, plan)
    assert runs.resolve(session, "20260102-a") == "20260102-ab"
    assert runs.resolve(session, "20260102-cd") == "20260102-cd"
    assert runs.resolve(session, "2026") == "2026"
    with pytest.raises(InputError, match="2 runs begin with '20260102-'"):
        runs.resolve(session, "20260102-")
    for text in ("x", "", "%", "20260102_ab"):
        with pytest.raises(NotFoundError):
            runs.resolve(session, text)


def test_an_id_is_given_once(session, plan):
    add(session, "r1", plan)
    with pytest.raises(InputError, match="'r1' already"):
        add(session, "r1", plan)


def test_an_unknown_run_is_named_with_the_nearest(session, plan):
    add(session, "run-1", plan)
    for ask in (runs.plan, runs.info, runs.summary):
        with pytest.raises(NotFoundError, match="Did you mean 'run-1'"):
            ask(session, "run-2")


def test_lost_examples_are_an_error_rather_than_a_smaller_plan(session, plan):
    add(session, "r1", plan)
    session.execute("DELETE FROM examples")
    with pytest.raises(IntegrityError, match="r1"):
        runs.plan(session, "r1")


def test_events_keep_their_order_even_when_the_clock_goes_back(session):
    runs.add_event(session, "r1", "started", NOON)
    runs.add_event(session, "r1", "stopped", NOON - timedelta(days=1), seconds=1.5, stopped_by="budget")
    runs.add_event(session, "r2", "started", NOON)
    assert [(event.kind, event.at, event.seconds, event.stopped_by) for event in runs.events(session, "r1")] == [
        ("started", NOON, None, None),
        ("stopped", NOON - timedelta(days=1), 1.5, "budget"),
    ]


def test_a_run_that_did_nothing_yet_has_no_cost_rather_than_none_to_pay(session, plan):
    add(session, "r1", plan)
    assert runs.summary(session, "r1") == RunSummary("r1", plan.size, 0, 0, 0, None, 0.0, None)


def test_a_summary_counts_trials_not_attempts(session, plan, answer, failure):
    add(session, "r1", plan)
    trials.append(
        session,
        [
            failure("t1", "r1", final=False),
            answer("t1", "r1", cost_usd=0.25, spent_usd=0.25),
            failure("t2", "r1", final=True),
            answer("t2", "r1", cost_usd=7.0, spent_usd=0.0, cache_hit=True),
            failure("t3", "r1", final=False),
            failure("t3", "r1", final=True),
            failure("t3", "r1", final=True),
            failure("t4", "r1", final=False),
            answer("t5", "r1", cost_usd=0.5, spent_usd=0.5),
            answer("t6", "other run", spent_usd=9.0),
            failure("t7", "other run", final=True),
        ],
    )
    runs.add_event(session, "r1", "stopped", NOON, seconds=2.0, stopped_by="budget")
    runs.add_event(session, "r1", "finished", NOON, seconds=0.5)
    assert runs.summary(session, "r1") == RunSummary("r1", plan.size, 3, 1, 1, 0.75, 2.5, None)


def test_the_last_event_says_why_a_run_stopped(session, plan):
    add(session, "r1", plan)
    runs.add_event(session, "r1", "finished", NOON, seconds=1.0)
    runs.add_event(session, "r1", "cancelled", NOON - timedelta(hours=1), stopped_by="cancel")
    assert runs.summary(session, "r1").stopped_by == "cancel"


def test_costs_that_are_all_unknown_stay_unknown(session, plan, answer):
    add(session, "r1", plan)
    trials.append(session, [answer("t1", "r1", cost_usd=None)])
    assert runs.summary(session, "r1").cost_usd is None


def test_many_runs_are_counted_at_once(session, plan, answer):
    for run in ("r1", "r2", "r3"):
        add(session, run, plan)
    trials.append(session, [answer("t1", "r1"), answer("t2", "r3"), answer("t3", "r3")])
    counted = runs.summaries(session, ["r3", "r1"])
    assert {run: summary.done for run, summary in counted.items()} == {"r3": 2, "r1": 1}
    assert counted["r3"] == runs.summary(session, "r3")
    assert runs.summaries(session, []) == {}
