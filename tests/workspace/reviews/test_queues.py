"""Queues: what they hold, what their verdicts count for, and what a reviewer is told."""

from __future__ import annotations

import pytest

from tests.support.reviewed import judged, reviewed
from workbench.domain.actor import Actor
from workbench.domain.review import Criterion, Judgement, Span
from workbench.domain.review_queue import (
    Disagreements,
    Everything,
    Filtered,
    Flaky,
    Pairs,
    QueueWork,
    RandomSample,
    Relabel,
)
from workbench.errors import InputError, NotAllowedError, NotFoundError
from workbench.store import reviews as stored_reviews
from workbench.workspace.measures import for_estimates

ONCE = QueueWork(repeats=0)


@pytest.fixture
def judge(contested):
    """Scores of a judge on all 40 answers in the order of examples and arms: it passes 30 and fails the last 10."""
    return judged(contested, "latest", "groundedness", [1.0] * 30 + [0.0] * 10)


def held(queues, queue):
    return {item.trial_id for item in queues.desk(queue.id).items}


def answer_all(queues, queue, verdict="pass"):
    for item in queues.desk(queue.id).items:
        if not item.judged:
            queues.give(queue.id, item.key, Judgement(verdict))


def test_a_verdict_keeps_everything_that_was_said_and_how_it_was_asked(contested):
    queues = contested.reviews.queues
    (contested.root / "guidelines.md").write_text("Pass what a reader could act on.")
    queue = queues.create("latest", RandomSample(5), ONCE)
    key = queues.desk(queue.id).items[0].key
    said = Judgement(
        "fail", "too vague", 4.5, (Criterion("cites", False),), ("vague", "vague"), (Span(0, 6, "who?"),), "30 days"
    )
    queues.give(queue.id, key, said)
    (found,) = contested.reviews.of_run("latest")

    assert (found.verdict, found.note, found.seconds, found.correction) == ("fail", "too vague", 4.5, "30 days")
    assert (found.criteria, found.tags, found.spans) == (said.criteria, ("vague",), said.spans)
    assert (found.purpose, found.queue, found.reviewer) == ("estimate", queue.id, "ann")
    assert found.shown == contested.reviews.case(found.trial_id).shown
    assert found.rubric.startswith("sha256:")
    assert contested.audit.list(1)[0].detail["queue"] == queue.id


def test_neither_an_item_nor_its_case_says_who_wrote_it(contested):
    queues = contested.reviews.queues
    queue = queues.create("latest", Pairs())
    for item in queues.desk(queue.id).items[:3]:
        text = repr((item.key, queues.case(queue.id, item.key), queue.name, queue.about))
        assert not any(word in text for word in ("answer@1", ":one", ":two", "openai"))


def test_a_judges_sample_takes_of_both_verdicts_in_proportion_and_never_what_has_a_label(contested, judge):
    queues = contested.reviews.queues
    queue = queues.create("latest", RandomSample(12, judge="groundedness"), ONCE)
    first = held(queues, queue)
    answer_all(queues, queue)
    more = held(queues, queues.create("latest", RandomSample(8, judge="groundedness"), ONCE))

    assert (queue.purpose, queue.judge, len(first)) == ("estimate", "groundedness", 12)
    assert len(first & set(judge[30:])) == 3
    assert not first & more
    assert len(more) == 8


def test_even_a_small_sample_has_three_of_each_verdict(contested, judge):
    queues = contested.reviews.queues
    found = held(queues, queues.create("latest", RandomSample(1, judge="groundedness"), ONCE))

    assert len(found & set(judge[:30])) == len(found & set(judge[30:])) == 3


def test_what_was_chosen_to_learn_from_counts_in_no_rate(contested, judge):
    queues = contested.reviews.queues
    learn = queues.create("latest", Filtered(failing="groundedness"), ONCE)
    answer_all(queues, learn, "fail")
    given = contested.reviews.of_run("latest")
    compared = contested.comparisons.of_run(queue_run := learn.run)

    assert (learn.purpose, len(given), for_estimates(given)) == ("learn", 10, [])
    assert all("human" not in arm.metrics for arm in compared.arms)

    sample = queues.create("latest", RandomSample(40), ONCE)
    answer_all(queues, sample)
    assert sample.size == 40
    shares = {arm.metrics["human"].mean.mean for arm in contested.comparisons.of_run(queue_run).arms}
    assert shares == {1.0}


def test_a_queue_holds_what_its_source_says(contested, judge):
    # the judge passes the first answer and fails the last; both are people's, and one is contested
    reviewed(contested, [judge[0], judge[1], judge[-1]], {"ben": "fpf", "cy": "fff"})
    sizes = {
        Everything(): 40,
        RandomSample(7): 7,
        Filtered(arm="answer@1:one"): 20,
        Filtered(tag="odd"): 20,
        Filtered(arm="answer@1:two", tag="odd"): 10,
        Filtered(failing="groundedness", unjudged=True): 9,
        Disagreements("judge and rule", judge="groundedness", metric="checks"): 20,
        Disagreements("judge and people", judge="groundedness"): 1,
        Disagreements("arms", metric="checks"): 40,
        Disagreements(): 1,
        Pairs(): 20,
        Pairs(n=4): 4,
    }
    with contested.lease():
        made = {source: contested.reviews.queues.create("latest", source, ONCE) for source in sizes}

    assert {source: queue.size for source, queue in made.items()} == sizes
    learn = {source for source, queue in made.items() if queue.purpose == "learn"}
    assert learn == {source for source in sizes if isinstance(source, Filtered | Disagreements)}


def test_what_passes_in_one_repeat_and_fails_in_another_is_flaky(filled):
    filled.run("answer@1", "golden", models="one", repeats=3)
    judged(filled, "latest", "groundedness", [1.0, 0.0, 1.0, 1.0, 1.0, 1.0])
    queues = filled.reviews.queues

    assert queues.create("latest", Flaky("groundedness"), ONCE).size == 3


