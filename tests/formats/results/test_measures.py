"""What scores are taken to mean, and how people say otherwise."""

from __future__ import annotations

import pytest

from workbench.domain.imported import ImportedAnswer, ImportedArm, ImportedResults, ImportedScore
from workbench.errors import InputError
from workbench.formats.results.measures import Wishes, as_wished, infer, renamed, score_names


def results(**columns):
    """Results with a score for each column of values."""
    count = max(map(len, columns.values()))
    answers = tuple(
        ImportedAnswer(
            str(n), {}, "A", scores=tuple(ImportedScore(name, values[n]) for name, values in columns.items())
        )
        for n in range(count)
    )
    return ImportedResults("tool", (ImportedArm("arm", None, answers=answers),))


def read(wanted, **columns):
    found = results(**columns)
    wishes = Wishes.of(wanted, score_names(found))
    changed = as_wished(found, wishes)
    return changed, {info.name: info for info in infer(changed, wishes)}


@pytest.mark.parametrize(
    ("values", "kind"),
    [([0, 1, None], "pass_fail"), ([0.5, 1], "share"), ([1, 5], "number"), ([-0.5, 0.5], "number")],
)
def test_kinds_are_told_by_values(values, kind):
    assert read((), quality=values)[1]["quality"].kind == kind


@pytest.mark.parametrize(
    ("name", "direction"),
    [
        ("Toxicity", "lower"),
        ("hallucination_rate", "lower"),
        ("Bias passed", "higher"),
        ("latency", "lower"),
        ("relevance", "higher"),
    ],
)
def test_directions_are_told_by_names(name, direction):
    assert read((), **{name: [0.2, 0.4]})[1][name].direction == direction


def test_more_of_a_length_is_neither_better_nor_worse_unless_people_say_so():
    assert read((), answer_length=[10, 20])[1]["answer_length"].neutral
    assert not read(("answer_length=lower",), answer_length=[10, 20])[1]["answer_length"].neutral


def test_people_say_what_a_score_means():
    changed, infos = read(
        ("stars>=4", "risk=lower", "noise=skip", "flag=number"),
        stars=[5, None, 3],
        risk=[1, 2, 3],
        noise=[1, 1, 1],
        flag=[0, 1, 1],
    )

    assert list(infos) == ["stars>=4", "stars", "risk", "flag"]
    assert (infos["stars>=4"].kind, infos["risk"].direction, infos["flag"].kind) == ("pass_fail", "lower", "number")
    assert [answer.scores[0].value for answer in changed.arms[0].answers] == [1, None, 0]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("star>=4", "no score 'star'.*'stars'"),
        ("stars", "says nothing"),
        ("stars=best", "says nothing"),
        ("stars=share", "no share"),
    ],
)
def test_wishes_that_cannot_be_met_are_refused(wish, said):
    with pytest.raises(InputError, match=said):
        read((wish,), stars=[5, 4])


def test_names_of_the_projects_own_measures_carry_the_tools_name():
    changed = renamed(results(correct=[1], own=[1]), {"correct"})

    assert score_names(changed) == ["correct (tool)", "own"]
    (note,) = changed.notes
    assert note.startswith("The file's score `correct` is shown as `correct (tool)`, since this project computes one")
