"""The ledger: what was spent, what is set aside, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.domain.prompt import Message, PromptContent
from workbench.domain.score import Score, Scored, Unscored
from workbench.store import prompts, scores, spend, trials
from workbench.store.spend import Apart, Marks, Reservation

NOON = datetime.fromisoformat("2026-01-02T12:00:00")
JANUARY, FEBRUARY = datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-02-01")


def reserved(name="a", usd=1.0, **fields) -> Reservation:
    return replace(Reservation(name, "r1", "one", usd, NOON), **fields)


def verdict(trial_id="t1", **fields) -> Score:
    plain = Score(trial_id, "groundedness", "1", Scored(1.0), NOON, cost_usd=0.125, model="judge")
    return replace(plain, **fields)


def tried(usd: float | None = 0.5, **fields) -> Apart:
    return replace(Apart(NOON, "try", "mail", "support", "one", usd), **fields)


def held(s) -> float:
    return spend.of_run(s, "r1").reserved_usd


def test_a_month_holds_answers_verdicts_tries_and_what_is_set_aside(session, answer):
    trials.append(session, [answer("t1", "r1", spent_usd=1.0), answer("t2", "r1", spent_usd=0.0, cost_usd=9.0)])
    scores.append(session, [verdict(), verdict(metric="correct", cost_usd=None, model=None)])
    spend.add_apart(session, tried())
    spend.add_reservations(session, [reserved(usd=0.25)])
    assert spend.between(session, JANUARY, FEBRUARY) == spend.Spent(1.625, 0.25, 0)
    assert spend.between(session, JANUARY, FEBRUARY).usd == 1.875
    assert spend.of_run(session, "r1") == spend.Spent(1.125, 0.25, 0)


def test_every_verdict_that_was_paid_counts_also_one_that_was_superseded(session, answer):
    trials.append(session, [answer("t1", "r1", spent_usd=0.0)])
    scores.append(session, [verdict(), verdict(created_at=NOON + timedelta(days=1))])
    assert spend.of_run(session, "r1").known_usd == 0.25


def test_what_is_unknown_is_counted_and_never_taken_for_nothing(session, answer):
    trials.append(session, [answer("t1", "r1", spent_usd=None), answer("t2", "r1", spent_usd=0.5)])
    rule = verdict("t2", metric="brief", cost_usd=None, model=None)
    scores.append(session, [verdict("t2", cost_usd=None), verdict("t1", result=Unscored("no")), rule])
    spend.add_apart(session, tried(None))
    assert spend.of_run(session, "r1") == spend.Spent(0.625, 0.0, 2)
    assert spend.between(session, JANUARY, FEBRUARY).unknown == 3


def test_nothing_spent_is_nothing(session):
    assert spend.of_run(session, "r1") == spend.between(session, JANUARY, FEBRUARY) == spend.Spent(0.0, 0.0, 0)
    assert spend.daily(session, JANUARY).empty


def test_a_call_belongs_to_the_month_it_was_made_in(session, answer):
    for moment in (JANUARY - timedelta(microseconds=1), JANUARY, FEBRUARY - timedelta(microseconds=1), FEBRUARY):
        trials.append(session, [answer(str(moment), "r1", spent_usd=1.0, started_at=moment)])
        spend.add_apart(session, tried(10.0, happened_at=moment))
        spend.add_reservations(session, [reserved(str(moment), 100.0, reserved_at=moment)])
    assert spend.between(session, JANUARY, FEBRUARY) == spend.Spent(22.0, 200.0, 0)


def test_what_is_released_is_not_set_aside_any_more(session):
    spend.add_reservations(session, [reserved("a"), reserved("b", 2.0), reserved("c", 4.0)])
    spend.release(session, ["a", "c"], NOON)
    assert held(session) == 2.0


def test_releasing_twice_or_what_was_never_reserved_changes_nothing(session):
    spend.add_reservations(session, [reserved("a"), reserved("b", 2.0)])
    for _ in range(2):
        spend.release(session, ["a", "a", "none"], NOON)
    spend.release(session, [], NOON)
    assert held(session) == 2.0


def test_nobody_gets_back_more_than_is_set_aside(session):
    spend.add_reservations(session, [reserved("a", 1.0)])
    spend.give_back(session, {"a": 0.75}, NOON)
    assert held(session) == 0.25
    spend.give_back(session, {"a": 0.75}, NOON)
    assert held(session) == 0.0


def test_whatever_is_given_back_in_whatever_parts_sums_are_right(undone):
    @settings(max_examples=40, deadline=None)
    @given(
        st.fixed_dictionaries(dict.fromkeys("abcd", st.floats(1e-6, 10))),
        st.lists(st.dictionaries(st.sampled_from("abcde"), st.floats(0, 10) | st.none(), max_size=4), max_size=6),
    )
    def check(left, turns):
        with undone() as s:
            spend.add_reservations(s, [reserved(name, usd) for name, usd in left.items()])
            for parts in turns:
                spend.give_back(s, parts, NOON)
                for name, usd in parts.items():
                    if name in left:
                        left[name] -= left[name] if usd is None else min(usd, left[name])
            assert held(s) == pytest.approx(sum(left.values()), abs=1e-9)

    check()


def test_only_what_is_settled_is_released(answer, failure):
    outcomes = [
        answer("t1", "r1", spent_usd=0.5, reservation="known"),
        answer("t2", "r1", spent_usd=None, reservation="unknown"),
        answer("t3", "r1", spent_usd=0.5),
        failure("t4", "r1", reservation="nothing charged"),
        failure("t5", "r1"),
    ]
    assert spend.settled(outcomes) == ["known", "nothing charged"]


def test_reading_on_finds_what_came_since_and_nothing_twice(session, answer):
    def read(marks):
        return spend.read_on(session, marks, run="r1", month=JANUARY, own=["a", "b"])

    def store(name, run="r1", moment=NOON):
        trials.append(session, [answer(name, run, spent_usd=1.0, started_at=moment)])
        scores.append(session, [verdict(name, created_at=moment)])
        spend.add_apart(session, tried(happened_at=moment))
        spend.add_reservations(session, [reserved(name, 4.0, run=run, reserved_at=moment)])

    first = read(Marks())
    assert (first.run_usd, first.month_usd, first.given_back, first.marks) == (0.0, 0.0, frozenset(), Marks())
    store("a")
    second = read(first.marks)
    assert (second.run_usd, second.month_usd) == (5.125, 5.625)
    assert (read(second.marks).run_usd, read(second.marks).month_usd) == (0.0, 0.0)
    store("b", run="r2")
    store("c", moment=JANUARY - timedelta(days=1))
    third = read(second.marks)
    assert (third.run_usd, third.month_usd) == (5.125, 5.625)
    spend.release(session, ["a"], NOON)
    reserved_only = spend.read_on_reserved(session, second.marks, run="r1", month=JANUARY)
    assert (reserved_only.run_usd, reserved_only.month_usd) == (4.0, 4.0)
    assert reserved_only.marks == replace(second.marks, reservations=third.marks.reservations)
    last = read(third.marks)
    assert (last.run_usd, last.month_usd, last.given_back) == (-4.0, -4.0, {"a"})
    everything = read(Marks())
    assert everything.run_usd == sum(one.run_usd for one in (second, third, last))
    assert everything.month_usd == sum(one.month_usd for one in (second, third, last))


def test_what_was_reserved_just_before_a_month_counts_for_it_too(session):
    before = JANUARY - spend.CARRY
    rows = [reserved("late", reserved_at=before), reserved("early", 2.0, reserved_at=before - timedelta(seconds=1))]
    spend.add_reservations(session, rows)
    assert spend.read_on(session, Marks(), run=None, month=JANUARY).month_usd == 1.0
    spend.release(session, ["late", "early"], NOON)
    assert spend.read_on(session, Marks(), run=None, month=JANUARY).month_usd == 0.0


def test_days_tell_prompt_use_case_and_model(session, answer):
    content = PromptContent(messages=(Message("user", "Hi"),))
    prompts.add(session, name="mail", content=content, author="ada", created_at=NOON, use_case="support")
    day = timedelta(days=1)
    trials.append(
        session,
        [
            answer("t1", "r1", arm="mail@1:openai/gpt:x", spent_usd=1.0),
            answer("t2", "r1", arm="mail@1:openai/gpt:x", spent_usd=None),
            answer("t3", "r1", arm="gone@7:one", spent_usd=None, started_at=NOON + day),
            answer("t4", "r1", arm="mail@1:one", spent_usd=8.0, started_at=NOON - day),
        ],
    )
    rule = verdict("t2", metric="brief", cost_usd=None, model=None)
    scores.append(session, [verdict("t1"), verdict("t1", model=None, metric="old judge"), rule])
    spend.add_apart(session, tried(0.5, model="openai/gpt:x"))
    spend.add_apart(session, tried(0.25, prompt=None, use_case=None))
    found = spend.daily(session, NOON).astype(object)
    rows = found.where(found.notna(), None).to_dict("records")
    assert [
        (row["day"].day, row["prompt"], row["use_case"], row["model"], row["calls"], row["unknown"], row["usd"])
        for row in rows
    ] == [
        (2, "mail", "support", "judge", 1, 0, 0.125),
        (2, "mail", "support", "old judge", 1, 0, 0.125),
        (2, "mail", "support", "openai/gpt:x", 3, 1, 1.5),
        (2, None, None, "one", 1, 0, 0.25),
        (3, "gone", None, "one", 1, 1, None),
    ]


def test_arms_costs_are_means_of_what_is_known(session, answer):
    trials.append(
        session,
        [
            answer("t1", "r1", arm="a@1:one", cost_usd=1.0),
            answer("t2", "r1", arm="a@1:one", cost_usd=2.0, spent_usd=0.0),
            answer("t3", "r1", arm="a@1:one", cost_usd=None),
            answer("t4", "r1", arm="a@2:one", cost_usd=None),
            answer("t5", "r2", arm="a@2:one", cost_usd=5.0),
        ],
    )
    assert sorted(spend.arm_costs(session, ["r1"])) == [("r1", "a@1:one", 2, 1, 1.5), ("r1", "a@2:one", 0, 1, None)]