def test_an_empty_queue_is_not_made_and_the_reason_told(contested):
    problems = {
        Relabel(): "older guidelines",
        Disagreements(): "people disagree on none",
        Filtered(tag="blue"): "no example of this run has the tag",
        Filtered(arm="answer@9"): "no arm",
        Disagreements("judge and people", judge="nobody"): "no score",
        Disagreements("judge and rule"): "which judge and which rule",
        RandomSample(0): "at least one",
        Pairs(arms=("answer@1:one",)): "two arms",
    }
    for source, problem in problems.items():
        with pytest.raises(InputError) as refused:
            contested.reviews.queues.create("latest", source)
        assert problem in str(refused.value).lower()
    assert contested.reviews.queues.list() == []


def test_undo_takes_back_a_verdict_of_this_queue_alone_and_history_stays(contested):
    queues = contested.reviews.queues
    first, second = (queues.create("latest", Everything(), ONCE) for _ in range(2))
    trial = queues.desk(first.id).items[0].trial_id
    keys = {
        queue.id: next(i.key for i in queues.desk(queue.id).items if i.trial_id == trial) for queue in (first, second)
    }
    queues.give(first.id, keys[first.id], Judgement("pass"))
    queues.give(second.id, keys[second.id], Judgement("fail"))
    queues.withdraw(second.id, keys[second.id])

    assert [one.verdict for one in contested.reviews.of_run("latest")] == ["pass"]
    queues.withdraw(first.id, keys[first.id])
    assert contested.reviews.of_run("latest") == []
    assert len(contested.context.read(lambda s: stored_reviews.history(s, trial))) == 4


def test_a_button_pressed_twice_says_one_thing(contested):
    queues = contested.reviews.queues
    queue = queues.create("latest", Everything(), ONCE)
    key = queues.desk(queue.id).items[0].key
    for seconds in (1.0, 2.0):
        queues.give(queue.id, key, Judgement("pass", "fine", seconds))
    (found,) = contested.context.read(
        lambda s: stored_reviews.history(s, contested.reviews.of_run("latest")[0].trial_id)
    )

    assert found.seconds == 1.0


def test_a_queue_of_named_reviewers_is_closed_to_others(contested, queues_of):
    queue = contested.reviews.queues.create("latest", Everything(), QueueWork(reviewers=("ben",)))
    key = queues_of("cy").desk(queue.id).items[0].key

    with pytest.raises(NotAllowedError, match="for ben"):
        queues_of("cy").give(queue.id, key, Judgement("pass"))
    assert [(line.mine, line.left) for line in queues_of("cy").list()] == [(False, 0)]
    assert queues_of("ben").list()[0].mine


def test_marks_outside_of_the_answer_and_other_nonsense_are_refused(contested):
    queues = contested.reviews.queues
    queue, pairs = queues.create("latest", Everything()), queues.create("latest", Pairs())
    key, pair = queues.desk(queue.id).items[0].key, queues.desk(pairs.id).items[0].key

    with pytest.raises(InputError, match="outside of the answer"):
        queues.give(queue.id, key, Judgement("fail", spans=(Span(3, 9_999),)))
    with pytest.raises(InputError, match="no verdict"):
        queues.give(queue.id, key, Judgement("maybe"))
    with pytest.raises(InputError, match="a choice between two answers"):
        queues.give(pairs.id, pair, Judgement("pass"))
    with pytest.raises(InputError, match="no choice"):
        queues.prefer(pairs.id, pair, "both")
    with pytest.raises(NotFoundError):
        queues.give(queue.id, "0000", Judgement("pass"))
    with pytest.raises(NotFoundError):
        queues.find("nothing")
    with pytest.raises(InputError, match="more reviewers"):
        queues.create("latest", Everything(), QueueWork(reviewers=("ben",), per_item=2))
    with pytest.raises(NotAllowedError, match="may not review"):
        contested.acting_as(Actor("eve", frozenset({"engineer"}))).reviews.queues.give(queue.id, key, Judgement("pass"))
    assert contested.reviews.of_run("latest") == []


def test_the_queue_of_everything_is_made_once_and_a_closed_one_leaves_the_list(contested):
    queues = contested.reviews.queues
    queue = queues.everything("latest")

    assert queues.everything("latest") == queue
    assert queues.find(queue.id[:5]) == queue
    assert queues.close(queue.id).closed
    assert queues.list() == []
    assert [line.queue.id for line in queues.list(closed=True)] == [queue.id]
    assert queues.everything("latest") != queue


def test_a_judge_is_measured_on_random_labels_alone(contested, judge):
    queues = contested.reviews.queues
    answer_all(queues, queues.create("latest", Filtered(failing="groundedness"), ONCE), "pass")
    assert not contested.judges.check("groundedness", "latest").labelled

    answer_all(queues, queues.create("latest", RandomSample(40), ONCE), "pass")
    assert len(contested.judges.check("groundedness", "latest").labelled) == 40


def test_the_overview_says_which_queues_wait_for_whom(contested, queues_of):
    def waits(name):
        steps = contested.acting_as(Actor(name)).overview.now().steps
        return [step.text for step in steps if step.place == "review"]

    (before,) = waits("ben")
    queue = contested.reviews.queues.create(
        "latest", RandomSample(5), QueueWork(("ben",), repeats=0, name="First five")
    )

    assert "40 answers of the newest run" in before
    assert waits("ben") == ["5 answers wait for you in the queue 'First five'."]
    assert waits("cy") == [before]
    answer_all(queues_of("ben"), queue)
    assert not any("First five" in text for text in waits("ben"))
