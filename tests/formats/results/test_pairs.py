"""Files with two answers a row: who prefers which, in which order, and what is refused."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.domain.pairs import Rater
from workbench.errors import FormatError
from workbench.formats.results.pairs import renamed
from workbench.formats.results.reading import read_results

PAIRS = "idx,question,output_1,output_2,label\n7,Q7?,a7,b7,1\n8,Q8?,a8,b8,2\n"


def read(*files, **options):
    return read_results([(name, text.encode()) for name, text in files], **options)


def said(results):
    return {(one.rater, json.loads(one.row)[1]): (one.said, one.said_swapped) for one in results.verdicts}


def row(**fields):
    return {"instruction": "Do it", "input": "", "response1": "a", "response2": "b", **fields}


def one_row(**fields):
    return read(("pairs.json", json.dumps([row(**fields)])))


@pytest.mark.parametrize(
    ("first", "second"),
    [("response1", "response2"), ("output_1", "output_2"), ("Answer A", "Answer B"), ("completionA", "completionB")],
)
def test_two_answers_are_known_by_the_names_of_their_columns(first, second):
    found = read(("pairs.csv", f"question,{first},{second},label\nQ?,left,right,1\n"))
    assert found.tool == "pairs"
    assert [(arm.name, arm.answers[0].text) for arm in found.arms] == [(first, "left"), (second, "right")]
    assert found.arms[0].answers[0].inputs == {"question": "Q?"}


def test_an_instruction_and_its_input_are_both_kept_and_other_columns_beside_the_row():
    (answer,) = one_row(label=1, app="Mail").arms[0].answers
    assert answer.inputs == {"instruction": "Do it", "input": ""}
    assert answer.metadata == {"app": "Mail"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        *((one, "first") for one in (1, "1", "1.0", " A ", "model_a")),
        *((one, "second") for one in (2, "2", "b", "Second")),
        *((one, "tie") for one in (0, "0", "Tie", "tie")),
        *((one, None) for one in ("garbage", 3, -1, True, [1], None, "")),
    ],
)
def test_verdicts_are_read_and_what_is_none_is_unreadable(written, expected):
    (verdict,) = one_row(bot_result=written).verdicts
    assert verdict.said == expected
    assert (verdict.raw == "") == (expected is not None)


def test_people_who_gave_no_label_are_not_counted_and_an_unreadable_label_is_kept():
    found = one_row(annotator1=1, annotator2=None, annotator3="??")
    assert [(one.rater, one.said, one.raw) for one in found.verdicts] == [
        ("annotator1", "first", ""),
        ("annotator3", None, "??"),
    ]


def test_a_swapped_verdict_names_the_answers_by_their_place_in_the_file():
    found = one_row(bot_winner=1, bot_winner_swapped=1, other_result=2, other_reason="shorter")
    assert said(found) == {("bot", "0"): ("first", "first"), ("other", "0"): ("second", None)}
    assert found.raters == (Rater("bot", is_person=False, both_orders=True), Rater("other", is_person=False))
    assert found.verdicts[1].reason == "shorter"


def test_further_files_hold_the_verdicts_of_judges_by_key():
    mixed = "item,evaluator,winner,winner_swapped\n8,x/y,2,1\n7,x/y,,1\n8,z,1,1\n"
    found = read(("pairs.csv", PAIRS), ("verdicts.csv", mixed), ("bot.json", '[{"idx": 7, "winner": "Tie"}]'))
    assert said(found) == {
        ("label", "7"): ("first", None),
        ("label", "8"): ("second", None),
        ("x/y", "8"): ("second", "first"),
        ("x/y", "7"): (None, "first"),
        ("z", "8"): ("first", "first"),
        ("bot", "7"): ("tie", None),
    }


def test_rows_without_keys_are_found_by_their_place():
    found = read(("pairs.csv", PAIRS.replace("idx,", "number,")), ("bot.csv", "item,winner\n1,1\n"))
    assert said(found)["bot", "1"] == ("first", None)


def test_verdicts_say_which_of_several_files_they_are_on_and_others_are_left_out_and_counted():
    verdicts = "subset,idx,winner\neasy,7,1\nhard,7,2\nother,7,1\n"
    found = read(("easy.csv", PAIRS), ("hard.set.csv", PAIRS), ("bot.csv", verdicts))
    assert [(one.row, one.said) for one in found.verdicts if one.rater == "bot"] == [
        ('["easy", "7"]', "first"),
        ('["hard", "7"]', "second"),
    ]
    assert found.notes == ("1 verdicts are on rows of other sets and were left out.",)
    assert [answer.id for answer in found.arms[0].answers] == ["easy-7", "easy-8", "hard-7", "hard-8"]


@pytest.mark.parametrize("models", [{"model_a": "m", "model_b": "n"}, {"cmp_key": "m_n"}])
def test_models_are_the_arms_where_every_row_names_them(models):
    rows = [row(**models, label=1), row(**{name: one.replace("m", "k") for name, one in models.items()}, label=2)]
    found = read(("pairs.json", json.dumps(rows)))
    assert [(arm.model, len(arm.answers)) for arm in found.arms] == [("m", 1), ("n", 2), ("k", 1)]
    assert [(one.first, one.second) for one in found.verdicts] == [(0, 1), (2, 1)]
    unnamed = read(("pairs.json", json.dumps([*rows, row(label=1)])))
    assert [arm.name for arm in unnamed.arms] == ["response1", "response2"]


def test_a_judge_that_is_called_like_one_of_the_project_is_told_apart():
    found = renamed(one_row(tone_result=1, other_result=2), {"tone"})
    assert [rater.name for rater in found.raters] == ["tone (pairs)", "other"]
    assert [verdict.rater for verdict in found.verdicts] == ["tone (pairs)", "other"]


@pytest.mark.parametrize(
    ("files", "problem"),
    [
        ([("p.csv", "question,output_1,output_2\nQ,a,b\n")], "nobody says which answer is better"),
        ([("p.csv", "output_1,output_2,label\na,b,1\n")], "no column says what was asked"),
        ([("p.csv", PAIRS + "7,Q?,a,b,1\n")], "two rows '7'"),
        ([("x/p.csv", PAIRS), ("y/p.csv", PAIRS)], "two files of one name"),
        ([("p.csv", PAIRS), ("v.csv", "idx,winner\n99,1\n")], "no pair '99' in p.csv"),
        ([("p.csv", PAIRS), ("v.csv", "idx,winner\n7,1\n7,2\n")], "'v' has two verdicts on the same pair"),
        ([("p.csv", PAIRS), ("v.csv", "idx,opinion\n7,1\n")], "neither two answers nor verdicts"),
        ([("p.csv", PAIRS), ("v.csv", "subset,idx,winner\nz,7,1\n")], "none of its verdicts is on a pair"),
        ([("p.csv", PAIRS), ("v.csv", "judge,idx,winner\n,7,1\n")], "does not say who judged"),
        ([("p.csv", PAIRS), ("v.csv", "judge,idx,winner\nlabel,7,1\n")], "'label' stands for two raters"),
        ([("p.csv", PAIRS), ("q.csv", PAIRS), ("v.csv", "idx,winner\n7,1\n")], "does not say which file"),
        ([("p.csv", "question,output_1,output_2,model_1,model_2,label\nQ,a,b,m,m,1\n")], "both answers are by 'm'"),
    ],
)
def test_what_does_not_fit_together_is_refused_with_file_and_line(files, problem):
    with pytest.raises(FormatError, match=problem) as raised:
        read(*files)
    assert raised.value.file == files[-1][0] or len(files) == 1
    assert raised.value.line is not None or "nobody" in problem


def test_a_file_that_is_to_be_read_as_pairs_says_what_it_lacks():
    with pytest.raises(FormatError, match="no two answers") as raised:
        read(("p.csv", "question,answer\nQ,a\n"), tool="pairs")
    assert "output_1" in raised.value.hint


def test_columns_that_people_name_make_it_a_plain_file():
    columns = {"output_1": "output", "output_2": "expected", "label": "skip"}
    found = read(("p.csv", PAIRS), columns=columns)
    assert (found.tool, len(found.arms), found.raters) == ("CSV", 1, ())


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["idx", "subset", "label", "winner", "winner_swapped", "judge", "cmp_key", "model_1"]),
            st.one_of(
                st.none(), st.integers(-1, 3), st.text(max_size=5), st.booleans(), st.lists(st.none(), max_size=1)
            ),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_stands_in_the_columns_is_read_or_refused(rows):
    with suppress(FormatError):
        found = read(("pairs.json", json.dumps([row(**one) for one in rows])))
        assert sum(len(arm.answers) for arm in found.arms) == 2 * len(rows)
        names = {rater.name for rater in found.raters}
        assert {verdict.rater for verdict in found.verdicts} <= names
