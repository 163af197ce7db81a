"""What asking several times shows, and the marks behind the lists of examples."""

from dataclasses import replace

import pandas as pd

from tests.workspace.comparison.test_findings import CORRECT, NEW, OLD, SLOWNESS, a_comparison
from workbench.workspace.comparison.example_marks import flaky, marks
from workbench.workspace.comparison.repeats import repeats


def asked_three_times(info=CORRECT):
    comparison = a_comparison([1] * 4, [1] * 4, info)
    values = {
        (OLD, info.name): {"q-0": [1.0, 1.0, 1.0], "q-1": [0.0, 1.0, 0.0], "q-2": [0.0, 0.0, 0.0], "q-3": [1.0]},
        (NEW, info.name): {"q-0": [1.0, 1.0, 1.0], "q-1": [1.0, 1.0, 1.0], "q-2": [0.0, 1.0, 1.0]},
    }
    return replace(comparison, run=replace(comparison.run, repeats=3), values=values)


def test_examples_are_counted_by_how_many_of_their_repeats_passed():
    before, after = repeats(asked_three_times(), "correct")

    assert before.passed == {0: 1, 1: 1, 2: 0, 3: 1}
    assert (before.examples, before.flaky) == (3, 1)
    assert (after.examples, after.flaky) == (3, 1)


def test_without_repeats_there_is_nothing_to_say():
    assert repeats(a_comparison([1, 0], [1, 1]), "correct") == []


def test_times_always_vary_and_make_no_example_flaky():
    comparison = asked_three_times(SLOWNESS)

    assert repeats(comparison, "latency") == []
    assert flaky(comparison, [OLD, NEW], "latency") == set()


def test_an_example_carries_every_mark_of_its_answers_in_the_two_arms_and_none_of_a_third():
    trials = pd.DataFrame(
        [
            (OLD, "q-0", "done", True),
            (NEW, "q-0", "failed", False),
            (NEW, "q-1", "done", False),
            ("other", "q-3", "failed", False),
        ],
        columns=["arm", "example_id", "status", "cache_hit"],
    )
    scores = pd.DataFrame(
        [(OLD, "q-2", float("nan"), False), (NEW, "q-2", 1.0, True), ("other", "q-3", float("nan"), True)],
        columns=["arm", "example_id", "value", "stale"],
    )

    found = marks(asked_three_times(), NEW, "correct", trials, scores)

    assert found == {
        "q-0": frozenset({"failed", "replayed"}),
        "q-1": frozenset({"flaky"}),
        "q-2": frozenset({"flaky", "unscored", "stale"}),
    }
