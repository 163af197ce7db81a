"""Comparisons in words, example by example and by slices, without a store."""

from dataclasses import replace

import pytest

from tests.support.builders import NOON
from workbench.domain.dataset import Example
from workbench.domain.run import RunInfo
from workbench.domain.score import MetricInfo
from workbench.stats.paired import compare
from workbench.stats.summary import mean_with_interval
from workbench.workspace.comparison.comparison import ArmFigure, Comparison, MetricFigure, PairFigure
from workbench.workspace.comparison.examples import example_changes, slices
from workbench.workspace.comparison.findings import findings, short_names

OLD, NEW = "answer@1:reader", "answer@2:reader"
CORRECT = MetricInfo("correct", "1", "pass_fail", "higher", "Correct", "")
SLOWNESS = MetricInfo("latency", "1", "number", "lower", "Time", "", "ms")


def an_arm(label, values, info=CORRECT, cost=0.0):
    prompt, _, model = label.partition(":")
    name, _, number = prompt.partition("@")
    figure = MetricFigure(info, info.version, mean_with_interval(values, kind=info.kind), 0)
    return ArmFigure(
        label, name, int(number), model, len(values), len(values), 0, cost, None, None, 1.0, 2.0, {info.name: figure}
    )


def a_comparison(before, after, info=CORRECT, costs=(0.0, 0.0)):
    before, after = (
        {f"q-{n}": [float(v)] for n, v in enumerate(values) if v is not None} for values in (before, after)
    )
    run = RunInfo("r1", "golden", 1, (OLD, NEW), 1, 2 * len(before), NOON, "ann")
    result = compare(before, after, kind=info.kind, direction=info.direction)
    return Comparison(
        run=run,
        dataset_examples=len(before),
        baseline=OLD,
        headline=info.name,
        arms=[an_arm(OLD, before, info, costs[0]), an_arm(NEW, after, info, costs[1])],
        pairs=[PairFigure(OLD, NEW, info.name, result, "")],
        values={(OLD, info.name): before, (NEW, info.name): after},
    )


def some_examples(count, **fields):
    return [Example(id=f"q-{n}", inputs={"question": "?"}, **fields) for n in range(count)]


def test_a_finding_names_versions_without_prompt_and_model_when_those_are_the_same():
    found = findings(a_comparison([0] * 20, [1] * 20), "correct")

    assert found[0].verdict == "better"
    assert found[0].sentence.startswith("v2 is better than v1")


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("a@1:m", "a@2:m"), ("v1", "v2")),
        (("a@1:m", "a@1:n"), ("m", "n")),
        (("a@1:m", "a@2:n"), ("v1 · m", "v2 · n")),
        (("a@1:m", "b@1:m"), ("a v1", "b v1")),
        (("a@1:m",), ("v1",)),
    ],
)
def test_arms_have_the_shortest_names_that_tell_them_apart(labels, expected):
    names = short_names([an_arm(label, {"q": [1.0]}) for label in labels])

    assert tuple(names[label] for label in labels) == expected


@pytest.mark.parametrize(
    ("variants", "expected"),
    [
        (["handbook", "small"], ["v1 with handbook", "v1 with small"]),
        (["chunks of answer@1:one", "chunks of answer@2:one"], ["v1 with chunks of v1", "v1 with chunks of v2"]),
        (
            ["chunks of answer@2:one with small", "chunks of other@2:one"],
            ["v1 with chunks of v2 with small", "v1 with chunks of other@2"],
        ),
    ],
)
def test_what_else_tells_arms_apart_is_part_of_their_short_names(variants, expected):
    arms = [replace(an_arm("answer@1:one", {"q": [1.0]}), label=name, variant=name) for name in variants]

    assert list(short_names(arms).values()) == expected


def test_unknown_cost_is_said_and_never_free():
    aside = findings(a_comparison([0] * 9, [1] * 9, costs=(0.0, None)), "correct")[0].aside

    assert aside == ["What v2 costs is unknown: for some answers no price or no token count is known."]


def test_arms_that_cost_nothing_are_not_compared_by_cost():
    assert findings(a_comparison([0] * 9, [1] * 9), "correct")[0].aside == ["Neither costs anything."]


def test_examples_that_got_worse_stand_first_and_failed_ones_are_told_from_unscored_ones():
    comparison = a_comparison([1, 0, 1, 1, 1], [0, 1, 1, None, None])

    changes = example_changes(comparison, some_examples(5), NEW, "correct", {"q-3": frozenset({"failed"})})

    assert [(c.example.id, c.change) for c in changes] == [
        ("q-0", "worse"),
        ("q-1", "better"),
        ("q-2", "same"),
        ("q-3", "failed"),
        ("q-4", "unscored"),
    ]


def test_where_less_is_better_a_smaller_number_is_an_improvement():
    comparison = a_comparison([100, 100, 100], [90, 300, 200], SLOWNESS)

    changes = example_changes(comparison, some_examples(3), NEW, "latency", {})

    assert [(c.example.id, c.change) for c in changes] == [("q-1", "worse"), ("q-2", "worse"), ("q-0", "better")]


def test_a_slice_holds_the_examples_of_its_tag_and_the_largest_comes_first():
    examples = [*some_examples(2, tags=("rare", "all")), *some_examples(6, tags=("all",))[2:]]
    comparison = a_comparison([1, 1, 0, 0, 0, 0], [1, 0, 1, 1, 1, 1])

    found = slices(comparison, examples, "correct", NEW)

    assert [(part.tag, part.examples) for part in found] == [("all", 6), ("rare", 2)]
    assert found[1].means[OLD].mean == 1.0
    assert found[1].means[NEW].mean == 0.5
    assert found[1].means[NEW].n == 2


def test_a_slice_in_which_the_arms_differ_is_worth_a_look_and_others_are_not():
    better, same = some_examples(20, tags=("better",))[:10], some_examples(20, tags=("same",))[10:]
    comparison = a_comparison([0] * 10 + [1] * 10, [1] * 20)

    found = {part.tag: part for part in slices(comparison, [*better, *same], "correct", NEW)}

    assert found["better"].worth_a_look
    assert found["better"].difference.difference == 1.0
    assert not found["same"].worth_a_look


def test_a_length_that_differs_is_called_neither_better_nor_worse():
    length = MetricInfo("length", "1", "number", "lower", "Length", "", "words", neutral=True)
    comparison = a_comparison([100 + n for n in range(9)], [200 + n for n in range(9)], length)

    sentence = findings(comparison, "length")[0].sentence

    assert sentence.startswith("v2 differs from v1 on length: 2.0 times as much")
