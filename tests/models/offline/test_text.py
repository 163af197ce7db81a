from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.offline.text import count_tokens, cut_to_tokens, number_of, quoted, split_sentences, stem


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("7", 7),
        ("three", 3),
        ("twenty-five", 25),
        ("a hundred", 100),
        ("one hundred and twenty", 120),
        ("a couple of", 2),
        ("many", None),
    ],
)
def test_numbers_are_read_in_digits_and_words(words, number):
    assert number_of(words) == number


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("It costs 1.5% e.g. in May. See Mr. Smith.", ["It costs 1.5% e.g. in May.", "See Mr. Smith."]),
        ('Say "I do not know. Ask HR." Then stop.', ['Say "I do not know. Ask HR."', "Then stop."]),
        ("before 9 a.m. on the day", ["before 9 a.m. on the day"]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, sentences):
    assert split_sentences(text) == sentences


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("repayment", "repay"),
        ("reimbursed", "reimbursement"),
        ("policies", "policy"),
        ("claims", "claim"),
        ("carried", "carry"),
    ],
)
def test_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


def test_quotation_marks_of_all_kinds_are_read_and_apostrophes_are_not():
    assert quoted("don't say \"a\", “b”, `c`, 'I can't d' or «e»") == ["a", "b", "c", "I can't d", "e"]


@given(st.text(max_size=200))
def test_sentences_lose_no_word(text):
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())


@given(st.text(max_size=200), st.integers(1, 30))
def test_a_cut_text_is_a_beginning_within_the_limit(text, limit):
    cut = cut_to_tokens(text, limit)
    assert text.startswith(cut)
    assert count_tokens(cut) == min(limit, count_tokens(text))
