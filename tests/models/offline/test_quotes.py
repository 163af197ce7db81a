from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workbench.models.offline.quotes import quoted, split_sentences


def test_a_quoted_reply_of_two_sentences_stays_in_its_instruction():
    assert split_sentences('Say "I do not know. Ask HR." Then stop.') == ['Say "I do not know. Ask HR."', "Then stop."]


def test_quotation_marks_of_all_kinds_are_read_and_apostrophes_are_not():
    assert quoted("don't say \"a\", “b”, `c`, 'I can't d' or «e»") == ["a", "b", "c", "I can't d", "e"]


@given(st.text(max_size=200))
def test_sentences_lose_no_word(text):
    assert "".join("".join(split_sentences(text)).split()) == "".join(text.split())
