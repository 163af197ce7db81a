"""Whether a judge is steady: asked again, among its models, when answers change places, and by their length."""

from __future__ import annotations

import pytest

from tests.support.reviewed import judged, reviewed
from workbench.domain.score import Vote
from workbench.stats.intervals import wilson
from workbench.stats.pairwise import PairCounts
from workbench.store import pair_verdicts
from workbench.store.pair_verdicts import StoredPairVerdict
from workbench.workspace.judges.calibration_words import as_json, sentences
from workbench.workspace.runs.results import Run


@pytest.fixture
def run(finished):
    return Run(finished, finished.runs.find("latest"))


def test_votes_of_one_model_say_how_steady_it_is_and_those_of_several_how_they_agree(run):
    wb = run.workbench
    steady = (Vote("one", 1.0), Vote("one", 0.9), Vote("two", 0.0))
    wavering = (Vote("one", 1.0), Vote("one", 0.0), Vote("two", None))
    judged(wb, run.id, "tone", [0.6], votes=steady)
    found = run.calibration("tone").consistency
    assert (found.repeated, found.jurors) == (wilson(1, 1), wilson(0, 1))

    judged(wb, run.id, "tone", [0.5], votes=wavering, version="2")
    found = run.calibration("tone").consistency
    assert (found.repeated, found.jurors) == (wilson(0, 1), None)


def test_scoring_the_same_answers_again_is_asking_again(run):
    for values in ([1.0, 1.0, 0.0], [1.0, 0.0, 0.0]):
        judged(run.workbench, run.id, "tone", values)

    found = run.calibration("tone")

    assert found.consistency.repeated == wilson(2, 3)
    assert "Asked again about the same answer it says the same on 67% (21–94) of 3." in sentences(found)


def test_verdicts_on_pairs_say_whether_the_order_decides(run):
    judged(run.workbench, run.id, "tone", [1.0])
    first, second = (arm.label for arm in run.compare().arms)
    now = run.workbench.context.clock.now()
    told = [
        StoredPairVerdict(run.id, "tone", "v", first, second, f"q-{n}", 1, "one", said, swapped, "", "", now)
        for n, (said, swapped) in enumerate([("first", "first"), ("first", "second"), ("tie", "tie")], 1)
    ]
    run.workbench.context.write(lambda s: pair_verdicts.append(s, told))

    found = run.calibration("tone")

    assert found.consistency.orders == PairCounts(1, 0, 1, 1, 0, shown_first=3, named=4)
    assert any(sentence.startswith("tone in pairs: The order decided 1 of 3 pairs") for sentence in sentences(found))
    assert as_json(found)["orders"]["inconsistent"] == 1


def test_scores_that_go_with_length_are_told_and_none_where_they_cannot(run):
    trials = judged(run.workbench, run.id, "tone", [1.0] * 12)
    assert run.calibration("tone").with_length is None

    lengths = {output.trial_id: len(output.completion.text) for output in run.outputs()}
    assert len(set(lengths.values())) == 1
    reviewed(run.workbench, trials, {"ann": "p"})
    assert as_json(run.calibration("tone"))["with_length"] is None
