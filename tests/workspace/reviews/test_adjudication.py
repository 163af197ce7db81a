"""Disagreements are settled: what settles one counts everywhere, what reviewers said stays."""

from __future__ import annotations

import pytest

from tests.support.reviewed import judged, reviewed
from workbench.domain.review import Judgement
from workbench.domain.review_queue import Filtered, QueueWork, RandomSample
from workbench.errors import InputError
from workbench.store import reviews as stored_reviews


@pytest.fixture
def split(contested):
    """The first answer is passed by ben and failed by cy; the second both pass."""
    trials = judged(contested, "latest", "groundedness", [1.0, 0.0])
    reviewed(contested, trials, {"ben": "pp", "cy": "fp"})
    return trials


def test_both_notes_are_listed_and_the_settled_verdict_counts_in_place_of_theirs(contested, split):
    run = contested.runs.find("latest")
    (one,) = contested.reviews.to_adjudicate("latest")
    assert {(r.reviewer, r.verdict, r.note) for r in one.reviews} == {
        ("ben", "pass", "ben says pass"),
        ("cy", "fail", "cy says fail"),
    }
    before = contested.judges.check("groundedness", run)
    contested.reviews.adjudicate(split[0], "fail", note="the fee is missing")

    (one,) = contested.reviews.to_adjudicate("latest")
    assert (one.settled.verdict, one.settled.reviewer, one.settled.note) == ("fail", "ann", "the fee is missing")
    after = contested.judges.check("groundedness", run)
    assert (before.split, len(before.labelled)) == (1, 1)
    assert (after.split, len(after.cell(judge=True, people=False))) == (0, 1)
    (arm, _) = contested.comparisons.of_run(run, metrics=["human"]).arms
    assert arm.metrics["human"].mean.mean == 0.0
    verdicts = [r.verdict for r in contested.context.read(lambda s: stored_reviews.history(s, split[0]))]
    assert verdicts == ["pass", "fail", "fail"]


def test_settling_changes_no_figure_of_agreement_and_can_be_undone(contested, split):
    before = contested.reviews.agreement("latest")
    contested.reviews.adjudicate(split[0], "pass")
    after = contested.reviews.agreement("latest")

    assert (after.raw, after.alpha, after.reviewers) == (before.raw, before.alpha, ("ben", "cy"))
    assert any("1 of which is settled" in sentence for sentence in after.sentences)
    contested.reviews.unadjudicate(split[0])
    assert contested.reviews.to_adjudicate("latest")[0].settled is None


def test_one_who_reviewed_may_settle_without_losing_their_own_verdict(contested, split, queues_of):
    reviewed(contested, split, {"ann": "f"})
    contested.reviews.adjudicate(split[0], "pass")

    mine = [r for r in contested.reviews.of_run("latest") if r.reviewer == "ann"]
    assert sorted((r.verdict, r.gold) for r in mine) == [("fail", False), ("pass", True)]
    assert next(i for i in contested.reviews.queue("latest") if i.trial_id == split[0]).verdict == "fail"


def test_unsure_settles_nothing_and_neither_is_there_anything_to_settle_on_what_nobody_judged(contested, split):
    with pytest.raises(InputError, match="settles nothing"):
        contested.reviews.adjudicate(split[0], "unsure")
    other = contested.reviews.queue("latest")
    unjudged = next(item.trial_id for item in other if item.trial_id not in split)
    with pytest.raises(InputError, match="Nobody has judged"):
        contested.reviews.adjudicate(unjudged, "pass")


def test_agreement_of_a_queue_is_about_its_own_verdicts_and_low_agreement_blames_the_guidelines(contested, queues_of):
    queue = contested.reviews.queues.create("latest", RandomSample(8), QueueWork(repeats=0))
    reviewed(contested, [item.trial_id for item in contested.reviews.queue("latest")], {"eve": "p" * 40})
    for name, verdicts in {"ben": "pppppfff", "cy": "ppffffpp"}.items():
        queues = queues_of(name)
        items = sorted(queues.desk(queue.id).items, key=lambda item: item.trial_id)
        for item, letter in zip(items, verdicts, strict=True):
            queues.give(queue.id, item.key, Judgement({"p": "pass", "f": "fail"}[letter]))
    found = contested.reviews.agreement(queue.id)

    assert found.reviewers == ("ben", "cy")
    assert (found.shared, len(found.disagreements)) == (8, 5)
    assert found.unclear
    assert any("guidelines are unclear" in sentence for sentence in found.sentences)
    result = queues_of("ben").result(queue.id)
    assert (result.with_others.estimate, result.with_others.n) == (3 / 8, 8)
    assert any("You agree with other reviewers on 38%" in sentence for sentence in result.sentences)


def test_labels_chosen_to_learn_from_do_not_lower_the_figures_of_agreement(contested, queues_of):
    said = {RandomSample(4): {"ben": "pass", "cy": "pass"}, Filtered(tag="odd"): {"ben": "pass", "cy": "fail"}}
    for source, verdicts in said.items():
        queue = contested.reviews.queues.create("latest", source, QueueWork(repeats=0))
        for name, verdict in verdicts.items():
            for item in sorted(queues_of(name).desk(queue.id).items, key=lambda item: item.trial_id)[:4]:
                queues_of(name).give(queue.id, item.key, Judgement(verdict))
    found = contested.reviews.agreement("latest")

    assert (found.raw.estimate, found.raw.n) == (1.0, 4)
    assert len(found.disagreements) == 4
