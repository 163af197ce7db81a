"""When the guidelines change, older verdicts are told apart, and some are judged again."""

from __future__ import annotations

import pytest

from workbench.domain.review import Judgement
from workbench.domain.review_queue import QueueWork, RandomSample, Relabel

ONCE = QueueWork(repeats=0)


@pytest.fixture
def changed(contested):
    """Thirty verdicts were given before the guidelines changed."""
    guidelines, queues = contested.root / "guidelines.md", contested.reviews.queues
    guidelines.write_text("Pass what is right.")
    queue = queues.create("latest", RandomSample(30), ONCE)
    for item in queues.desk(queue.id).items:
        queues.give(queue.id, item.key, Judgement("pass"))
    guidelines.write_text("Pass what is right and names its source.")
    return contested


def test_verdicts_under_older_guidelines_are_counted_and_ten_are_offered_again(changed):
    state = changed.reviews.rubric("latest")

    assert (state.current, state.older, state.unknown) == (0, 30, 0)
    assert "30 verdicts were given under older ones" in state.sentence
    assert "Judge 10 of those answers once more" in state.sentence


def test_judging_ten_again_says_whether_the_older_verdicts_hold(changed):
    queues = changed.reviews.queues
    queue = queues.create("latest", Relabel(), ONCE)
    for at, item in enumerate(queues.desk(queue.id).items):
        assert item.review is None
        queues.give(queue.id, item.key, Judgement("fail" if at < 3 else "pass"))
    result, state = queues.result(queue.id), changed.reviews.rubric("latest")

    assert queue.size == 10
    assert (result.kept.same, result.kept.n) == (7, 10)
    assert any("7 of 10 older verdicts stayed the same" in sentence for sentence in result.sentences)
    assert (state.current, state.older) == (10, 20)


def test_the_first_guidelines_make_what_was_judged_without_any_older(contested):
    queues = contested.reviews.queues
    queue = queues.create("latest", RandomSample(3), ONCE)
    queues.give(queue.id, queues.desk(queue.id).items[0].key, Judgement("pass"))
    assert contested.reviews.rubric("latest").older == 0
    (contested.root / "guidelines.md").write_text("Now there are some.")

    assert contested.reviews.rubric("latest").older == 1
