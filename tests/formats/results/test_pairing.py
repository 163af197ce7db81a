"""Which answers belong to the same row."""

from __future__ import annotations

from workbench.domain.imported import ImportedAnswer, ImportedArm
from workbench.formats.results.pairing import pair
from workbench.formats.results.values import identity


def answer(question, text="A", expected=None, **fields):
    fields.setdefault("identity", identity(question, expected))
    return ImportedAnswer(inputs={"question": question}, text=text, expected=expected, **fields)


def arm(*answers, name="arm"):
    return ImportedArm(name, None, answers=answers)


def texts(paired):
    """By arm: example id, repeat, answer."""
    return [[(one.example_id, one.repeat, one.answer.text) for one in placed] for placed in paired.arms]


def test_the_same_question_with_different_truths_is_different_rows_paired_across_arms():
    one = arm(answer("Q", "a1", "x"), answer("Q", "a2", "y"), answer("R", "a3", "z"))
    two = arm(answer("R", "b3", "z"), answer("Q", "b2", "y"), answer("Q", "b1", "x"))

    paired = pair([one, two])

    assert len(paired.examples) == 3
    assert paired.repeats == 1
    first, second = ({example: text for example, _, text in placed} for placed in texts(paired))
    assert {first[e]: second[e] for e in first} == {"a1": "b1", "a2": "b2", "a3": "b3"}


def test_rows_that_all_arms_have_equally_often_are_repeats_and_it_is_said():
    paired = pair([arm(answer("Q", "1"), answer("R", "2"), answer("Q", "3"), answer("R", "4"))])

    assert (len(paired.examples), paired.repeats) == (2, 2)
    assert sorted((repeat, text) for _, repeat, text in texts(paired)[0]) == [(1, "1"), (1, "2"), (2, "3"), (2, "4")]
    assert "2 repeats" in paired.notes[0]


def test_what_only_some_rows_have_twice_is_rows_of_their_own():
    paired = pair([arm(answer("Q"), answer("Q"), answer("R")), arm(answer("Q"), answer("R"))])

    assert (len(paired.examples), paired.repeats) == (3, 1)


def test_ids_and_repeats_of_the_file_come_first():
    paired = pair([arm(*(answer("Q", str(n), id="q-1", identity="q-1", repeat=n) for n in (1, 2, 3)))])

    assert [example.id for example in paired.examples] == ["q-1"]
    assert texts(paired) == [[("q-1", 1, "1"), ("q-1", 2, "2"), ("q-1", 3, "3")]]


def test_an_id_that_several_rows_share_is_made_unique():
    paired = pair([arm(answer("Q", id="1"), answer("R", id="1"), answer("S", id="\x1b[31m"))])

    first, second, third = (example.id for example in paired.examples)
    assert (first, second) == ("1", "1-2")
    assert third.startswith("row-")


def test_another_truth_for_the_same_row_is_said():
    paired = pair([arm(answer("Q", expected="x", identity="i")), arm(answer("Q", expected="y", identity="i"))])

    assert paired.examples[0].expected == "x"
    assert paired.notes == ("1 answers have another expected answer than the row's first; the first one counts.",)
