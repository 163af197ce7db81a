"""Parts that several pages share."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.ui.components.text import MARKDOWN, one_line, plain
from workbench.ui.components.word_diff import marked

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


@given(st.text(st.sampled_from([*sorted(MARKDOWN), "a"]), max_size=20))
def test_plain_text_keeps_every_character_behind_an_escape(text):
    assert re.sub(r"\\(.)", r"\1", plain(text)) == text


@pytest.mark.parametrize(("text", "expected"), [("a\n b", "a b"), ("x" * 200, "x" * 119 + "…"), ("", "")])
def test_one_line_is_one_line_and_short(text, expected):
    assert one_line(text) == expected
