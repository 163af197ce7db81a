from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.text.words import stem, stems, words


@pytest.mark.parametrize(
    "family",
    [
        ["policy", "policies"],
        ["create", "creates", "created", "creating", "creation"],
        ["evaluate", "evaluation", "evaluations", "evaluating", "evaluator"],
        ["use", "uses", "used", "using"],
        ["embed", "embedding", "embedded", "embeddings"],
        ["cache", "caching", "caches", "cached"],
        ["run", "runs", "running"],
        ["token", "tokens"],
        ["address", "addresses"],
        ["quick", "quickly"],
        ["agree", "agreed"],
        ["repay", "repayment", "repayments"],
        ["reimbursed", "reimbursement"],
        ["carry", "carried"],
        ["day", "days"],
        ["pay", "pays", "paying"],
    ],
)
def test_forms_of_a_word_have_one_stem(family):
    assert len({stem(word) for word in family}) == 1


@pytest.mark.parametrize(
    "pair", [("status", "state"), ("test", "text"), ("bed", "bad"), ("thing", "th"), ("news", "newt")]
)
def test_different_words_stay_different(pair):
    assert stem(pair[0]) != stem(pair[1])


def test_case_apostrophes_and_stop_words_do_not_matter():
    assert stems("The EMPLOYEE’s leave, and only that!") == stems("employee leave")


def test_numbers_keep_their_decimals_and_contractions_are_one_word():
    assert words("Don’t pay £1,500.50, or 4.5%.") == ["don't", "pay", "1,500.50", "or", "4.5"]
    assert stems("Don't charge 4.5%.") == ["charg", "4.5"]


def test_other_scripts_give_pairs_of_characters():
    assert stems("日本語") == ["日本", "本語"]
    assert stems("Urlaubstage ändern") == ["urlaubstag", "ändern"]


@given(st.text())
def test_any_text_gives_stems_without_blanks(text):
    assert all(word and not word.isspace() for word in stems(text))
