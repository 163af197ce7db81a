"""Blind A against B: sides by lot, wins by arm, and a watch on the sides."""

from __future__ import annotations

import pytest

from workbench.domain.actor import Actor
from workbench.domain.review_queue import Pairs, QueueWork
from workbench.store import pair_reviews


@pytest.fixture
def pairs(contested):
    return contested.reviews.queues.create("latest", Pairs())


def compare_all(queues, queue, choose):
    for item in queues.desk(queue.id).items:
        if not item.judged:
            queues.prefer(queue.id, item.key, choose(queues.case(queue.id, item.key)), seconds=3.0)


def knowing(case):
    return "left" if "days" in case.left.answer else "right"


def test_the_better_arm_wins_whatever_side_it_stands_on(contested, pairs, monkeypatch):
    # By lot one side may be the better one so often that it looks like a habit, in one run of twenty.
    sides = {}
    monkeypatch.setattr(
        "workbench.workspace.reviews.queues.first_on_left",
        lambda seed, key, reviewer, *, repeat: repeat is not sides.setdefault(key, len(sides) % 2 == 0),
    )
    queues = contested.reviews.queues
    compare_all(queues, pairs, knowing)
    result = queues.result(pairs.id)
    (wins,) = result.pairs.arms

    assert (wins.first, wins.won_by_first, wins.won_by_second, wins.both_fine) == ("answer@1:one", 20, 0, 0)
    assert wins.result.verdict == "worse"
    assert result.consistency.same.estimate == 1.0
    assert result.consistency.same.n == 2
    assert result.pairs.left_chosen.low < 0.5 < result.pairs.left_chosen.high
    assert any("does not seem to matter" in sentence for sentence in result.sentences)


def test_what_people_chose_is_told_in_the_comparison(contested, pairs):
    run = contested.runs.find("latest")
    assert not contested.comparisons.in_pairs(run)
    compare_all(contested.reviews.queues, pairs, knowing)
    found = contested.comparisons.in_pairs(run)

    assert found.as_json()["people"]["wins"][0]["losses"] == 20
    assert any("answer@1:one was chosen 20 times" in sentence for sentence in found.sentences)


def test_who_always_presses_left_is_found_out(contested, pairs):
    queues = contested.reviews.queues
    compare_all(queues, pairs, lambda case: "left")
    result = queues.result(pairs.id)

    assert result.pairs.left_chosen.estimate == 1.0
    assert result.consistency.same.estimate == 0.0
    assert any("the left side is preferred" in sentence for sentence in result.sentences)


def test_pairs_without_a_better_one_are_ties(contested, pairs):
    queues = contested.reviews.queues
    compare_all(queues, pairs, lambda case: "both fine" if len(case.left.answer) % 2 else "both bad")
    (wins,) = queues.result(pairs.id).pairs.arms

    assert (wins.won_by_first, wins.won_by_second, wins.both_fine + wins.both_bad) == (0, 0, 20)
    assert wins.result.ties == 20
    assert queues.result(pairs.id).pairs.left_chosen is None


def test_who_is_still_at_work_is_not_told_which_arm_wins(contested, pairs, queues_of):
    compare_all(queues_of("ben"), pairs, knowing)
    cy = queues_of("cy")
    cy.prefer(pairs.id, cy.desk(pairs.id).items[0].key, "left")

    assert cy.result(pairs.id).pairs is None
    assert not any("answer@1" in sentence for sentence in cy.result(pairs.id).sentences)
    assert queues_of("ben").result(pairs.id).pairs is not None


def test_the_side_is_kept_with_the_choice_and_undo_stays_in_the_history(contested, pairs):
    queues = contested.reviews.queues
    item = queues.desk(pairs.id).items[0]
    given = queues.prefer(pairs.id, item.key, "right", note="shorter")
    queues.prefer(pairs.id, item.key, "right", note="shorter")
    shown_left = queues.case(pairs.id, item.key).left.trial_id

    assert given.left == ("first" if shown_left == item.trial_id else "second")
    assert given.choice != given.left
    queues.withdraw(pairs.id, item.key)
    assert not queues.desk(pairs.id).items[0].judged
    assert len(contested.context.read(lambda s: pair_reviews.history(s, pairs.id))) == 2
    assert [entry.action for entry in contested.audit.list(2)] == ["pair reviewed", "pair reviewed"]


def test_two_people_see_their_own_sides(contested, pairs):
    def lefts(name):
        queues = contested.acting_as(Actor(name)).reviews.queues
        return {item.trial_id: queues.case(pairs.id, item.key).left.trial_id for item in queues.desk(pairs.id).items}

    assert lefts("ben") != lefts("cy")


def test_pairs_of_the_same_text_are_left_out_and_counted(filled):
    filled.run(["answer@1", "answer@2"], "golden", models="one")
    with pytest.raises(Exception, match="There is no pair to compare"):
        filled.reviews.queues.create("latest", Pairs(), QueueWork())
