"""What a reviewer is told at the end of a queue."""

from workbench.domain.review import Judgement
from workbench.domain.review_queue import Filtered, QueueWork, RandomSample


def test_the_end_says_what_was_said_how_long_it_took_and_what_was_too_fast_to_be_read(contested, models):
    from tests.support.completers import Scripted, an_answer

    models.script("one", Scripted(lambda request: an_answer("A long answer. " * 40)))
    contested.run("answer@2", "golden", models="one")
    queues = contested.reviews.queues
    queue = queues.create("latest", RandomSample(6), QueueWork(repeats=0))
    seconds = (1.0, 8.0, 10.0, 12.0, 900.0, None)
    verdicts = ("pass", "pass", "pass", "fail", "unsure", "pass")
    for item, verdict, took in zip(queues.desk(queue.id).items, verdicts, seconds, strict=True):
        queues.give(queue.id, item.key, Judgement(verdict, seconds=took))
    result = queues.result(queue.id)

    assert (result.passed, result.failed, result.unsure, result.left) == (4, 1, 1, 0)
    assert (result.pace_s, result.hasty) == (9.0, 1)
    assert result.sentences[0].startswith("You judged 6 answers: 4 passed, 1 failed, 1 unsure. You passed 80%")
    assert "You took about 9.0 s each." in result.sentences
    assert any("1 long answer had less than 2 seconds" in sentence for sentence in result.sentences)
    assert result.as_json()["sentences"] == result.sentences


def test_verdicts_to_learn_from_are_said_to_count_in_no_rate(contested):
    queues = contested.reviews.queues
    queue = queues.create("latest", Filtered(tag="odd"))
    queues.give(queue.id, queues.desk(queue.id).items[0].key, Judgement("fail"))
    said = queues.result(queue.id).sentences

    assert said[0] == "You judged 1 answer: 0 passed, 1 failed, 0 unsure."
    assert any("count in no pass rate" in sentence for sentence in said)


def test_who_passes_over_items_is_told_and_who_stops_early_is_not(contested):
    queues = contested.reviews.queues
    queue = queues.create("latest", RandomSample(6), QueueWork(repeats=0))
    keys = [item.key for item in queues.desk(queue.id).items]
    queues.give(queue.id, keys[0], Judgement("pass"))
    assert queues.result(queue.id).passed_over == 0
    queues.give(queue.id, keys[3], Judgement("pass"))
    result = queues.result(queue.id)

    assert (result.passed_over, result.left) == (2, 4)
    assert any("You passed over 2 items" in sentence for sentence in result.sentences)
