from __future__ import annotations

import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from workbench.text.word_diff import marked

ANSWERS = st.text(st.sampled_from("ab <>&\"'\n.1"), max_size=40)


def shown(html):
    """What a reader sees of HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html))


@given(ANSWERS, ANSWERS)
def test_marking_differences_loses_no_character_of_either_text(before, after):
    left, right = marked(before, after)

    assert (shown(left), shown(right)) == (before, after)


@given(ANSWERS, ANSWERS)
def test_marked_texts_hold_no_markup_but_the_marks(before, after):
    for html in marked(before, after):
        assert set(re.findall(r"</?([a-z]*)", html)) <= {"div", "del", "ins"}


def test_words_that_differ_are_marked_and_the_rest_is_not():
    left, right = marked("The fee is 1% of the amount.", "The fee is 2% of the amount.")

    assert re.findall(r"<del[^>]*>(.*?)</del>", left) == ["1"]
    assert re.findall(r"<ins[^>]*>(.*?)</ins>", right) == ["2"]


def test_texts_with_nothing_in_common_are_not_marked():
    assert "<del" not in marked("Ask at the desk.", "No fee applies to offset mortgages")[0]


def test_equal_texts_are_not_marked():
    assert marked("The same.", "The same.")[0] == marked("The same.", "The same.")[1]
